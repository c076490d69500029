/** A data folder with a real database of some films, closed, as it lies there between two runs. */
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { TestContext } from "node:test";
import { makeBackup } from "../../src/edges/store/backups.ts";
import { openDatabase } from "../../src/edges/store/database.ts";
import { backupFolder, databaseFile } from "../../src/edges/store/open-library.ts";
import { openStore } from "../../src/edges/store/store.ts";
import { insert, NOW } from "./store.ts";
import { tempFolder } from "./temp.ts";

export const DAY_MS = 86_400_000;
const PAGE = 4096;

export type DataFolder = { readonly directory: string; readonly file: string; readonly backups: string };

/** With 200 films, which are some 40 pages; in a folder of the test's own or in `parent`. */
export const newDataFolder = (context: TestContext, parent = tempFolder(context)): DataFolder => {
  const directory = join(parent, "data");
  mkdirSync(directory, { recursive: true });
  const file = databaseFile(directory);
  const store = openStore({ file });
  store.transaction(() => {
    for (let n = 0; n < 200; n++) insert(store, `Film ${n} ${"of a long name ".repeat(10)}.mkv`);
  });
  store.close();
  return { directory, file, backups: backupFolder(directory) };
};

/** A backup as the program makes it; its name. */
export const backUp = async ({ file, backups }: DataFolder, at = NOW): Promise<string> => {
  const database = openDatabase(file);
  try {
    return (await makeBackup(database, backups, { reason: "daily", now: at })).name;
  } finally {
    database.close();
  }
};

/** Pages (from 0) that a bad disk gives back as others. */
export const damage = (file: string, page: number, pages = 1): void => {
  const handle = openSync(file, "r+");
  writeSync(handle, Buffer.alloc(page === 0 ? 100 : pages * PAGE, 0xa7), 0, undefined, page * PAGE);
  closeSync(handle);
};

/** The number, from 0, of a page in the middle of the file that is of the films: without one of the schema it would not open. */
export const middlePage = (file: string): number => {
  // So that nothing is made beside it, and nothing there is taken for its log.
  const database = new DatabaseSync(new URL(`file://${file}?immutable=1`), { readOnly: true });
  const row = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'assets'").get();
  database.close();
  return Number(row?.rootpage) - 1;
};

/** Runs SQL on a database from outside, as a person with a tool does. */
export const runSql = (file: string, sql: string): void => {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
};
