import type { Database } from "./database.ts";

/** Another text once anything was written, by this connection or another. */
export const changesOf = (database: Database): string => {
  const own = database.sql(`SELECT total_changes() AS n`).get();
  const others = database.sql(`PRAGMA data_version`).get();
  return `${own?.n} ${others?.data_version} ${database.rollbacks()}`;
};
