/** What is kept by the name of a library, in whatever table. */
import type { Database } from "./database.ts";

/** The tables with the name of a library, but for those that triggers keep: `asset_kinds`, `outcome_sums`, `workload`. A test knows them all. */
export const LIBRARY_TABLES = [
  "assets",
  "set_aside",
  "roots",
  "wishes",
  "daily_ready",
  "daily_work",
] as const;

export type Libraries = {
  /** Gives all that is kept of one library to another name, under which nothing may be kept yet. */
  readonly rename: (from: string, to: string) => void;
};

/** The libraries of `database`. */
export const librariesOf = (database: Database): Libraries => ({
  rename: (from, to) =>
    database.transaction(() => {
      // Figures of a library that had the name long ago.
      for (const table of ["daily_ready", "daily_work"])
        database.sql(`DELETE FROM ${table} WHERE library = :to`).run({ to });
      for (const table of LIBRARY_TABLES)
        database.sql(`UPDATE ${table} SET library = :to WHERE library = :from`).run({ from, to });
    }),
});
