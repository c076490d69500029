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

/**
 * Brings the database up to the newest migration, each in its own transaction. A database that holds an older
 * version is first copied to `<file>.v<version>-<now>.bak`. Throws Problem `database-newer` when a newer program
 * made it. `now` in epoch ms.
 */
export const migrate = (
  database: Database,
  migrations: readonly Migration[],
  { file, now }: { readonly file: string; readonly now: number },
): void => {
  const version = Number(database.sql("PRAGMA user_version").get()?.user_version ?? 0);
  const newest = migrations.at(-1)?.version ?? 0;
  if (version > newest)
    throw new Problem("database-newer", `${file} has version ${version}, this program knows ${newest}.`);
  const open = migrations.filter((each) => each.version > version);
  if (version > 0 && open.length > 0)
    database.sql("VACUUM INTO :backup").run({ backup: `${file}.v${version}-${now}.bak` });
  for (const each of open)
    database.transaction(() => {
      database.exec(each.sql);
      database.exec(`PRAGMA user_version = ${each.version}`);
    });
};
