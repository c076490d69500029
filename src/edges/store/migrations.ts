/** Numbered SQL files, applied in order; `PRAGMA user_version` is the number of the last one. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../../core/problem.ts";
import type { Database } from "./database.ts";

export type Migration = { readonly version: number; readonly name: string; readonly sql: string };

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
  for (const each of migrations.filter((one) => one.version > version))
    database.transaction(() => {
      database.exec(each.sql);
      database.exec(`PRAGMA user_version = ${each.version}`);
    });
};

/** Throws Problem `database-newer` when this program does not know the `version` of a database. */
export const refuseNewer = (file: string, version: number, migrations: readonly Migration[]): void => {
  const known = newestVersion(migrations);
  if (version > known)
    throw new Problem("database-newer", `${file} has version ${version}, this program knows ${known}.`);
};
