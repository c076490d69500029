/**
 * Numbered SQL files, applied in order; `PRAGMA user_version` is the number of the last one. One that holds `THEN` has two
 * parts, and a step in our own language between them.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../../core/problem.ts";
import type { Database } from "./database.ts";
import { fillLibraryList } from "./fill-library-list.ts";

export type Migration = { readonly version: number; readonly name: string; readonly sql: string };

/** The line between the two parts of a file. */
const THEN = /^-- then: .*$/m;

/** What comes between the parts of a migration, in transactions of its own; it goes on where it was interrupted. */
const FILLS: Readonly<Record<number, (database: Database) => void>> = { 5: fillLibraryList };

/** The migrations of this program, oldest first, from the folder beside this file. */
export const readMigrations = (): readonly Migration[] => {
  const folder = join(import.meta.dirname, "migrations");
  return readdirSync(folder)
    .filter((name) => /^\d{4}-.*\.sql$/.test(name))
    .sort()
    .map((name) => ({
      version: Number(name.slice(0, 4)),
      name,
      sql: readFileSync(join(folder, name), "utf8"),
    }));
};

export const newestVersion = (migrations: readonly Migration[]): number => migrations.at(-1)?.version ?? 0;

/**
 * Brings the database up to the newest migration, each in its own transaction. Who opens the database of a library has
 * backed it up before. Throws Problem `database-newer` when a newer program made it.
 */
export const migrate = (database: Database, migrations: readonly Migration[]): void => {
  const version = database.version();
  refuseNewer(database.file, version, migrations);
  for (const each of migrations.filter((one) => one.version > version)) {
    const [first = "", second] = each.sql.split(THEN);
    const fill = FILLS[each.version];
    if (fill && second !== undefined) {
      beginOnce(database, first);
      fill(database);
    }
    database.transaction(() => {
      // A second program may have come first: `access.sqlite` has no lock of a program's.
      if (database.version() >= each.version) return;
      database.exec(fill && second !== undefined ? `${second}; DROP TABLE migration_begun` : each.sql);
      database.exec(`PRAGMA user_version = ${each.version}`);
    });
  }
};

/** The first part of a migration, unless it was done before an interruption. */
const beginOnce = (database: Database, sql: string): void =>
  database.transaction(() => {
    const begun = database.sql(`SELECT 1 FROM sqlite_schema WHERE name = 'migration_begun'`).get();
    if (begun === undefined) database.exec(`${sql}; CREATE TABLE migration_begun (at INTEGER) STRICT`);
  });

/** Throws Problem `database-newer` when this program does not know the `version` of a database. */
export const refuseNewer = (file: string, version: number, migrations: readonly Migration[]): void => {
  const known = newestVersion(migrations);
  if (version > known)
    throw new Problem("database-newer", `${file} has version ${version}, this program knows ${known}.`);
};
