/** Originals that a person asked back and that are not back yet. */
import { numberOf } from "./columns.ts";
import type { Database } from "./database.ts";

export type Restores = {
  /** Asked for once or more: one row. */
  readonly ask: (assetId: number, now: number) => void;
  readonly has: (assetId: number) => boolean;
  readonly remove: (assetId: number) => void;
  /** The first whose time has come (epoch ms); null for none. */
  readonly next: (now: number) => number | null;
  /** It is tried again then (epoch ms). */
  readonly postpone: (assetId: number, until: number) => void;
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
  next: (now) => {
    const row = database
      .sql(`SELECT asset_id FROM restores WHERE asked_at <= :now ORDER BY asked_at, asset_id LIMIT 1`)
      .get({ now });
    return row ? numberOf(row, "asset_id") : null;
  },
  postpone: (assetId, until) => {
    database.sql(`UPDATE restores SET asked_at = :until WHERE asset_id = :assetId`).run({ assetId, until });
  },
});
