/** One orchestrator a data folder: a lock that ends with the process, however it ends. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Problem } from "../../core/problem.ts";

const SQLITE_BUSY = 5;

/**
 * Holds an exclusive SQLite lock on `<directory>/orchestrator.lock` until `release` or the end of the process; the
 * operating system drops it after a kill, so no stale lock can be left. Throws Problem `already-running` when
 * another process holds it, `database-unusable` when the folder cannot be written.
 */
export const lockDataDirectory = (directory: string): { readonly release: () => void } => {
  let database: DatabaseSync | null = null;
  try {
    mkdirSync(directory, { recursive: true });
    database = new DatabaseSync(join(directory, "orchestrator.lock"), { timeout: 0 });
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE;");
  } catch (thrown) {
    database?.close();
    const isBusy = thrown instanceof Error && "errcode" in thrown && thrown.errcode === SQLITE_BUSY;
    throw new Problem(isBusy ? "already-running" : "database-unusable", directory, thrown);
  }
  const held = database;
  return {
    release: () => {
      if (held.isOpen) held.close();
    },
  };
};
