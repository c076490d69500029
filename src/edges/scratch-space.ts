/** Where a worker without a shared folder keeps films while it works on them: a folder of its own on its own disk. */
import { access, constants, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "../core/problem.ts";
import { createDisks } from "./disks.ts";
import { codeOf, toFileProblem } from "./file-problem.ts";

export type ScratchSpace = {
  /**
   * Makes a folder for a film that may take so many bytes, removed with all that is in it by `release`, which throws nothing.
   * Throws Problem scratch-full where they are not free, counting what others that are in work may still take.
   */
  readonly take: (
    token: string,
    bytes: number,
  ) => Promise<{ readonly folder: string; readonly release: () => Promise<void> }>;
};

/** The folder of one film. Nothing else in the scratch folder is ours, and nothing else is removed. */
const OURS = /^cvc-work-[0-9a-f]{16,64}$/;

/**
 * Opens the folder, which is made if need be, and removes what a worker that was killed left there: it is one worker's
 * alone. Throws Problem permission-denied, folder-not-writable, disk-full, io-error.
 */
export const openScratchSpace = async (folder: string, diskOf = createDisks()): Promise<ScratchSpace> => {
  const promised = new Map<string, number>();
  try {
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder))
      if (OURS.test(name)) await rm(join(folder, name), { recursive: true, force: true });
    await access(folder, constants.W_OK | constants.X_OK).catch((cause: unknown) => {
      throw new Problem("folder-not-writable", folder, cause);
    });
  } catch (thrown) {
    throw toFileProblem(thrown, folder);
  }

  const taken = async (): Promise<number> => {
    let bytes = 0;
    for (const [path, most] of promised) bytes += Math.max(0, most - (await sizeBelow(path)));
    return bytes;
  };
  return {
    take: async (token, bytes) => {
      const path = join(folder, `cvc-work-${token}`);
      const space = await diskOf(folder);
      const left = space.kind === "space" ? space.freeBytes - (await taken()) : null;
      if (left !== null && left < bytes)
        throw new Problem(
          "scratch-full",
          `${folder}: the film may take ${bytes} bytes, ${Math.max(0, left)} are free.`,
        );
      const release = async (): Promise<void> => {
        await rm(path, { recursive: true, force: true }).catch(() => {});
        promised.delete(path);
      };
      promised.set(path, bytes);
      try {
        await mkdir(path, { mode: 0o700 });
        return { folder: path, release };
      } catch (thrown) {
        promised.delete(path);
        throw toFileProblem(thrown, path);
      }
    },
  };
};

/** Writes a small file into the folder of a film. Throws Problem scratch-full, permission-denied, io-error. */
export const writeScratchFile = async (path: string, bytes: Uint8Array): Promise<void> => {
  try {
    await writeFile(path, bytes, { flag: "wx", mode: 0o600 });
  } catch (thrown) {
    throw toScratchProblem(thrown, path);
  }
};

/** As toFileProblem; a disk of the worker's own that is full is none of the library. */
export const toScratchProblem = (thrown: unknown, path: string): unknown =>
  ["ENOSPC", "EDQUOT"].includes(codeOf(thrown))
    ? new Problem("scratch-full", path, thrown)
    : toFileProblem(thrown, path);

const sizeBelow = async (folder: string): Promise<number> => {
  let bytes = 0;
  for (const name of await readdir(folder).catch(() => []))
    bytes += await stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    );
  return bytes;
};
