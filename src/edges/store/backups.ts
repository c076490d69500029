/** Backups of the database: checked files in the folder `backups` of the data folder, whose names say when and why. */
import { createHash } from "node:crypto";
import { createReadStream, readdirSync, statSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { humanBytes } from "../../core/human-text.ts";
import { Problem } from "../../core/problem.ts";
import { syncFolder } from "../sync-folder.ts";
import { type Database, damageIn, SIDE_FILES } from "./database.ts";
import { databaseProblem } from "./database-problem.ts";
import { type Inspection, inspectDatabase } from "./inspect-database.ts";

export type BackupReason = "daily" | `before-migration-${number}-to-${number}`;

export type Backup = {
  /** `library-2026-11-24T03-00-00Z-daily.sqlite` */
  readonly name: string;
  readonly path: string;
  /** Epoch ms, to the second. */
  readonly madeAt: number;
  readonly reason: BackupReason;
  readonly sizeBytes: number;
};

const NAME = /^library-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z-(daily|before-migration-\d+-to-\d+)\.sqlite$/;
/** What a kill leaves of a backup that was being made. */
const PARTIAL = /^\.library-.*\.sqlite\.partial/;
const DAY_MS = 86_400_000;

/** `at` as it stands in file names: UTC, without signs that a file system or a shell minds. */
export const fileTime = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 19).replaceAll(":", "-")}Z`;

/** `at` for a person who compares it with the names: `2026-11-24 03:00 UTC`. */
export const clockTime = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;

const toBackup = (folder: string, name: string): Backup | null => {
  const [, day, hours, minutes, seconds, reason] = NAME.exec(name) ?? [];
  const path = join(folder, name);
  const found = day === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile()) return null;
  const madeAt = Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`);
  return { name, path, madeAt, reason: reason as BackupReason, sizeBytes: found.size };
};

/** The backups in `folder`, newest first, good or not; none when there is no such folder. */
export const listBackups = (folder: string): readonly Backup[] => {
  let names: readonly string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    // No backup was made yet, or none can be read: then none can be put back.
  }
  return names
    .map((name) => toBackup(folder, name))
    .filter((each) => each !== null)
    .toSorted((a, b) => b.madeAt - a.madeAt || (a.name < b.name ? 1 : -1));
};

export type GoodBackup = {
  readonly backup: Backup;
  readonly inspection: Extract<Inspection, { kind: "good" }>;
};

/** The newest backup that is whole and of a version this program knows. */
export const newestGoodBackup = (folder: string): GoodBackup | null => {
  for (const backup of listBackups(folder)) {
    const inspection = inspectDatabase(backup.path, "quick_check");
    if (inspection.kind === "good") return { backup, inspection };
  }
  return null;
};

/** A full disk would stop the work: the copy and as much again must be free. */
const refuseWithoutRoom = async (file: string, folder: string): Promise<void> => {
  const log = await stat(`${file}-wal`).catch(() => null);
  const neededBytes = 2 * ((await stat(file)).size + (log?.size ?? 0));
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < neededBytes)
    throw new Error(`${humanBytes(neededBytes)} must be free, ${humanBytes(bavail * bsize)} are`);
};

/**
 * A connection of its own and all pages in one step, in a thread: between two steps any write of another connection
 * begins the copy anew, and on the connection that writes Node's first step fails when it meets a transaction.
 */
const copyPages = async (file: string, to: string): Promise<void> => {
  const source = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  try {
    await backup(source, to, { rate: 2 ** 31 - 1 });
  } finally {
    source.close();
  }
};

/** Makes the copy one file that needs no other, and reads all of it. */
const seal = (path: string): void => {
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA journal_mode = DELETE");
    const damage = damageIn(database, "quick_check");
    if (damage !== null) throw new Problem("database-damaged", damage);
  } finally {
    database.close();
  }
};

/** Makes the bytes of a file durable. */
export const makeDurable = async (path: string): Promise<void> => {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
};

const hashOf = async (path: string): Promise<string> => {
  const hash = createHash("sha256");
  for await (const part of createReadStream(path)) hash.update(part);
  return hash.digest("hex");
};

/** A migration that fails at every start must not fill the disk with copies of the same. */
const equalOf = async (path: string, folder: string, reason: BackupReason): Promise<Backup | null> => {
  const before = listBackups(folder).find((each) => each.reason === reason);
  if (reason === "daily" || before?.sizeBytes !== (await stat(path)).size) return null;
  return (await hashOf(path)) === (await hashOf(before.path)) ? before : null;
};

const freeName = (folder: string, reason: BackupReason, now: number): string => {
  const taken = new Set(listBackups(folder).map((each) => each.name));
  for (let at = now; ; at += 1000) {
    const name = `library-${fileTime(at)}-${reason}.sqlite`;
    if (!taken.has(name)) return name;
  }
};

type Source = Pick<Database, "file" | "check">;

const copy = async (source: Source, folder: string, input: BackupInput): Promise<Backup> => {
  const { reason, now } = input;
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) if (PARTIAL.test(name)) await rm(join(folder, name));
  await refuseWithoutRoom(source.file, folder);
  const name = freeName(folder, reason, now);
  const partial = join(folder, `.${name}.partial`);
  try {
    await copyPages(source.file, partial);
    seal(partial);
    const equal = await equalOf(partial, folder, reason);
    if (equal !== null) return equal;
    await makeDurable(partial);
    await rename(partial, join(folder, name));
    await syncFolder(folder);
    await syncFolder(dirname(folder));
  } finally {
    for (const ending of ["", ...SIDE_FILES]) await rm(`${partial}${ending}`, { force: true });
  }
  const made = toBackup(folder, name);
  if (made === null) throw new Error(`${name} is gone`);
  return made;
};

export type BackupInput = {
  readonly reason: BackupReason;
  /** Epoch ms. */
  readonly now: number;
};

/**
 * Copies the database while it is used on, reads the copy back, makes it durable and gives it its name. Throws Problem
 * database-damaged when the copy shows that the database is; backup-failed for all else, with nothing left behind.
 */
export const makeBackup = async (source: Source, folder: string, input: BackupInput): Promise<Backup> => {
  try {
    return await copy(source, folder, input);
  } catch (thrown) {
    const problem = thrown instanceof Problem ? thrown : databaseProblem(thrown, source.file);
    // The copy or its source? Only the source's damage stops the work.
    const damage = problem?.code === "database-damaged" ? source.check() : null;
    if (damage !== null) throw damage;
    const said = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Problem("backup-failed", `${folder}: ${said}.`, thrown);
  }
};

/** Removes the backups older than `days`, but for `newest`, which was just found good; their names. Throws Problem backup-failed. */
export const pruneBackups = async (
  newest: Backup,
  { days, now }: { readonly days: number; readonly now: number },
): Promise<readonly string[]> => {
  const old = listBackups(dirname(newest.path)).filter(
    (each) => each.name !== newest.name && each.madeAt < now - days * DAY_MS,
  );
  for (const { path } of old)
    await rm(path, { force: true }).catch((thrown: unknown) => {
      throw new Problem("backup-failed", `${path} is old and cannot be removed: ${thrown}.`, thrown);
    });
  return old.map((each) => each.name);
};
