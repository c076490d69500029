/**
 * Reads folders by plain calls, one after another, some hundred calls at a time: in a thread, as each may hang. What is still to be
 * read is kept from turn to turn, and half of it can be given away.
 */
import { isUtf8 } from "node:buffer";
import { type Dirent, lstatSync, readdirSync } from "node:fs";
import { toMicroseconds } from "../../core/fingerprint.ts";
import { isLeftOut, type WalkRule } from "../../core/walk-rules.ts";
import { codeOf } from "../file-problem.ts";

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

export type Folder = {
  readonly path: string;
  readonly level: number;
  readonly isTree: boolean;
  /** The disk that the folder above is on, or of one to begin with its own; null when that cannot be said. */
  readonly device: number | null;
  readonly isFirst: boolean;
};

/** What is to be read: the last of each first. */
export type Work = { readonly folders: Folder[]; readonly files: string[] };

export type Ground = {
  readonly root: string;
  readonly rule: WalkRule;
  /** Folders below this level are not entered. */
  readonly limit: number;
};

export type Slice = {
  /** Of regular files, '\0' between them: one text goes from thread to thread sooner than many. */
  readonly paths: string;
  /** Size, time and inode of each. */
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly others: readonly WalkEntry[];
  /** Whether the disk answers slowly: then several threads are sooner done. */
  readonly isSlow: boolean;
};

/** A slice ends after so many calls, or so long. */
const CALLS = 512;
const SLICE_MS = 20;
/** A look at a file of a local disk takes a twentieth of it, of a share several times as long. */
const SLOW_LOOK_MS = 0.1;
/** A few looks say nothing. */
const JUDGED_MS = 10;

/** What to say of a failed call: the code of the operating system, or all there is. */
export const whyOf = (thrown: unknown): string => codeOf(thrown) || String(thrown);

export const isGone = (code: string): boolean => code === "ENOENT" || code === "ENOTDIR";

type Listed = Pick<Dirent, "name" | "isDirectory" | "isFile" | "isSymbolicLink"> & {
  /** Its bytes are not UTF-8: no path in text leads to it. */
  readonly isBad?: boolean;
};

/** The entries of a folder. Names that are not valid UTF-8 come as U+FFFD, which a name may hold rightly: only then the bytes are read. */
const list = (folder: string): readonly Listed[] => {
  const dirents = readdirSync(folder, { withFileTypes: true });
  if (!dirents.some((each) => each.name.includes("\uFFFD"))) return dirents;
  const raw = readdirSync(folder, { withFileTypes: true, encoding: "buffer" });
  return raw.map((each) => ({
    name: each.name.toString("utf8"),
    isBad: !isUtf8(each.name),
    isDirectory: () => each.isDirectory(),
    isFile: () => each.isFile(),
    isSymbolicLink: () => each.isSymbolicLink(),
  }));
};

const deviceOf = (folder: string): number | null => {
  try {
    return lstatSync(folder).dev;
  } catch {
    return null;
  }
};

export type Reader = {
  /** Reads on for a while. */
  readonly read: () => Slice;
  /** Whether all is read. */
  readonly isDone: () => boolean;
  readonly add: (work: Work) => void;
  /** Half of what is to be read, for another thread; null where there is too little. */
  readonly share: () => Work | null;
};

/** What one slice has found so far. */
type Finds = {
  calls: number;
  readonly paths: string[];
  readonly numbers: number[];
  readonly others: WalkEntry[];
};

/** The first half of a list, the last to be read, is taken out of it. */
const half = <T>(list: T[]): T[] => list.splice(0, Math.floor(list.length / 2));

/** What is walked, and what of it is still to be read. */
type Open = Ground & Work;

const absolute = ({ root }: Open, path: string): string => {
  if (path === "") return root;
  return root.endsWith("/") ? root + path : `${root}/${path}`;
};

const readFile = (open: Open, found: Finds, path: string): void => {
  found.calls++;
  try {
    const stat = lstatSync(absolute(open, path));
    if (!stat.isFile()) {
      found.others.push({ kind: "skipped", path, why: "not a regular file" });
      return;
    }
    // A file of nothing but holes may say 8 EiB, which is no whole number to the store; nothing that is read is as large.
    const sizeBytes = Math.min(stat.size, Number.MAX_SAFE_INTEGER);
    found.paths.push(path);
    found.numbers.push(sizeBytes, toMicroseconds(stat.mtimeMs), stat.ino);
  } catch (thrown) {
    const why = whyOf(thrown);
    if (!isGone(why)) found.others.push({ kind: "unreadable", path, why });
  }
};

const readFolder = (
  open: Open,
  { others }: Finds,
  { path: parent, level, isTree }: Folder,
  device: number | null,
): void => {
  let dirents: readonly Listed[];
  try {
    dirents = list(absolute(open, parent));
  } catch (thrown) {
    const why = whyOf(thrown);
    // A folder that went away during the walk is gone; the root never is, for the walk.
    if (parent === "" || !isGone(why)) others.push({ kind: "unreadable", path: parent, why });
    return;
  }
  const below: Folder[] = [];
  for (const dirent of dirents) {
    const path = parent === "" ? dirent.name : `${parent}/${dirent.name}`;
    const kind = dirent.isDirectory() ? "folder" : "file";
    if (isLeftOut(open.rule, path, kind)) continue;
    if (dirent.isBad) others.push({ kind: "bad-name", path });
    else if (dirent.isSymbolicLink()) others.push({ kind: "link", path });
    else if (kind === "folder") below.push({ path, level: level + 1, isTree, device, isFirst: false });
    else if (dirent.isFile()) open.files.push(path);
    else others.push({ kind: "skipped", path, why: "not a regular file" });
  }
  // All files of a folder are read before the next one: in the order of their names, as it was listed.
  open.files.reverse();
  for (const each of below.reverse()) open.folders.push(each);
};

/** A folder that was come upon is looked at; then it is read, if it is to be. */
const meetFolder = (open: Open, found: Finds, folder: Folder): void => {
  const { path, level, isTree, device, isFirst } = folder;
  found.calls++;
  if (isFirst) {
    readFolder(open, found, folder, device);
    return;
  }
  found.calls++;
  const its = deviceOf(absolute(open, path));
  if (its !== null && device !== null && its !== device) found.others.push({ kind: "mount", path });
  if (!isTree) found.others.push({ kind: "folder", path });
  else if (level <= open.limit) readFolder(open, found, folder, its);
};

const readSlice = (open: Open): Slice => {
  const found: Finds = { calls: 0, paths: [], numbers: [], others: [] };
  const begin = performance.now();
  let [now, looks, slowLooks] = [begin, 0, 0];
  while (found.calls < CALLS && now - begin < SLICE_MS) {
    const file = open.files.pop();
    const folder = file === undefined ? open.folders.pop() : undefined;
    if (file !== undefined) readFile(open, found, file);
    else if (folder !== undefined) meetFolder(open, found, folder);
    else break;
    const after = performance.now();
    looks++;
    if (after - now > SLOW_LOOK_MS) slowLooks++;
    now = after;
  }
  return {
    paths: found.paths.join("\0"),
    numbers: Float64Array.from(found.numbers),
    others: found.others,
    // Most of them, not all of them together: on a busy machine a few take very long.
    isSlow: now - begin > JUDGED_MS && 2 * slowLooks > looks,
  };
};

/** Reads `ground`; what of it is to be added. */
export const createReader = (ground: Ground): Reader => {
  const open: Open = { ...ground, folders: [], files: [] };
  const { folders, files } = open;
  return {
    read: () => readSlice(open),
    isDone: () => folders.length === 0 && files.length === 0,
    add: (work) => {
      for (const each of work.folders) folders.push(each);
      for (const each of work.files) files.push(each);
    },
    share: () => {
      const given = { folders: half(folders), files: files.length < CALLS ? [] : half(files) };
      return given.folders.length + given.files.length > 0 ? given : null;
    },
  };
};
