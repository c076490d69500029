/** Puts a backup in the place of the database; what was there is kept beside it under another name, never deleted. */
import { constants, existsSync } from "node:fs";
import { copyFile, rename, rm, statfs, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { humanBytes } from "../../core/human-text.ts";
import { Problem } from "../../core/problem.ts";
import { syncFolder } from "../sync-folder.ts";
import { fileTime, type GoodBackup, listBackups, makeDurable, newestGoodBackup } from "./backups.ts";
import { SIDE_FILES } from "./database.ts";
import { databaseProblem } from "./database-problem.ts";
import { inspectDatabase } from "./inspect-database.ts";
import { lockDataDirectory } from "./lock.ts";
import { backupFolder, databaseFile } from "./open-library.ts";

export type Restored = GoodBackup & {
  /** The names that the files of the database have now, in the data folder; none when there was no database. */
  readonly keptAside: readonly string[];
};

/** Says that films may have been archived since; the start that has looked for them removes it. */
export const restoredMark = (directory: string): string => join(directory, "library-restored.txt");

const MARK = `A backup of the database was put back. The next start looks through the archives and removes this file.\n`;

/** Throws Problem usage-invalid when there is none of that name, backup-damaged, database-newer. */
const choose = (directory: string, name: string): GoodBackup => {
  const folder = backupFolder(directory);
  const all = listBackups(folder);
  if (name === "newest") {
    const good = newestGoodBackup(folder);
    if (good !== null) return good;
    if (all.length > 0)
      throw new Problem("backup-damaged", `None of the ${all.length} in ${folder} is good.`);
  }
  const backup = all.find((each) => each.name === name);
  if (!backup) {
    const names =
      all.length === 0 ? "There is none" : `There are:\n${all.map((each) => each.name).join("\n")}`;
    throw new Problem("usage-invalid", `There is no backup "${name}" in ${folder}. ${names}`);
  }
  const inspection = inspectDatabase(backup.path, "quick_check");
  if (inspection.kind === "good") return { backup, inspection };
  const { problem } = inspection;
  if (problem.code === "database-newer") throw problem;
  throw new Problem("backup-damaged", problem.detail, problem);
};

/** A copy of the backup, whole and durable, under a name that nobody opens. */
const copyOf = async (directory: string, { backup }: GoodBackup): Promise<string> => {
  const partial = join(directory, `.${basename(databaseFile(directory))}.partial`);
  await rm(partial, { force: true });
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize < backup.sizeBytes)
    throw new Problem("database-full", `${directory} needs ${humanBytes(backup.sizeBytes)} for it.`);
  await copyFile(backup.path, partial, constants.COPYFILE_EXCL);
  await makeDurable(partial);
  const copied = inspectDatabase(partial, "quick_check");
  if (copied.kind === "good") return partial;
  await rm(partial, { force: true });
  throw new Problem("backup-damaged", `A copy of it could not be read back. ${copied.problem.detail}`);
};

/**
 * The database itself first: without its log it would open, and be an older one, so that a crash must never leave it so.
 * A log that is left alone would be taken for the backup's.
 */
const setAside = async (directory: string, now: number): Promise<readonly string[]> => {
  const file = databaseFile(directory);
  let at = now;
  const nameAt = (): string => `library-replaced-${fileTime(at)}.sqlite`;
  while (["", ...SIDE_FILES].some((ending) => existsSync(join(directory, `${nameAt()}${ending}`))))
    at += 1000;
  const kept: string[] = [];
  for (const ending of ["", ...SIDE_FILES]) {
    if (!existsSync(`${file}${ending}`)) continue;
    const name = `${nameAt()}${ending}`;
    await rename(`${file}${ending}`, join(directory, name));
    await syncFolder(directory);
    kept.push(name);
  }
  return kept;
};

const putBack = async (directory: string, name: string, now: number): Promise<Restored> => {
  const good = choose(directory, name);
  const partial = await copyOf(directory, good);
  const mark = restoredMark(directory);
  await writeFile(mark, MARK);
  await makeDurable(mark);
  const keptAside = await setAside(directory, now);
  await rename(partial, databaseFile(directory));
  await syncFolder(directory);
  return { ...good, keptAside };
};

/**
 * Puts the backup `name` (or the `newest` good one) of a data folder in the place of its database. May be repeated after
 * a crash. Throws Problem usage-invalid, already-running, backup-damaged, database-newer, -full, -read-only, -unusable.
 */
export const restoreBackup = async (directory: string, name: string, now: number): Promise<Restored> => {
  // A folder that is not there is not made: it was mistyped.
  if (listBackups(backupFolder(directory)).length === 0)
    throw new Problem("usage-invalid", `There is no backup in ${backupFolder(directory)}.`);
  const lock = lockDataDirectory(directory);
  try {
    return await putBack(directory, name, now);
  } catch (thrown) {
    if (thrown instanceof Problem) throw thrown;
    const file = databaseFile(directory);
    throw databaseProblem(thrown, file) ?? new Problem("database-unusable", `${file}: ${thrown}`, thrown);
  } finally {
    lock.release();
  }
};
