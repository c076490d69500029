/** Watches the libraries in this process, and listens to watchers elsewhere. */
import type { DirtyFolder } from "../core/dirty-folders.ts";
import { Problem } from "../core/problem.ts";
import { isLimitMend, type LibraryWatch } from "../core/watch-kinds.ts";
import type { WatchFolder } from "../edges/watch-system.ts";
import { createFolderWatch, type FolderWatch } from "./folder-watch.ts";
import type { Running } from "./running.ts";
import type { ScanLoop } from "./scan-loop.ts";

/** What a watcher elsewhere says. */
export type FoldersTold = {
  readonly id?: string | undefined;
  readonly library: string;
  readonly folders: readonly string[];
  readonly trees: readonly string[];
  readonly watch?: Omit<LibraryWatch, "library"> | undefined;
};

/** How a library is watched; `heardAt` (epoch ms) when a watcher elsewhere said so, null for this program. */
export type Watching = LibraryWatch & { readonly by: string; readonly heardAt: number | null };

export type WatchLoop = {
  /** Throws Problem library-not-found. */
  readonly tellFolders: (told: FoldersTold) => { readonly accepted: number; readonly isKnown: boolean };
  readonly watching: () => readonly Watching[];
  /** Why some folders cannot be watched; null when all can. */
  readonly problem: () => Problem | null;
  /** Begins to watch, once. */
  readonly pump: () => void;
  readonly idle: () => Promise<void>;
};

type Around = {
  /** True: the libraries are watched here. */
  readonly watches?: boolean;
  readonly watchFolder?: WatchFolder;
};

/** Messages that are remembered, so that one that comes twice is one. */
const IDS_KEPT = 1000;
/** A watcher says every minute that it is there. */
const SILENT_MS = 200_000;

const OFF = {
  mode: "off",
  why: "nobody watches it",
  mend: "",
  folders: 0,
  watched: 0,
  lastEventAt: null,
  pollSeconds: 0,
  missed: 0,
} as const;

/** `look` is told what changed. */
export const createWatchLoop = (
  running: Running,
  look: ScanLoop["look"],
  { watches = false, watchFolder }: Around,
): WatchLoop => {
  const { settings, log, now, signal } = running;
  const own = new Map<string, FolderWatch>();
  const heard = new Map<string, { readonly watch: LibraryWatch; readonly at: number }>();
  const ids = new Set<string>();

  const begin = (): void => {
    for (const [library, { root }] of Object.entries(settings.libraries))
      own.set(
        library,
        createFolderWatch({
          library,
          root,
          pollSeconds: settings.operational.poll_seconds,
          tell: (folders: readonly DirtyFolder[]) => look(library, folders),
          isLookedThrough: true,
          log,
          now,
          signal,
          ...(watchFolder ? { watch: watchFolder } : {}),
        }),
      );
  };

  const watching = (): readonly Watching[] =>
    Object.keys(settings.libraries).map((library) => {
      const here = own.get(library);
      if (here) return { ...here.status(), by: "this program", heardAt: null };
      const there = heard.get(library);
      if (there && now() - there.at < SILENT_MS)
        return { ...there.watch, by: "a watcher elsewhere", heardAt: there.at };
      const why = there ? "the watcher elsewhere is silent" : OFF.why;
      return { ...OFF, library, why, by: "nobody", heardAt: there?.at ?? null };
    });

  return {
    tellFolders: ({ id, library, folders, trees, watch }) => {
      if (!Object.hasOwn(settings.libraries, library)) throw new Problem("library-not-found", `"${library}"`);
      if (watch) {
        const mend = isLimitMend(watch.mend) ? watch.mend : "";
        heard.set(library, { watch: { ...watch, library, mend }, at: now() });
      }
      if (id !== undefined && ids.has(id)) return { accepted: 0, isKnown: true };
      const told = [
        ...folders.map((path) => ({ path, isTree: false })),
        ...trees.map((path) => ({ path, isTree: true })),
      ];
      if (told.length > 0) look(library, told);
      if (id !== undefined) ids.add(id);
      for (const [oldest] = ids; oldest !== undefined && ids.size > IDS_KEPT; ) ids.delete(oldest);
      return { accepted: told.length, isKnown: false };
    },
    watching,
    problem: () => {
      const limited = watching().find((each) => each.mend !== "");
      if (!limited) return null;
      const { library, watched, folders, mend } = limited;
      return new Problem("watch-limit", `${library}: ${watched} of ${folders} folders. Run: ${mend}`);
    },
    pump: () => {
      if (watches && own.size === 0 && !signal.aborted) begin();
    },
    idle: async () => void (await Promise.allSettled([...own.values()].map((each) => each.idle()))),
  };
};
