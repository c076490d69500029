/** The database of a data folder: looked at before it is opened, backed up before it is changed, never made over. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { counted, humanBytes, shellQuoted } from "../../core/human-text.ts";
import { PROBLEMS, Problem } from "../../core/problem.ts";
import { clockTime, listBackups, makeBackup, newestGoodBackup } from "./backups.ts";
import { type Database, openDatabase } from "./database.ts";
import { type Inspection, inspectDatabase } from "./inspect-database.ts";
import { makeShrinkable } from "./make-shrinkable.ts";
import { newestVersion, readMigrations, refuseNewer } from "./migrations.ts";
import { type Store, storeOf } from "./store.ts";

export const databaseFile = (directory: string): string => join(directory, "library.sqlite");
export const backupFolder = (directory: string): string => join(directory, "backups");

/** What is larger is read whole by the daily backup only, as a start should not take longer than a second or two. */
const READ_AT_START_MAX_BYTES = 256 * 2 ** 20;

const sizeOf = (file: string): number | null => statSync(file, { throwIfNoEntry: false })?.size ?? null;

/**
 * SQLite makes a database of a file that is missing or empty, and throws the log beside it away: both are only as they
 * should be where this program never was.
 */
const refuseLost = (directory: string): void => {
  const file = databaseFile(directory);
  const size = sizeOf(file);
  if (size !== null && size > 0) return;
  const backups = listBackups(backupFolder(directory)).length;
  const logBytes = sizeOf(`${file}-wal`) ?? 0;
  if (backups === 0 && logBytes === 0) return;
  const traces = [
    ...(backups > 0 ? [`${counted(backups, "backup")} in ${backupFolder(directory)}`] : []),
    ...(logBytes > 0 ? [`its log, ${file}-wal, with ${humanBytes(logBytes)}`] : []),
  ];
  const code = size === null ? "database-missing" : "database-damaged";
  const what = size === null ? "is not there" : "is empty (0 bytes)";
  throw new Problem(code, `${file} ${what}.\nTried: looked for it, and found ${traces.join(" and ")}.`);
};

/** Throws the Problem that keeps the database from being used as it is; changes nothing in it. */
const refuseUnfit = (database: Database, directory: string): void => {
  const { file } = database;
  const version = database.version();
  refuseNewer(file, version, readMigrations());
  const tables = Number(database.sql("SELECT count(*) AS n FROM sqlite_schema").get()?.n);
  if (version === 0 && tables > 0)
    throw new Problem("database-unusable", `${file} is a database of another program.`);
  if (version === 0 && listBackups(backupFolder(directory)).length > 0)
    throw new Problem(
      "database-damaged",
      `${file} is a new, empty database, yet there are backups of another.`,
    );
  if ((sizeOf(file) ?? 0) <= READ_AT_START_MAX_BYTES) {
    const problem = database.check();
    if (problem) throw new Problem(problem.code, `${problem.detail}\nTried: to read all of it.`, problem);
  }
};

const backUpBeforeMigration = async (database: Database, directory: string, now: number): Promise<void> => {
  const [from, to] = [database.version(), newestVersion(readMigrations())];
  if (from === 0 || from === to) return;
  const reason = `before-migration-${from}-to-${to}` as const;
  await makeBackup(database, backupFolder(directory), { reason, now }).catch((thrown: unknown) => {
    if (!(thrown instanceof Problem) || thrown.code !== "backup-failed") throw thrown;
    const hint = `This version changes the database, which it does only after a backup; nothing was changed. Mend the folder ${backupFolder(directory)} or make room there.`;
    throw new Problem(thrown.code, thrown.detail, thrown, hint);
  });
};

const openUnder = async (directory: string, now: number): Promise<Store> => {
  refuseLost(directory);
  const database = openDatabase(databaseFile(directory));
  try {
    refuseUnfit(database, directory);
    try {
      database.tryToWrite();
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      throw new Problem(thrown.code, `${thrown.detail}\nTried: to write one page of it.`, thrown);
    }
    await backUpBeforeMigration(database, directory, now);
    const store = storeOf(database);
    await makeShrinkable(database);
    return store;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
};

/** How the database of a data folder stands, read whole without changing anything; null when there is none yet. */
export const inspectLibrary = (directory: string): Inspection | null => {
  const file = databaseFile(directory);
  try {
    refuseLost(directory);
    if ((sizeOf(file) ?? 0) === 0) return null;
    const found = inspectDatabase(file, "integrity_check");
    return found.kind === "good" ? found : { kind: "bad", problem: withMend(found.problem, directory) };
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    return { kind: "bad", problem: withMend(thrown, directory) };
  }
};

const MENDED_BY_A_BACKUP: ReadonlySet<string> = new Set([
  "database-damaged",
  "database-missing",
  "database-newer",
]);

/** The problem with what to do in this very folder: the newest good backup, and how it is put back. */
export const withMend = (problem: Problem, directory: string): Problem =>
  MENDED_BY_A_BACKUP.has(problem.code)
    ? new Problem(problem.code, problem.detail, problem, mendOf(problem, directory))
    : problem;

const mendOf = ({ code }: Problem, directory: string): string => {
  const folder = backupFolder(directory);
  const good = newestGoodBackup(folder);
  if (good === null && code === "database-newer") return PROBLEMS[code].hint;
  if (good === null)
    return `There is no good backup in ${folder}. Bring the file back from elsewhere, or move it and that folder away to start anew: what was converted is recognised.`;
  const { backup, inspection } = good;
  const putBack = `ut back the newest good backup, made on ${clockTime(backup.madeAt)} with ${counted(inspection.films, "film")}: ${restoreCommand(backup.name, directory)}`;
  return code === "database-newer" ? `Start the newer version again, or p${putBack}` : `P${putBack}`;
};

const restoreCommand = (name: string, directory: string): string =>
  shellQuoted(["cvc", "doctor", "--restore-database", name, "--data", directory]).join(" ");

/**
 * Opens the store of a data folder, or makes it where none was, for whoever holds the folder's lock; `now` in epoch ms
 * names a backup. Throws Problem database-missing, -damaged, -locked, -read-only, -full, -newer, -unusable, or
 * backup-failed where a migration would have come next: then nothing was changed.
 */
export const openLibrary = async (directory: string, now: number): Promise<Store> => {
  try {
    return await openUnder(directory, now);
  } catch (thrown) {
    throw thrown instanceof Problem ? withMend(thrown, directory) : thrown;
  }
};
