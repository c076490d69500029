/** The day of the last summary to each who gets one, so that a restart repeats none. */
import { textOf } from "./columns.ts";
import type { Database } from "./database.ts";

export type Digests = {
  /** As `2026-11-24`; null: there was none yet. */
  readonly lastDay: (name: string) => string | null;
  readonly put: (name: string, day: string) => void;
};

/** The digests of `database`. */
export const digestsOf = (database: Database): Digests => ({
  lastDay: (name) => {
    const row = database.sql(`SELECT day FROM digests WHERE name = :name`).get({ name });
    return row ? textOf(row, "day") : null;
  },
  put: (name, day) => {
    database.sql(`INSERT OR REPLACE INTO digests (name, day) VALUES (:name, :day)`).run({ name, day });
  },
});
