/** Opens files that others may change under us for reading: regular files only, never over a symbolic link. */
import { constants } from "node:fs";
import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Problem, type ProblemCode } from "../core/problem.ts";

const PROBLEMS_OF: Readonly<Record<string, ProblemCode>> = {
  ENOENT: "file-missing",
  ENOTDIR: "file-missing",
  ELOOP: "file-missing",
  ENXIO: "file-missing",
  EACCES: "file-unreadable",
  EPERM: "file-unreadable",
};

/** What the operating system said about reading a file, as a Problem; what it did not say stays as it is. */
export const readProblem = (path: string, thrown: unknown): unknown => {
  if (!(thrown instanceof Error && "syscall" in thrown && "code" in thrown)) return thrown;
  const code = String(thrown.code);
  return new Problem(PROBLEMS_OF[code] ?? "io-error", `${path}: ${code}`, thrown);
};

/**
 * Opens a file of a library. What was put in its place since it was listed (a link, a FIFO, a device) is not read, nor waited for.
 * Throws Problem file-missing, file-unreadable, io-error.
 */
export const openFilm = async (path: string): Promise<FileHandle> => {
  // NONBLOCK: opening a FIFO would wait for its writer, and with it a thread of the few that Node has for files.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((thrown: unknown) => {
    throw readProblem(path, thrown);
  });
  const { isRegular } = await sizeOf(file, path).catch(async (thrown: unknown) => {
    await file.close();
    throw thrown;
  });
  if (isRegular) return file;
  await file.close();
  throw new Problem("file-missing", `${path} is no regular file.`);
};

/** What an open film is. Throws Problem file-unreadable, io-error. */
export const sizeOf = async (
  file: FileHandle,
  path: string,
): Promise<{ readonly isRegular: boolean; readonly sizeBytes: number }> => {
  try {
    const found = await file.stat();
    return { isRegular: found.isFile(), sizeBytes: found.size };
  } catch (thrown) {
    throw readProblem(path, thrown);
  }
};

const real = (path: string): Promise<string> =>
  realpath(path).catch((thrown: unknown) => {
    throw readProblem(path, thrown);
  });

/** Whether the folder of `path` lies in `root` when every link on the way is followed. Throws as openFilm. */
export const isInside = async (path: string, root: string): Promise<boolean> =>
  join(await real(dirname(path)), "/").startsWith(join(await real(root), "/"));

/** As openFilm, for what is shown to others: no link on the way may lead out of `root` either. */
export const openInside = async (path: string, root: string): Promise<FileHandle> => {
  const file = await openFilm(path);
  try {
    const [opened, named] = [await file.stat(), await stat(await real(path))];
    // Asked after it was opened, and of the file that was opened: a folder may turn into a link between two questions.
    if ((await isInside(path, root)) && opened.ino === named.ino && opened.dev === named.dev) return file;
    throw new Problem("file-missing", `${path} lies outside its library.`);
  } catch (thrown) {
    await file.close();
    throw readProblem(path, thrown);
  }
};
