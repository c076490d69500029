/** Stand-ins for the system that watches folders. */
import { type WatchFolder, watchFolder } from "../../src/edges/watch-system.ts";

/** A system that says nothing, as where another machine changes a shared folder. */
export const silent: WatchFolder = (path) => watchFolder(path, () => {});

/** A system that allows so many folders to be watched at once, as inotify does when its limit is met. */
export const limitedTo = (most: number, code = "ENOSPC"): WatchFolder => {
  let open = 0;
  return (path, listener) => {
    if (open >= most) throw Object.assign(new Error(`${code}: no more watches`), { code });
    open++;
    const watcher = watchFolder(path, listener);
    watcher.on("close", () => open--);
    return watcher;
  };
};
