/** Who changed which setting when. */
import type { SettingsChange } from "../../core/settings-tree.ts";
import { jsonOf, numberOf, textOf } from "./columns.ts";
import type { Database, Row } from "./database.ts";

export type StoredSettingsChange = SettingsChange & {
  readonly id: number;
  /** Epoch ms. */
  readonly at: number;
  /** The address the change came from, the token or the person's name. */
  readonly who: string;
};

export type SettingsChanges = {
  /** Kept until ten thousand newer ones are there. */
  readonly append: (
    changes: readonly SettingsChange[],
    by: { readonly at: number; readonly who: string },
  ) => void;
  /** Newest first; `before` is a change's id, for the next page. */
  readonly latest: (page: {
    readonly limit: number;
    readonly before?: number;
  }) => readonly StoredSettingsChange[];
};

const KEPT = 10_000;

const toChange = (row: Row): StoredSettingsChange => ({
  id: numberOf(row, "id"),
  at: numberOf(row, "at"),
  who: textOf(row, "who"),
  key: textOf(row, "key"),
  from: jsonOf(row, "before"),
  to: jsonOf(row, "after"),
});

/** The changes of settings in `database`. */
export const settingsChangesOf = (database: Database): SettingsChanges => ({
  append: (changes, { at, who }) =>
    database.transaction(() => {
      for (const { key, from, to } of changes)
        database
          .sql(
            `INSERT INTO settings_changes (at, who, key, before, after) VALUES (:at, :who, :key, :from, :to)`,
          )
          .run({ at, who, key, from: JSON.stringify(from ?? null), to: JSON.stringify(to ?? null) });
      database
        .sql(`DELETE FROM settings_changes WHERE id <= (SELECT max(id) FROM settings_changes) - :kept`)
        .run({ kept: KEPT });
    }),
  latest: ({ limit, before }) =>
    database
      .sql(`SELECT * FROM settings_changes WHERE id < :before ORDER BY id DESC LIMIT :limit`)
      .all({ limit, before: before ?? Number.MAX_SAFE_INTEGER })
      .map(toChange),
});
