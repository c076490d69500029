/** Watches the folders of one library, and tells which of them are to be looked at. */
import { setTimeout as pause } from "node:timers/promises";
import { ALL, type DirtyFolder, newNoisy, noteNoise, takeQuiet } from "../core/dirty-folders.ts";
import {
  comparedEvery,
  isLocalFileSystem,
  type LibraryWatch,
  limitMend,
  sharedFileSystem,
  watchModeOf,
} from "../core/watch-kinds.ts";
import { createLibraryTree, type LibraryTree } from "../edges/library-watch.ts";
import type { Log } from "../edges/log.ts";
import { fileSystemOf, HAS_EVENTS, type WatchFolder } from "../edges/watch-system.ts";
import { FOLDERS_MAX } from "../steps/scan-folders.ts";

export type FolderWatchInput = {
  readonly library: string;
  readonly root: string;
  /** Between two looks at the times of all folders, where others may change them unseen. */
  readonly pollSeconds: number;
  readonly tell: (folders: readonly DirtyFolder[]) => void;
  /** Whether all of the library is looked through at this moment anyhow. */
  readonly isLookedThrough: boolean;
  readonly log: Log;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** A stand-in of tests. */
  readonly watch?: WatchFolder;
};

export type FolderWatch = {
  readonly status: () => LibraryWatch;
  /** Resolves when nothing of it runs any more. */
  readonly idle: () => Promise<void>;
};

/** A root is looked for, and whether it is still the same one, this often; ms. */
const ROOT_LOOK_MS = 5000;
/** An event may come a moment after the change that it tells of; ms. */
const GRACE_MS = 1000;
/** A comparison takes at most one part in so many of the time. */
const REST_TIMES = 20;
/** A folder that changed so shortly before it was watched may have been read before that; ms. */
const BEGIN_MS = 60_000;

type State = {
  isThere: boolean;
  /** As statfs numbers it; 0 before it was there. */
  fileSystem: number;
  proven: number;
  missed: number;
  lastEventAt: number | null;
  limitSaid: string | null;
};

const statusOf = (
  { library, pollSeconds, watch }: FolderWatchInput,
  { isThere, fileSystem, proven, missed, lastEventAt }: State,
  { folders, watched, limit, isOneDisk }: ReturnType<LibraryTree["counts"]>,
): LibraryWatch => {
  // A stand-in tells what it tells, whatever the disk.
  const isLocal = isLocalFileSystem(fileSystem) && isOneDisk && watch === undefined;
  const seen = { isTold: HAS_EVENTS, shared: sharedFileSystem(fileSystem), isLocal, limit, proven, missed };
  const found = watchModeOf(seen);
  return {
    library,
    mode: isThere ? found.mode : "away",
    why: isThere ? found.why : "the folder is not there; it is looked for every few seconds",
    mend: limit === null ? "" : limitMend(limit),
    folders,
    watched,
    lastEventAt,
    pollSeconds: comparedEvery(seen, pollSeconds),
    missed,
  };
};

/** Begins at once and ends with `signal`. */
export const createFolderWatch = (input: FolderWatchInput): FolderWatch => {
  const { library, root, tell, log, now, signal } = input;
  const noisy = newNoisy();
  const state: State = {
    isThere: false,
    fileSystem: 0,
    proven: 0,
    missed: 0,
    lastEventAt: null,
    limitSaid: null,
  };
  let timer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (signal.aborted) return;
    const { folders, nextAt } = takeQuiet(noisy, now());
    if (folders.length > 0) tell(folders);
    if (nextAt !== null) timer = setTimeout(flush, Math.max(1, nextAt - now()));
  };
  const onDirty = (folder: DirtyFolder): void => {
    noteNoise(noisy, folder, now(), FOLDERS_MAX);
    timer ??= setTimeout(flush, 1);
  };
  const tree = createLibraryTree(root, {
    ...(input.watch ? { watch: input.watch } : {}),
    onDirty,
    onEvent: () => {
      state.lastEventAt = now();
    },
    signal,
  });
  const status = (): LibraryWatch => statusOf(input, state, tree.counts());

  const sayLimit = (): void => {
    const { limit, watched, folders } = tree.counts();
    if (limit !== null && state.limitSaid !== limit)
      log.warn(
        { library, limit, watched, folders, mend: limitMend(limit) },
        "not all folders can be watched",
      );
    state.limitSaid = limit;
  };

  /** Until the root is another folder, or away. */
  const follow = async (): Promise<void> => {
    let comparedAt = now();
    let restMs = 0;
    while (await tree.isRootSame()) {
      sayLimit();
      if (now() - comparedAt >= Math.max(status().pollSeconds * 1000, restMs)) {
        const startedAt = now();
        const { told, silent } = await tree.compare(GRACE_MS);
        state.proven += told;
        state.missed += silent;
        comparedAt = now();
        restMs = (comparedAt - startedAt - (told + silent > 0 ? GRACE_MS : 0)) * REST_TIMES;
        if (silent > 0) log.info({ library, folders: silent }, "changes that nothing told of");
      }
      await pause(Math.min(ROOT_LOOK_MS, status().pollSeconds * 1000), undefined, { signal });
    }
  };

  const run = async (): Promise<void> => {
    for (let isFirst = true; !signal.aborted; isFirst = false) {
      const startedAt = now();
      state.isThere = await tree.begin();
      state.fileSystem = await fileSystemOf(root);
      if (state.isThere) {
        log.info(status(), "watching");
        const isKnown = isFirst && input.isLookedThrough;
        for (const each of isKnown ? tree.changedSince(startedAt - BEGIN_MS) : [ALL]) onDirty(each);
        await follow();
        state.isThere = false;
        log.warn({ library, root }, "the folder went away, or is another one");
        tell([ALL]);
      }
      tree.end();
      await pause(ROOT_LOOK_MS, undefined, { signal });
    }
  };

  const running = run()
    .catch((thrown: unknown) => {
      if (!signal.aborted) log.error({ err: thrown, library }, "the folders are not watched any more");
    })
    .finally(() => {
      clearTimeout(timer);
      tree.end();
    });
  return { status, idle: () => running };
};
