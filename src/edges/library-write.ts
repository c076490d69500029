/** The only file that changes a library. Nothing here overwrites (`give-name.ts`), and every step may be repeated. */
import { createHash } from "node:crypto";
import { createReadStream, constants as fs, type Stats } from "node:fs";
import {
  access,
  copyFile,
  lstat,
  open,
  readdir,
  rename,
  rm,
  stat,
  unlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { toMicroseconds } from "../core/fingerprint.ts";
import { partialToken } from "../core/output-paths.ts";
import { Problem, type ProblemCode } from "../core/problem.ts";
import { type Destination, holdDestination, makeFolder, within } from "./destination.ts";
import { codeOf, toFileProblem } from "./file-problem.ts";
import { giveFileRights } from "./file-rights.ts";
import { NEEDS, whyRefused } from "./folder-rights.ts";
import {
  giveUpName,
  hashOfText,
  isStill,
  markPath,
  moveOnOneDisk,
  present,
  unlinkSecond,
  unlinkStill,
} from "./give-name.ts";
import { appendBlock } from "./receive-file.ts";
import { syncFolder } from "./sync-folder.ts";

/**
 * Makes the folder and those above it up to `base` if need be, with the rights of the folder `like`, and proves with a
 * partial file that it takes files. Throws Problem folder-not-writable, disk-full; folder-away where `base` is not there.
 */
export const prepareFolder = async (
  folder: string,
  token: string,
  like: string,
  base = "/",
): Promise<void> => {
  const trial = join(folder, `.${token}.partial.trial`);
  try {
    await makeFolder(folder, like, base);
    await access(folder, NEEDS.write);
    await (await open(trial, "wx")).close();
    await unlink(trial);
  } catch (cause) {
    if (["ENOSPC", "EDQUOT"].includes(codeOf(cause))) throw new Problem("disk-full", folder, cause);
    if (codeOf(cause) === "ENOENT" && !(await present(base)))
      throw new Problem("folder-away", `There is no folder ${base}.`, cause);
    const why = (await whyRefused(folder)) ?? `${folder}: ${codeOf(cause) || "refused"}`;
    throw new Problem("folder-not-writable", why, cause);
  }
};

/**
 * Gives the result the source's owner, group, mode and times, as far as we may, and makes its bytes durable. Throws Problem
 * file-missing, disk-full, permission-denied, io-error.
 */
export const finishFile = async (path: string, sourcePath: string): Promise<void> => {
  try {
    const source = await stat(sourcePath);
    // Opened first: with the source's mode and owner it may not be ours to open any more.
    const file = await open(path, "r");
    try {
      await giveFileRights(file, source);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (thrown) {
    throw toFileProblem(thrown, path);
  }
};

/** Writes a partial file of our own, whole. Throws Problem disk-full, permission-denied, io-error. */
export const writePartial = (path: string, content: string): Promise<void> =>
  writeFile(path, content).catch((thrown: unknown) => {
    throw toFileProblem(thrown, path);
  });

/**
 * Adds a block that was checked to the end of a partial file. Throws Problem transfer-out-of-step where it is not its end,
 * disk-full, permission-denied, io-error.
 */
export const receiveBlock = (path: string, start: number, bytes: Uint8Array): Promise<void> =>
  appendBlock(path, start, bytes).catch((thrown: unknown) => {
    throw toFileProblem(thrown, path);
  });

/**
 * Moves a file to a name nobody has, on the same file system, durably. `false`: the name is taken by another file.
 * Repeated after a crash it finishes what was begun. Throws Problem disk-full, permission-denied, io-error, file-missing.
 */
export const moveWithoutOverwrite = async (from: string, to: string): Promise<boolean> => {
  try {
    return await moveOnOneDisk(from, to);
  } catch (thrown) {
    throw toFileProblem(thrown, to);
  }
};

/**
 * Moves an original, also to another disk: there it is copied under a hidden name, its hash compared, made durable and
 * named; only then is the original removed. Its destination is proven before and after it got its name. Throws Problem
 * `code` (archive-failed, restore-failed, publish-failed) with all in place when it is refused, and what the destination
 * throws when its disk is away; disk-full, permission-denied, io-error when the disk fails, perhaps half-way: it may be
 * repeated.
 */
export const moveOriginal = async (
  from: string,
  to: string,
  code: ProblemCode,
  into: Destination = within("/"),
): Promise<void> => {
  try {
    const [source, target] = [await present(from), await present(to)];
    if (!source && target) return await endMove(from, to);
    // Before a folder is made: of a disk that is away only the mount point would be there to make it in.
    if (!source) throw new Problem(code, `${from} is not there.`);
    const prove = await holdDestination(into);
    await makeFolder(dirname(to), dirname(from), into.base, prove);
    const isMoved = await moveOnOneDisk(from, to, prove).catch((thrown: unknown) => {
      if (codeOf(thrown) !== "EXDEV") throw thrown;
      return false;
    });
    // A name that is taken is said before another disk is.
    if (!isMoved && !(await moveAcrossDisks(from, to, code, prove)))
      throw new Problem(code, `There is already another file at ${to}.`);
  } catch (thrown) {
    // Of a disk that went away meanwhile files are missing too: then that is said.
    if (!(thrown instanceof Problem)) await into.prove();
    throw toFileProblem(thrown, `${from} to ${to}`);
  }
};

/** What a crash or an error right after a move left to do: the new name durable, nothing of ours beside it. */
const endMove = async (from: string, to: string): Promise<void> => {
  await syncFolder(dirname(to));
  // A copy that got its name has two until the hidden one goes.
  await rm(copyPath(to), { force: true });
  await rm(markPath(from, to), { force: true });
};

/** The hidden name of a copy: by where it goes, so that the next try finds and removes what a crash left. */
export const copyPath = (to: string): string => join(dirname(to), `.archive.${hashOfText(to)}.partial.copy`);

/** Removes what a move that is not to be finished left where it goes; whole files stay. Throws what the file system throws. */
export const giveUpMove = async (from: string, to: string): Promise<void> => {
  await rm(copyPath(to), { force: true });
  await giveUpName(from, to);
};

/**
 * Takes away the second name that a move which is not to be finished gave its file on the same disk. Throws Problem
 * permission-denied, disk-full, io-error: it has two names still, or that cannot be said.
 */
export const removeSecondName = (from: string, to: string): Promise<void> =>
  unlinkSecond(from, to).catch((thrown: unknown) => {
    throw toFileProblem(thrown, to);
  });

const moveAcrossDisks = async (
  from: string,
  to: string,
  code: ProblemCode,
  prove: () => Promise<void>,
): Promise<boolean> => {
  const [source, target] = [await present(from), await present(to)];
  // The same file over two mounts has the same hash as well: it must never be taken for a copy.
  if (target && source?.ino === target.ino && source.dev === target.dev) return false;
  const partial = copyPath(to);
  let copy: Stats | null = null;
  let made: Stats | null = null;
  let isCopied = false;
  try {
    if (target) {
      // A crash after the copy got its name, which may not be durable yet.
      if (source?.size !== target.size || (await hashOf(from)) !== (await hashOf(to))) return false;
      await finishFile(to, from);
      made = await present(to);
      await syncFolder(dirname(to));
    } else {
      await rm(partial, { force: true });
      await copyFile(from, partial, fs.COPYFILE_EXCL);
      await finishFile(partial, from);
      if ((await hashOf(from)) !== (await hashOf(partial)))
        throw new Problem(code, `The copy of ${from} at ${to} differs from it.`);
      copy = await present(partial);
      made = copy;
      // To copy and to compare took minutes.
      await prove();
      if (!(await moveOnOneDisk(partial, to, prove)) && (await present(to))) return false;
    }
    // The copy is seen where it is believed to be, or it is none.
    await prove();
    const named = await present(to);
    if (!named) throw new Problem("folder-away", `${to} is not there any more.`);
    // A person may have put a file of theirs there by now, or written to this one. Not every disk gives a file the same
    // number under a new name.
    if (!(await isStill(to, made)) && (await hashOf(from)) !== (await hashOf(to)))
      throw new Problem(code, `There is another file than the copy at ${to}.`);
    isCopied = true;
    await unlinkStill(from, source);
    return true;
  } catch (thrown) {
    // On a share that timed out the removal may still come: only where it was surely refused the copy goes again.
    const isRefused = !isCopied || REFUSED.has(codeOf(thrown));
    // Once the original has gone, to make that durable may be refused too: the copy is the film then.
    if (copy && isRefused && (await isStill(from, source).catch(() => false))) await removeCopy(to, copy);
    throw thrown;
  } finally {
    await giveUpMove(from, to);
  }
};

const REFUSED = new Set(["EPERM", "EACCES", "EROFS"]);

/** Removes a copy that came to nothing, where its name surely holds what was made here and nobody has written to it. */
const removeCopy = async (path: string, made: Stats): Promise<void> => {
  if (await isStill(path, made).catch(() => false)) await rm(path, { force: true }).catch(() => {});
};

const hashOf = async (path: string): Promise<string> => {
  const hash = createHash("sha256");
  for await (const part of createReadStream(path)) hash.update(part);
  return hash.digest("hex");
};

/**
 * Puts a verified file in the place of our own earlier one, in one step: there is always a film that plays. False: that
 * is not as it is known, so that it is somebody else's by now.
 */
export const replaceUnchanged = async (from: string, ours: string, known: FileTimes): Promise<boolean> => {
  try {
    if ((await compareTimes(ours, known)) !== "same") return false;
    await rename(from, ours);
    await syncFolder(dirname(ours));
    return true;
  } catch (thrown) {
    throw toFileProblem(thrown, ours);
  }
};

/** Removes one of our own files; gone already is fine. Throws Problem permission-denied, io-error. */
export const removeFile = async (path: string): Promise<void> => {
  await rm(path, { force: true }).catch((thrown: unknown) => {
    throw toFileProblem(thrown, path);
  });
  await syncFolder(dirname(path)).catch(() => {});
};

/**
 * Removes a file as long as it has the size and time that it is known by; another one that took its name stays. Throws
 * Problem permission-denied, io-error.
 */
export const removeUnchanged = async (
  path: string,
  known: FileTimes,
): Promise<"removed" | "other" | "missing"> => {
  const seen = await compareTimes(path, known);
  if (seen !== "same") return seen;
  await removeFile(path);
  return "removed";
};

type FileTimes = { readonly sizeBytes: number; readonly modifiedUs: number };

const compareTimes = async (path: string, known: FileTimes): Promise<"same" | "other" | "missing"> => {
  const now = await fileStat(path);
  if (now === null) return "missing";
  return now.sizeBytes === known.sizeBytes && now.modifiedUs === known.modifiedUs ? "same" : "other";
};

/**
 * Removes the empty file that a crash left at `to` where there are no hard links, while `from` was given that name; any
 * other file stays. Throws Problem permission-denied, io-error.
 */
export const removePlaceholder = (from: string, to: string): Promise<void> =>
  giveUpName(from, to).catch((thrown: unknown) => {
    throw toFileProblem(thrown, to);
  });

/** The token in the hidden names that a move to `to` uses there, for who asks whose they are. */
export const tokenOfMove = (to: string): string => hashOfText(to);

/** The size and time a file has now; null when it is not there. Throws Problem io-error, permission-denied. */
export const fileStat = async (path: string): Promise<FileTimes | null> => {
  const found = await present(path);
  return found?.isFile() ? { sizeBytes: found.size, modifiedUs: toMicroseconds(found.mtimeMs) } : null;
};

/**
 * Removes the partial files in a folder that are stale by their token and age (ms since they changed); how many went. One
 * that cannot be removed (its disk is read-only) stays for another day, and stops nothing.
 */
export const sweepPartials = async (
  folder: string,
  isStale: (token: string, ageMs: number) => boolean,
): Promise<number> => {
  const names = await readdir(folder).catch(() => []);
  let removed = 0;
  for (const name of names) {
    const token = partialToken(name);
    const path = join(folder, name);
    const found = token === null ? null : await lstat(path).catch(() => null);
    if (token === null || !found?.isFile() || !isStale(token, Date.now() - found.ctimeMs)) continue;
    removed += await rm(path, { force: true }).then(
      () => 1,
      () => 0,
    );
  }
  return removed;
};
