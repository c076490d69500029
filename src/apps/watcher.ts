/** The folder watcher as a service of its own: it needs no database of the orchestrator, only its address. */
import { join } from "node:path";
import type { DirtyFolder } from "../core/dirty-folders.ts";
import type { LibraryWatch } from "../core/watch-kinds.ts";
import type { Log } from "../edges/log.ts";
import type { OrchestratorClient } from "../edges/orchestrator-client.ts";
import { lockDataDirectory } from "../edges/store/lock.ts";
import { openWatchBuffer } from "../edges/watch-buffer.ts";
import type { WatchFolder } from "../edges/watch-system.ts";
import { createFolderWatch } from "./folder-watch.ts";
import { createWatchSender } from "./watch-sender.ts";

export type WatcherOptions = {
  /** Folders by the names of their libraries. */
  readonly roots: ReadonlyMap<string, string>;
  readonly client: Pick<OrchestratorClient, "tellFolders">;
  /** Where it keeps what it has still to tell. */
  readonly stateFolder: string;
  readonly pollSeconds: number;
  readonly log: Log;
  readonly watch?: WatchFolder;
};

export type Watcher = {
  readonly statuses: () => readonly LibraryWatch[];
  readonly stop: () => Promise<void>;
};

/** Throws Problem already-running, and those of a database: when another watcher has the folder, or it cannot be written. */
export const startWatcher = (options: WatcherOptions): Watcher => {
  const { roots, client, stateFolder, pollSeconds, log } = options;
  const lock = lockDataDirectory(stateFolder);
  const buffer = openWatchBuffer(join(stateFolder, "watcher.sqlite"));
  const ending = new AbortController();
  const { signal } = ending;
  const note = (library: string, folders: readonly DirtyFolder[]): void => {
    try {
      buffer.add(library, folders);
      sender.wake();
    } catch (thrown) {
      log.error({ err: thrown, library }, "what changed could not be written down");
    }
  };
  const watches = [...roots].map(([library, root]) =>
    createFolderWatch({
      library,
      root,
      pollSeconds,
      tell: (folders) => note(library, folders),
      isLookedThrough: false,
      log,
      now: Date.now,
      signal,
      ...(options.watch ? { watch: options.watch } : {}),
    }),
  );
  const statuses = (): readonly LibraryWatch[] => watches.map((each) => each.status());
  const sender = createWatchSender({ buffer, client, statuses, log, signal });
  return {
    statuses,
    stop: async () => {
      ending.abort("shutdown");
      await Promise.all([...watches.map((each) => each.idle()), sender.idle()]);
      buffer.close();
      lock.release();
    },
  };
};
