/**
 * Loaded before a program and each of its threads (`node --import`): a plain `lstat` below the folder SLOW_DISK takes 2 ms, as on
 * a share, and one of a name with "hangs" in it never comes back, as on a share whose server is gone.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { isMainThread, threadId } from "node:worker_threads";

const CALL_MS = 2;
const cell = new Int32Array(new SharedArrayBuffer(4));
const wait = (ms?: number): void => void Atomics.wait(cell, 0, 0, ms);

const root = process.env.SLOW_DISK ?? "";
const functions = fs as unknown as { lstatSync: (path: fs.PathLike) => fs.Stats };
const real = functions.lstatSync;
if (!isMainThread && root !== "") {
  functions.lstatSync = (path) => {
    if (String(path).startsWith(root)) {
      fs.appendFileSync(`${root}.threads`, `${threadId}\n`);
      wait(String(path).includes("hangs") ? undefined : CALL_MS);
    }
    return real(path);
  };
  syncBuiltinESMExports();
}
