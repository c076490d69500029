/** Folders of our own for files that live as long as one run of ffmpeg, in the system's folder for temporary files. */
import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The number of the process that made one is in its name. */
const OURS = /^cvc-(?:text|speed|decoding)-(\d+)-\w{6}$/;

/** Makes one; throws what the system says where it takes none. */
export const makeScratchFolder = (what: "text" | "speed" | "decoding", parent = tmpdir()): Promise<string> =>
  mkdtemp(join(parent, `cvc-${what}-${process.pid}-`));

/** Makes a folder whose path has letters, digits, `_`, `-`, `.` and `/` only; removed with all that is in it after `use`. */
export const withScratchFolder = async <T>(use: (folder: string) => Promise<T>): Promise<T> => {
  const parent = /^[\w./-]+$/.test(tmpdir()) ? tmpdir() : "/tmp";
  const folder = await makeScratchFolder("text", parent);
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return thrown instanceof Error && "code" in thrown && thrown.code === "EPERM";
  }
};

/** Removes what a program of ours that was killed left there. What cannot be removed stays. */
export const sweepScratchFolders = async (): Promise<void> => {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const [, pid] = OURS.exec(name) ?? [];
    if (pid === undefined || isRunning(Number(pid))) continue;
    const path = join(tmpdir(), name);
    const found = await lstat(path).catch(() => null);
    if (found?.isDirectory() && found.uid === process.getuid?.())
      await rm(path, { recursive: true, force: true }).catch(() => {});
  }
};
