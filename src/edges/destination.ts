/** Where a file is moved to: a folder that must be there, and those below it, which are made. */
import { lstat, mkdir, rmdir, stat } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { Problem } from "../core/problem.ts";
import { codeOf } from "./file-problem.ts";
import { giveFolderRights } from "./file-rights.ts";
import { syncFolder } from "./sync-folder.ts";

export type Destination = {
  /** Must be there, and is never made: it may be the mount point of a disk that is away. */
  readonly base: string;
  /** Throws a Problem where `base` cannot be believed now. Asked again before each step that cannot be taken back. */
  readonly prove: () => Promise<void>;
};

/** On the disk of a folder that is known to be there. */
export const within = (base: string): Destination => ({ base, prove: async () => {} });

/** What must stay the same of a folder: its disk, or the very folder, which some shares do not number alike for hours. */
export type Held = "disk" | "folder";

/**
 * Proves a destination, and gives what proves it again later: the disk that was there at first is there still, also one
 * with nothing in it. Throws Problem folder-away and those of `prove`.
 */
export const holdDestination = async (
  { base, prove }: Destination,
  held: Held = "disk",
): Promise<() => Promise<void>> => {
  // Asked before it is proven: what comes in its place in between is another one later.
  const before = await numberOf(base, held).catch(() => null);
  await prove();
  const first = before ?? (await numberOf(base, held));
  return async () => {
    await prove();
    if ((await numberOf(base, held)) !== first)
      throw new Problem("folder-away", `The disk of ${base} went away.`);
  };
};

/** A folder that cannot be looked at now may be there the next time: no reason to give a move up. */
const numberOf = async (folder: string, held: Held): Promise<string> => {
  try {
    const { dev, ino } = await stat(folder, { bigint: true });
    return held === "disk" ? `${dev}` : `${dev}:${ino}`;
  } catch (thrown) {
    throw new Problem("folder-away", `${folder} cannot be looked at: ${codeOf(thrown)}.`, thrown);
  }
};

/**
 * Makes a folder and those above it up to `base`, with the rights of the folder `like`, durably: what is moved into it must
 * be found after a power cut. Where `prove` throws afterwards they go again. Throws what the file system throws, `ENOENT`
 * where `base` is not there.
 */
export const makeFolder = async (
  folder: string,
  like: string,
  base: string,
  prove: () => Promise<void> = async () => {},
): Promise<void> => {
  const missing: string[] = [];
  for (let each = folder; isBelow(each, base) && !(await isThere(each)); each = dirname(each))
    missing.unshift(each);
  if (missing.length === 0) return;
  await prove();
  const made: string[] = [];
  for (const each of missing) if (await makeOne(each, like)) made.unshift(each);
  try {
    await prove();
  } catch (thrown) {
    // Made where the disk is not, unless it went right after: then they are not seen.
    for (const each of made) await rmdir(each).catch(() => {});
    throw thrown;
  }
};

/** False: somebody else made it meanwhile. */
const makeOne = async (folder: string, like: string): Promise<boolean> => {
  try {
    await mkdir(folder);
  } catch (thrown) {
    if (codeOf(thrown) === "EEXIST") return false;
    throw thrown;
  }
  await giveFolderRights(folder, like);
  await syncFolder(dirname(folder));
  return true;
};

const isBelow = (folder: string, base: string): boolean => {
  const way = relative(base, folder);
  return way !== "" && way !== ".." && !way.startsWith("../");
};

const isThere = async (folder: string): Promise<boolean> => {
  try {
    await lstat(folder);
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT") return false;
    throw thrown;
  }
};
