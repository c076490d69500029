/** How full disks are. Reads only. */
import { stat, statfs } from "node:fs/promises";
import { codeOf } from "./file-problem.ts";

export type DiskSpace =
  | {
      readonly kind: "space";
      /** The same number: the same disk. */
      readonly device: number;
      readonly totalBytes: number;
      /** What this program may still write. */
      readonly freeBytes: number;
      /** As `df` has it: of what others than root may use, 0 to 100. */
      readonly usedPercent: number;
    }
  | { readonly kind: "unknown"; readonly why: string; readonly isLate?: true };

/** A network share that is away may never answer, and nothing can end the question. */
const ANSWER_MS = 3000;

const ask = async (path: string): Promise<DiskSpace> => {
  try {
    const [{ dev }, { blocks, bfree, bavail, bsize }] = [await stat(path), await statfs(path)];
    const used = blocks - bfree;
    const usedPercent = used + bavail === 0 ? 0 : (100 * used) / (used + bavail);
    return { kind: "space", device: dev, totalBytes: blocks * bsize, freeBytes: bavail * bsize, usedPercent };
  } catch (thrown) {
    const code = codeOf(thrown);
    return { kind: "unknown", why: code === "ENOENT" ? "it is not there" : `it cannot be read (${code})` };
  }
};

/** Asks for the disk of a folder; one that does not answer is asked once at a time, so that it holds one thread at most. */
export const createDisks = (answerMs = ANSWER_MS, askDisk = ask): ((path: string) => Promise<DiskSpace>) => {
  const pending = new Map<string, Promise<DiskSpace>>();
  return async (path) => {
    const asked = pending.get(path) ?? askDisk(path).finally(() => pending.delete(path));
    pending.set(path, asked);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<DiskSpace>((resolve) => {
      timer = setTimeout(
        () => resolve({ kind: "unknown", why: "it does not answer", isLate: true }),
        answerMs,
      );
    });
    return Promise.race([asked, late]).finally(() => clearTimeout(timer));
  };
};
