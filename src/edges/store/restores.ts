/** Originals that a person asked back and that are not back yet. */
import { numberOf } from "./columns.ts";
import type { Database } from "./database.ts";

export type Restores = {
  /** Asked for once or more: one row. */
  readonly ask: (assetId: number, now: number) => void;
  readonly has: (assetId: number) => boolean;
  readonly remove: (assetId: number) => void;
  /** In the order in which they were asked for. */
  readonly all: () => readonly number[];
};

/** The wishes of `database`. */
export const restoresOf = (database: Database): Restores => ({
  ask: (assetId, now) => {
    database.sql(`INSERT OR IGNORE INTO restores VALUES (:assetId, :now)`).run({ assetId, now });
  },
  has: (assetId) =>
    database.sql(`SELECT 1 FROM restores WHERE asset_id = :assetId`).get({ assetId }) !== undefined,
  remove: (assetId) => {
    database.sql(`DELETE FROM restores WHERE asset_id = :assetId`).run({ assetId });
  },
  all: () =>
    database
      .sql(`SELECT asset_id FROM restores ORDER BY asked_at, asset_id`)
      .all()
      .map((row) => numberOf(row, "asset_id")),
});
