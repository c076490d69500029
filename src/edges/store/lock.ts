/** One orchestrator a data folder: a lock that ends with the process, however it ends. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Problem } from "../../core/problem.ts";
import { databaseProblem } from "./database-problem.ts";

/**
 * Holds an exclusive SQLite lock on `<directory>/orchestrator.lock` until `release` or the end of the process; the
 * operating system drops it after a kill, so no stale lock can be left. Throws Problem `already-running` when
 * another process holds it, database-read-only or -unusable when the folder cannot be written.
 */
export const lockDataDirectory = (directory: string): { readonly release: () => void } => {
  const file = join(directory, "orchestrator.lock");
  let database: DatabaseSync | null = null;
  try {
    mkdirSync(directory, { recursive: true });
    database = new DatabaseSync(file, { timeout: 0 });
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE;");
  } catch (thrown) {
    database?.close();
    const problem = databaseProblem(thrown, file, "to lock the data folder");
    if (problem?.code === "database-locked") throw new Problem("already-running", directory, thrown);
    throw problem ?? new Problem("database-unusable", `${directory}: ${thrown}`, thrown);
  }
  const held = database;
  return {
    release: () => {
      if (held.isOpen) held.close();
    },
  };
};
