/** A disk that is full or read-only: a tmpfs, where one may be mounted; or a folder that is mounted a second time. */
import { execFileSync } from "node:child_process";
import { mkdirSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { tempFolder } from "./temp.ts";

export const isRoot = process.getuid?.() === 0;

/** A tmpfs of some size, unmounted after the test; null where none may be mounted. */
export const smallDisk = (context: TestContext, sizeBytes: number): string | null =>
  mountedFor(context, ["-t", "tmpfs", "-o", `size=${sizeBytes}`, "tmpfs"]);

/** A second way to a folder, which is made: a bind mount of it; null where none may be mounted. */
export const secondWay = (context: TestContext, folder: string): string | null => {
  mkdirSync(folder);
  return mountedFor(context, ["--bind", folder]);
};

const mountedFor = (context: TestContext, what: readonly string[]): string | null => {
  let mounted: string | null = null;
  // Before the folder's own removal: hooks run in the order they were given.
  context.after(() => mounted !== null && execFileSync("umount", ["-l", mounted]));
  const folder = tempFolder(context);
  try {
    execFileSync("mount", [...what, folder], { stdio: "ignore" });
  } catch {
    return null;
  }
  mounted = folder;
  return folder;
};

/** Leaves `freeBytes` on the disk of `folder`; gives the file that takes the rest. */
export const fillDisk = (folder: string, freeBytes = 0): string => {
  const ballast = join(folder, "ballast");
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - freeBytes)));
  return ballast;
};

export const makeReadOnly = (disk: string): void => {
  execFileSync("mount", ["-o", "remount,ro", disk]);
};

/** A disk mounted at a folder of what lies below, which can be pulled and put back as often as one likes. */
export const pulled = (context: TestContext, disk: string, folder: string) => {
  let isIn = false;
  const putBack = (): void => {
    if (!isIn) execFileSync("mount", ["--bind", disk, folder]);
    isIn = true;
  };
  const pull = (): void => {
    if (isIn) execFileSync("umount", ["-l", folder]);
    isIn = false;
  };
  context.after(pull);
  putBack();
  return { pull, putBack };
};
