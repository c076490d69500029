/** What the system has for watching folders, and its limits. */
import { type FSWatcher, watch as fsWatch, readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { isWatchLimit, type WatchLimit } from "../core/watch-kinds.ts";
import { codeOf } from "./file-problem.ts";

type Listener = (event: "rename" | "change", name: Buffer | null) => void;

/** Watches one folder, not what is below it; throws as `fs.watch`. */
export type WatchFolder = (path: string, listener: Listener) => Pick<FSWatcher, "close" | "on">;

export const watchFolder: WatchFolder = (path, listener) =>
  fsWatch(path, { encoding: "buffer", persistent: false }, listener);

/** Without inotify a watch costs an open file or tells nothing. */
export const HAS_EVENTS = process.platform === "linux";

/**
 * The kernel holds this many events until they are read and drops what comes then; libuv does not say so. When nearly as
 * many are read at once, some may be missing.
 */
export const queueLength = (): number => {
  try {
    return Number(readFileSync("/proc/sys/fs/inotify/max_queued_events", "utf8")) || 16_384;
  } catch {
    return 16_384;
  }
};

/** The limit that keeps one more folder from being watched; null when none does. A watch is begun and ended. */
export const limitOf = (folder: string): WatchLimit | null => {
  try {
    watchFolder(folder, () => {}).close();
    return null;
  } catch (thrown) {
    const code = codeOf(thrown);
    return isWatchLimit(code) ? code : null;
  }
};

/** The number of the file system that a folder is on; 0 when it is not there. */
export const fileSystemOf = async (folder: string): Promise<number> =>
  (await statfs(folder).catch(() => null))?.type ?? 0;
