/** Reads a library: its folders, file times and sampled content. Opens nothing for writing, follows no symlink. */
import { isUtf8 } from "node:buffer";
import { hash } from "node:crypto";
import type { Dirent, Stats } from "node:fs";
import { type FileHandle, lstat, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { ALL, type DirtyFolder } from "../core/dirty-folders.ts";
import { sampledRanges, toMicroseconds } from "../core/fingerprint.ts";
import { isSystemName } from "../core/library-names.ts";
import { Problem } from "../core/problem.ts";
import { codeOf } from "./file-problem.ts";
import { openFilm, readProblem } from "./film-file.ts";

/** Paths are relative to the root, '/' between the parts; the root itself is ''. */
export type WalkEntry =
  | {
      readonly kind: "file";
      readonly path: string;
      readonly sizeBytes: number;
      readonly modifiedUs: number;
      readonly inode: number;
    }
  /** A symbolic link, to whatever: never followed. */
  | { readonly kind: "link"; readonly path: string }
  | { readonly kind: "skipped"; readonly path: string; readonly why: string }
  /** Its name is not UTF-8; in `path` U+FFFD stands for what is not. */
  | { readonly kind: "bad-name"; readonly path: string }
  /** Nothing is known of what is at or below this path. */
  | { readonly kind: "unreadable"; readonly path: string; readonly why: string }
  /** Another disk than that of the folder above is mounted here. */
  | { readonly kind: "mount"; readonly path: string }
  /** A folder in one of `folders` that is looked at alone. */
  | { readonly kind: "folder"; readonly path: string };

export type WalkInput = {
  readonly root: string;
  /** Levels of folders below the root: 0 is the root alone. */
  readonly depth: number | "max";
  readonly isIgnored: (path: string, kind: "file" | "folder") => boolean;
  /** Only these folders; without it all of the root. */
  readonly folders?: readonly DirtyFolder[];
};

const BATCH_ENTRIES = 256;
const STATS_IN_FLIGHT = 16;
const FOLDERS_IN_FLIGHT = 8;
const DEPTH_MAX = 64;

/** What to say of a failed call: the code of the operating system, or all there is. */
const whyOf = (thrown: unknown): string => codeOf(thrown) || String(thrown);

const isGone = (code: string): boolean => code === "ENOENT" || code === "ENOTDIR";

type Listed = Pick<Dirent, "name" | "isDirectory" | "isFile" | "isSymbolicLink"> & {
  /** Its bytes are not UTF-8: no path in text leads to it. */
  readonly isBad?: boolean;
};

/** The entries of a folder. Names that are not valid UTF-8 come as U+FFFD, which a name may hold rightly: only then the bytes are read. */
const list = async (folder: string): Promise<readonly Listed[]> => {
  const dirents = await readdir(folder, { withFileTypes: true });
  if (!dirents.some((each) => each.name.includes("\uFFFD"))) return dirents;
  const raw = await readdir(folder, { withFileTypes: true, encoding: "buffer" });
  return raw.map((each) => ({
    name: each.name.toString("utf8"),
    isBad: !isUtf8(each.name),
    isDirectory: () => each.isDirectory(),
    isFile: () => each.isFile(),
    isSymbolicLink: () => each.isSymbolicLink(),
  }));
};

const statEntry = async (root: string, path: string): Promise<WalkEntry | null> => {
  try {
    const found = await lstat(join(root, path));
    if (!found.isFile()) return { kind: "skipped", path, why: "not a regular file" };
    const { size, mtimeMs, ino: inode } = found;
    // A file of nothing but holes may say 8 EiB, which is no whole number to the store; nothing that is read is as large.
    const sizeBytes = Math.min(size, Number.MAX_SAFE_INTEGER);
    return { kind: "file", path, sizeBytes, modifiedUs: toMicroseconds(mtimeMs), inode };
  } catch (thrown) {
    const why = whyOf(thrown);
    return isGone(why) ? null : { kind: "unreadable", path, why };
  }
};

/** The disk that a folder is on; null when that cannot be said. */
const deviceOf = async (folder: string, ask: typeof stat = lstat): Promise<number | null> => {
  try {
    return (await ask(folder)).dev;
  } catch {
    return null;
  }
};

type Folder = {
  readonly path: string;
  readonly level: number;
  readonly isTree: boolean;
  readonly device: number | null;
};

type FolderRead = { readonly entries: readonly WalkEntry[]; readonly below: readonly Folder[] };

/** One folder: its files with their stats, what is skipped, and the folders below that are to be entered. */
const readFolder = async (
  { root, isIgnored }: WalkInput,
  { path: parent, level, isTree, device }: Folder,
): Promise<FolderRead> => {
  const folder = join(root, parent);
  let dirents: readonly Listed[];
  try {
    dirents = await list(folder);
  } catch (thrown) {
    const why = whyOf(thrown);
    // A folder that went away during the walk is gone; the root never is, for the walk.
    const isHidden = parent === "" || !isGone(why);
    return { entries: isHidden ? [{ kind: "unreadable", path: parent, why }] : [], below: [] };
  }
  const entries: WalkEntry[] = [];
  const below: Folder[] = [];
  const files: string[] = [];
  for (const dirent of dirents) {
    const path = parent === "" ? dirent.name : `${parent}/${dirent.name}`;
    const kind = dirent.isDirectory() ? "folder" : "file";
    if (isIgnored(path, kind)) continue;
    if (dirent.isBad) entries.push({ kind: "bad-name", path });
    else if (dirent.isSymbolicLink()) entries.push({ kind: "link", path });
    else if (kind === "folder") {
      const its = await deviceOf(join(root, path));
      if (its !== null && device !== null && its !== device) entries.push({ kind: "mount", path });
      if (isTree) below.push({ path, level: level + 1, isTree, device: its });
      else entries.push({ kind: "folder", path });
    } else if (dirent.isFile()) files.push(path);
    else entries.push({ kind: "skipped", path, why: "not a regular file" });
  }
  for (let start = 0; start < files.length; start += STATS_IN_FLIGHT) {
    const stats = files.slice(start, start + STATS_IN_FLIGHT).map((path) => statEntry(root, path));
    for (const entry of await Promise.all(stats)) if (entry) entries.push(entry);
  }
  return { entries, below };
};

/** The folder of a path is as many levels below the root as its path has parts. Only the root may be a link. */
const toFolder = async (root: string, { path, isTree }: DirtyFolder): Promise<Folder> => ({
  path,
  level: path === "" ? 0 : path.split("/").length,
  isTree,
  device: await deviceOf(join(root, path), path === "" ? stat : lstat),
});

/**
 * Walks a library root, or some folders in it, some folders at a time, and yields batches of entries, at least 256 in each but the last.
 * Never follows a symbolic link; what cannot be read is yielded as `unreadable`, so that a scan does not take it for
 * gone. Memory grows with the entries of a few folders and the folders of a level only.
 */
export async function* walkLibrary(
  input: WalkInput,
  signal?: AbortSignal,
): AsyncGenerator<readonly WalkEntry[]> {
  const limit = input.depth === "max" ? DEPTH_MAX : Math.min(input.depth, DEPTH_MAX);
  const first: Folder[] = [];
  for (const each of input.folders ?? [ALL]) first.push(await toFolder(input.root, each));
  const open = first.filter((each) => each.level <= limit);
  let batch: WalkEntry[] = [];
  while (open.length > 0) {
    signal?.throwIfAborted();
    const some = open.splice(-FOLDERS_IN_FLIGHT);
    for (const { entries, below } of await Promise.all(some.map((each) => readFolder(input, each)))) {
      for (const each of entries) batch.push(each);
      for (const each of below) if (each.level <= limit) open.push(each);
    }
    if (batch.length < BATCH_ENTRIES) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

export type RootStat =
  | {
      readonly kind: "ok";
      readonly device: string;
      /** Of this very folder, as long as nothing is mounted or unmounted there. */
      readonly identity: string;
      readonly isEmpty: boolean;
    }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly code: "permission-denied" | "io-error" };

/** A library root as it is now; hidden and system entries (`lost+found`) do not count against `isEmpty`. */
export const statRoot = async (root: string): Promise<RootStat> => {
  try {
    const found = await stat(root, { bigint: true });
    if (!found.isDirectory()) return { kind: "missing" };
    const names = await readdir(root);
    return {
      kind: "ok",
      device: String(found.dev),
      identity: `${found.dev}:${found.ino}`,
      isEmpty: names.every(isSystemName),
    };
  } catch (thrown) {
    const code = codeOf(thrown);
    if (isGone(code)) return { kind: "missing" };
    return {
      kind: "unreadable",
      code: code === "EACCES" || code === "EPERM" ? "permission-denied" : "io-error",
    };
  }
};

export type FolderFound = {
  /** The nearest folder at or above the one asked for that is there and no link leads to. */
  readonly path: string;
  /** `st_dev` of it, as text. */
  readonly device: string;
};

/** The folder at `path` below a root, looked for part by part, so that no link is followed below the root; null without a root. */
export const findFolder = async (root: string, path: string): Promise<FolderFound | null> => {
  const rootStat = await stat(root).catch(() => null);
  if (!rootStat?.isDirectory()) return null;
  let found: FolderFound = { path: "", device: String(rootStat.dev) };
  for (const name of path === "" ? [] : path.split("/")) {
    const next = found.path === "" ? name : `${found.path}/${name}`;
    const there = await lstat(join(root, next)).catch(() => null);
    if (!there?.isDirectory()) return found;
    found = { path: next, device: String(there.dev) };
  }
  return found;
};

export type FileStat =
  | { readonly kind: "file"; readonly sizeBytes: number; readonly modifiedUs: number }
  | { readonly kind: "missing" | "unknown" };

/** One `lstat`: a regular file, surely not there, or not to be said (no right, I/O error). */
export const statFile = async (path: string): Promise<FileStat> => {
  try {
    const found = await lstat(path);
    if (!found.isFile()) return { kind: "missing" };
    return { kind: "file", sizeBytes: found.size, modifiedUs: toMicroseconds(found.mtimeMs) };
  } catch (thrown) {
    return { kind: isGone(codeOf(thrown)) ? "missing" : "unknown" };
  }
};

const isSameFile = (found: Stats, sizeBytes: number): boolean => found.isFile() && found.size === sizeBytes;

const readBlocks = async (file: FileHandle, path: string, sizeBytes: number): Promise<Buffer> => {
  const ranges = sampledRanges(sizeBytes);
  const head = Buffer.from(`${sizeBytes}\n`);
  const bytes = Buffer.alloc(head.length + ranges.reduce((sum, each) => sum + each.length, 0));
  let at = head.copy(bytes);
  for (const { offset, length } of ranges) {
    for (let done = 0; done < length; ) {
      const { bytesRead } = await file.read(bytes, at, length - done, offset + done);
      if (bytesRead === 0) throw new Problem("source-changed", path);
      done += bytesRead;
      at += bytesRead;
    }
  }
  return bytes;
};

/**
 * The fingerprint of a file of `sizeBytes`: 32 hex digits of SHA-256 over its size and sampled blocks. Throws Problem
 * `file-missing`, `file-unreadable`, `io-error`, or `source-changed` when its size is or becomes another.
 */
export const fingerprintFile = async (path: string, sizeBytes: number): Promise<string> => {
  try {
    const file = await openFilm(path);
    try {
      if (!isSameFile(await file.stat(), sizeBytes)) throw new Problem("source-changed", path);
      const bytes = await readBlocks(file, path, sizeBytes);
      if (!isSameFile(await file.stat(), sizeBytes)) throw new Problem("source-changed", path);
      return hash("sha256", bytes, "hex").slice(0, 32);
    } finally {
      await file.close();
    }
  } catch (thrown) {
    throw readProblem(path, thrown);
  }
};
