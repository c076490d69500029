/** A folder of our own for a file that ffmpeg names in a filter, where no sign may mean anything. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes a folder whose path has letters, digits, `_`, `-`, `.` and `/` only; removed with all that is in it after `use`. */
export const withScratchFolder = async <T>(use: (folder: string) => Promise<T>): Promise<T> => {
  const parent = /^[\w./-]+$/.test(tmpdir()) ? tmpdir() : "/tmp";
  const folder = await mkdtemp(join(parent, "cvc-text-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
