/** Which folders they are, and when something last came, went or got another name in them. */
import { type BigIntStats, lstat, stat } from "node:fs";
import { join } from "node:path";

export type FolderTime = {
  /** Which folder it is, whatever its name: a number on the disk of the root, as nearly all are, as that is short to keep. */
  readonly identity: number | string;
  readonly modifiedMs: number;
};

const timeOf = (found: BigIntStats, disk: bigint): FolderTime | null => {
  if (!found.isDirectory()) return null;
  const { dev, ino } = found;
  const isShort = dev === disk && ino <= Number.MAX_SAFE_INTEGER;
  return { identity: isShort ? Number(ino) : `${dev}:${ino}`, modifiedMs: Number(found.mtimeNs) / 1e6 };
};

/** The number of the disk that a root is on; 0 when it is not there. */
export const diskOf = (root: string): Promise<bigint> =>
  new Promise((resolve) => {
    stat(root, { bigint: true }, (failure, found) => resolve(failure ? 0n : found.dev));
  });

/** The folders of `paths` below `root` as they are; null for what is none. Only the root ('') may be a link. */
export const folderTimes = (
  root: string,
  paths: readonly string[],
  disk: bigint,
): Promise<readonly (FolderTime | null)[]> =>
  new Promise((resolve) => {
    const times: (FolderTime | null)[] = paths.map(() => null);
    let left = paths.length;
    if (left === 0) resolve(times);
    for (const [index, path] of paths.entries()) {
      const ask = path === "" ? stat : lstat;
      ask(join(root, path), { bigint: true }, (failure, found) => {
        times[index] = failure ? null : timeOf(found, disk);
        if (--left === 0) resolve(times);
      });
    }
  });
