/**
 * Gives files names. Nothing here overwrites: a name is given by a hard link, which fails when the name is taken, or, where
 * there are none (exFAT, some shares), by an exclusive placeholder. For `library-write.ts` alone.
 */
import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { link, lstat, open, rename, rm, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { partialToken } from "../core/output-paths.ts";
import { codeOf, toFileProblem } from "./file-problem.ts";
import { syncFolder } from "./sync-folder.ts";

/** A name too long for its disk or not allowed there, and a circle of links, lead to no file, now and later. */
const NOT_THERE = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ELOOP", "EINVAL"]);

/** null only when it surely is not there: a disk that answers with an error has not lost the file. */
export const present = async (path: string) => {
  try {
    return await lstat(path);
  } catch (thrown) {
    if (NOT_THERE.has(codeOf(thrown))) return null;
    throw toFileProblem(thrown, path);
  }
};

const NO_HARD_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EACCES"]);

/**
 * Moves a file to a name nobody has, on the same file system, durably. `false`: the name is taken by another file.
 * Repeated after a crash it finishes what was begun. What `prove` throws, while the disk of `to` is away, leaves the file
 * where it was. Throws what the file system throws, `EXDEV` for another disk.
 */
export const moveOnOneDisk = async (
  from: string,
  to: string,
  prove: () => Promise<void> = async () => {},
): Promise<boolean> => {
  // Nothing is made at the new name where the file is not there: its disk may be away.
  const meant = await lstat(from);
  try {
    await link(from, to);
  } catch (thrown) {
    const code = codeOf(thrown);
    // Pools of disks (mergerfs) may refuse a link between two names of one folder as if they were on two disks.
    const hasNoLinks = NO_HARD_LINKS.has(code) || (code === "EXDEV" && dirname(from) === dirname(to));
    if (hasNoLinks) return renameExclusively(from, to, meant, prove);
    if (code !== "EEXIST") throw thrown;
    // A crash between link and unlink left one file under both names; or between placeholder and rename, a placeholder.
    if (await isPlaceholder(from, to)) return renameExclusively(from, to, meant, prove);
    if (!(await isLinkedTwice(from, to))) return false;
  }
  await syncFolder(dirname(to));
  try {
    await prove();
  } catch (thrown) {
    // Both are one file: the second name, which the disk would hide when it is back, goes again.
    if (await isLinkedTwice(from, to)) await unlink(to);
    throw thrown;
  }
  // A person may have put a file of theirs under the new name, or taken it away, by now.
  if (!looksAlike(await present(to), meant)) return false;
  await unlinkStill(from, meant);
  return true;
};

/** Some pools of disks number two names of one file differently, so that is not asked. */
const looksAlike = (one: Stats | null, other: Stats | null): boolean =>
  one !== null && one.size === other?.size && one.mtimeMs === other.mtimeMs;

/** Whether a name still has the file it had, unwritten. Throws as `present`. */
export const isStill = async (path: string, meant: Stats | null): Promise<boolean> => {
  const now = await present(path);
  return now !== null && now.ino === meant?.ino && now.size === meant.size && now.mtimeMs === meant.mtimeMs;
};

/** Removes what was moved; a file that a person put in its place meanwhile, or wrote to, stays. */
export const unlinkStill = async (path: string, meant: Stats | null): Promise<void> => {
  if (!(await isStill(path, meant))) return;
  await unlink(path);
  await syncFolder(dirname(path));
};

/**
 * One file under two names. One name seen over two ways (a symbolic link, a bind mount, a share that knows no case) is not:
 * removing it loses the film. A count of links alone does not tell, as downloads are often linked into a library.
 */
const isLinkedTwice = async (from: string, to: string): Promise<boolean> => {
  const [source, target] = [await present(from), await present(to)];
  if (!isSame(source, target) || source?.nlink === 1) return false;
  const isOneName = basename(from).toLowerCase() === basename(to).toLowerCase();
  return !isOneName || !isSame(await stat(dirname(from)), await stat(dirname(to)));
};

/** Takes away the second name that a move gave a file before it failed. Throws what the file system throws. */
export const unlinkSecond = async (from: string, to: string): Promise<void> => {
  if (await isLinkedTwice(from, to)) await unlink(to);
};

const isSame = (one: Stats | null, other: Stats | null): boolean =>
  one !== null && one.ino === other?.ino && one.dev === other.dev;

/** A short name for a path or a content. */
export const hashOfText = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 32);

/** Says that an empty file at `to` is a placeholder of ours; swept with the claim whose token `from` has, if it has one. */
export const markPath = (from: string, to: string): string => {
  const [token, place] = [partialToken(basename(from)), hashOfText(to)];
  return join(dirname(to), `.${place}.${token ?? place}.partial.name`);
};

/** Whether the file at `to` is the empty one that holds the name for `from`. Throws as `present`. */
export const isPlaceholder = async (from: string, to: string): Promise<boolean> => {
  const target = await present(to);
  return target?.isFile() === true && target.size === 0 && (await present(markPath(from, to))) !== null;
};

/**
 * Removes what a move that is given up may have left of its name: a placeholder and its mark. What takes the name while
 * this is asked stays.
 */
export const giveUpName = async (from: string, to: string): Promise<void> => {
  const found = await present(to);
  if (await isPlaceholder(from, to)) await unlinkStill(to, found);
  await rm(markPath(from, to), { force: true });
};

/** Where there are no hard links: the name is taken by a placeholder that the file then replaces. */
const renameExclusively = async (
  from: string,
  to: string,
  meant: Stats,
  prove: () => Promise<void>,
): Promise<boolean> => {
  const mark = markPath(from, to);
  if (!(await isPlaceholder(from, to)) && !(await placeHolder(to, mark))) return false;
  const placed = await present(to);
  try {
    await prove();
    await rename(from, to);
  } catch (thrown) {
    // On another disk than the film no rename can have come: its own went away, and this is below its mount point.
    const isElsewhere = placed !== null && placed.dev !== meant.dev;
    await takeBack({ path: to, placed, mark }, async () => isElsewhere || isStill(from, meant)).catch(
      () => {},
    );
    throw thrown;
  }
  await syncFolder(dirname(to));
  await syncFolder(dirname(from));
  await unlink(mark);
  return true;
};

/** False: the name is taken. The mark comes first, so that no crash leaves an empty file that nobody knows. */
const placeHolder = async (to: string, mark: string): Promise<boolean> => {
  if (await present(to)) return false;
  try {
    await (await open(mark, "w")).close();
    await syncFolder(dirname(to));
    await (await open(to, "wx")).close();
    return true;
  } catch (thrown) {
    const isTaken = codeOf(thrown) === "EEXIST";
    // A disk that fails may have made it all the same: then the mark says that it is ours.
    if (isTaken || (await present(to)) === null) await rm(mark, { force: true });
    if (isTaken) return false;
    throw thrown;
  }
};

type Placeholder = { readonly path: string; readonly placed: Stats | null; readonly mark: string };

/**
 * Removes a placeholder whose rename failed. A share may have done it and lost the answer: then its name has the film, and
 * nothing else has. Unless both are seen to be as before all stays, and by the mark the next try finishes.
 */
const takeBack = async (
  { path, placed, mark }: Placeholder,
  isRenameRefused: () => Promise<boolean>,
): Promise<void> => {
  if (placed?.size !== 0 || !(await isStill(path, placed)) || !(await isRenameRefused())) return;
  await unlink(path);
  await unlink(mark);
};
