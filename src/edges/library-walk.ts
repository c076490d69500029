/** Reads a library: its folders, file times and sampled content. Opens nothing for writing, follows no symlink. */
import { hash } from "node:crypto";
import type { Stats } from "node:fs";
import { type FileHandle, lstat, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { ALL, type DirtyFolder } from "../core/dirty-folders.ts";
import { sampledRanges, toMicroseconds } from "../core/fingerprint.ts";
import { isSystemName } from "../core/library-names.ts";
import { Problem } from "../core/problem.ts";
import type { WalkRule } from "../core/walk-rules.ts";
import { codeOf } from "./file-problem.ts";
import { openFilm, readProblem } from "./film-file.ts";
import { type Folder, isGone, type Slice, type WalkEntry } from "./walk/read-some.ts";
import { readSlices } from "./walk/threads.ts";

export type { WalkEntry } from "./walk/read-some.ts";

export type WalkInput = {
  readonly root: string;
  /** Levels of folders below the root: 0 is the root alone. */
  readonly depth: number | "max";
  /** What is left out. */
  readonly rule: WalkRule;
  /** Only these folders; without it all of the root. */
  readonly folders?: readonly DirtyFolder[];
};

const DEPTH_MAX = 64;

/** The disk that a folder is on; null when that cannot be said. */
const deviceOf = async (folder: string, ask: typeof stat): Promise<number | null> => {
  try {
    return (await ask(folder)).dev;
  } catch {
    return null;
  }
};

/** The folder of a path is as many levels below the root as its path has parts. Only the root may be a link. */
const toFolder = async (root: string, { path, isTree }: DirtyFolder): Promise<Folder> => ({
  path,
  level: path === "" ? 0 : path.split("/").length,
  isTree,
  device: await deviceOf(join(root, path), path === "" ? stat : lstat),
  isFirst: true,
});

const entriesOf = ({ paths, numbers, others }: Slice): readonly WalkEntry[] => {
  if (numbers.length === 0) return others;
  const entries = paths.split("\0").map((path, index): WalkEntry => {
    const [sizeBytes = 0, modifiedUs = 0, inode = 0] = numbers.subarray(3 * index, 3 * index + 3);
    return { kind: "file", path, sizeBytes, modifiedUs, inode };
  });
  entries.push(...others);
  return entries;
};

/**
 * Walks a library root, or some folders in it, in threads (decision 0023), and yields entries as they are found, some hundred at a time.
 * Never follows a symbolic link; what cannot be read is yielded as `unreadable`, so that a scan does not take it for
 * gone. Memory grows with the entries of a few folders and the folders on the way to them only.
 */
export async function* walkLibrary(
  { root, depth, rule, folders }: WalkInput,
  signal?: AbortSignal,
): AsyncGenerator<readonly WalkEntry[]> {
  const limit = depth === "max" ? DEPTH_MAX : Math.min(depth, DEPTH_MAX);
  const first: Folder[] = [];
  for (const each of folders ?? [ALL]) first.push(await toFolder(root, each));
  signal?.throwIfAborted();
  const work = { folders: first.filter((each) => each.level <= limit).reverse(), files: [] };
  for await (const slice of readSlices({ root, rule, limit }, work, signal)) {
    const entries = entriesOf(slice);
    if (entries.length > 0) yield entries;
  }
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
