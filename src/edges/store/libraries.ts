/** What is kept by the name of a library, in whatever table. */
import type { Database } from "./database.ts";

/** The tables with the name of a library, but for those that triggers keep: `asset_kinds`, `workload`. A test knows them all. */
export const LIBRARY_TABLES = ["assets", "set_aside", "roots", "wishes"] as const;

export type Libraries = {
  /** Gives all that is kept of one library to another name, under which nothing may be kept yet. */
  readonly rename: (from: string, to: string) => void;
};

/** The libraries of `database`. */
export const librariesOf = (database: Database): Libraries => ({
  rename: (from, to) =>
    database.transaction(() => {
      for (const table of LIBRARY_TABLES)
        database.sql(`UPDATE ${table} SET library = :to WHERE library = :from`).run({ from, to });
    }),
});
