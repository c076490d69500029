/** A look at a database that changes nothing, neither it nor what lies beside it; also at one that is in use. */
import { existsSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { Problem } from "../../core/problem.ts";
import { damageIn, versionOf } from "./database.ts";
import { databaseProblem } from "./database-problem.ts";
import { newestVersion, readMigrations, refuseNewer } from "./migrations.ts";

export type Inspection =
  | {
      readonly kind: "good";
      readonly version: number;
      /** Whether the next start brings it up to this program's version. */
      readonly isOlder: boolean;
      readonly films: number;
      readonly sizeBytes: number;
    }
  | { readonly kind: "bad"; readonly problem: Problem };

/** Without a log beside it nobody has the file open: then SQLite need not make its side files, nor lock anything. */
const openReadOnly = (file: string): DatabaseSync => {
  const url = pathToFileURL(file);
  if (!existsSync(`${file}-wal`)) url.searchParams.set("immutable", "1");
  return new DatabaseSync(url, { readOnly: true, timeout: 5000 });
};

const look = (file: string, pragma: "quick_check" | "integrity_check"): Inspection => {
  const sizeBytes = statSync(file).size;
  const database = openReadOnly(file);
  try {
    const damage = sizeBytes === 0 ? "it is empty (0 bytes)" : damageIn(database, pragma);
    if (damage !== null) throw new Problem("database-damaged", `${file}: ${damage}.`);
    const version = versionOf(database);
    const migrations = readMigrations();
    refuseNewer(file, version, migrations);
    if (version === 0) throw new Problem("database-unusable", `${file} is no database of this program.`);
    const films = Number(database.prepare("SELECT count(*) AS n FROM assets").get()?.n);
    return { kind: "good", version, isOlder: version < newestVersion(migrations), films, sizeBytes };
  } finally {
    database.close();
  }
};

/** Reads all of the database in `file`; `integrity_check` compares the indexes too and takes twice as long. */
export const inspectDatabase = (file: string, pragma: "quick_check" | "integrity_check"): Inspection => {
  try {
    return look(file, pragma);
  } catch (thrown) {
    const known = thrown instanceof Problem ? thrown : databaseProblem(thrown, file);
    return { kind: "bad", problem: known ?? new Problem("database-unusable", `${file}: ${thrown}`, thrown) };
  }
};
