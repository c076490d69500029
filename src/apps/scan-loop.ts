/**
 * Scans each library at the start, every `rescan_minutes` and when asked; and some folders of it when something is told
 * of them, or when a file in them settles.
 */
import type { DirtyFolder } from "../core/dirty-folders.ts";
import { Problem } from "../core/problem.ts";
import type { LibrarySettings } from "../core/settings.ts";
import { findFolder, fingerprintFile, statFile, statRoot, walkLibrary } from "../edges/library-walk.ts";
import { type ScanDeps, type ScanReport, scanLibrary } from "../steps/scan.ts";
import { scanFolders } from "../steps/scan-folders.ts";
import type { Loop } from "./assess-loop.ts";
import { WAIT_MS } from "./pauses.ts";
import type { Running } from "./running.ts";
import { addFolder, type Due, lookLater, newDue, nextAt, rest, takeFolders } from "./scan-due.ts";

export type ScanLoop = Loop & {
  /** Names the libraries whose scan was asked for. Throws Problem library-not-found. */
  readonly start: (library: string | null) => readonly string[];
  /** Looks at these folders as soon as may be. Throws Problem library-not-found. */
  readonly look: (library: string, folders: readonly DirtyFolder[]) => void;
  readonly scanning: () => readonly string[];
  /** What the last scan of each library could not take for its name. */
  readonly badNames: () => readonly BadNames[];
};

type BadNames = { readonly library: string; readonly count: number; readonly first: string };

/** A root that cannot be scanned is looked at again after this long at the least; ms. */
const ROOT_LOOK_MS = 2_000;
const isChange = ({ added, changed, moved, copied, missing }: ScanReport): boolean =>
  added + changed + moved + copied + missing > 0;

type Around = {
  /** Libraries that are scanned as a whole right now. */
  readonly scanning: Set<string>;
  readonly badNames: Map<string, BadNames>;
};

/** What one turn of the loop does for a library. */
const createScans = (running: Omit<Running, "startScan">, { scanning, badNames }: Around) => {
  const { settings, store, log, now, signal } = running;
  const { rescan_minutes, settle_seconds } = settings.operational;
  const deps: ScanDeps = {
    store,
    walkLibrary,
    statRoot,
    statFile,
    findFolder,
    fingerprintFile,
    settling: new Map(),
    missed: new Map(),
    settleSeconds: settle_seconds,
    clock: now,
  };

  const all = async (name: string, library: LibrarySettings, due: Due): Promise<void> => {
    due.allAt = now() + rescan_minutes * 60_000;
    // What was told until now is seen by it; what is told from now on is looked at after it.
    due.folders.clear();
    scanning.add(name);
    running.changed({ kind: "overview" });
    const report = await scanLibrary(deps, { name, library, now: now() }, signal);
    const { problem, badName, again } = report;
    if (problem === null) running.pauses.openLibrary(name);
    else {
      const pause = Math.max(ROOT_LOOK_MS, settle_seconds * 1000);
      due.allAt = Math.min(due.allAt, now() + pause);
      running.pauses.closeLibrary(name, problem, now() + pause + WAIT_MS);
    }
    lookLater(due, again);
    if (badName === null) badNames.delete(name);
    else badNames.set(name, { library: name, count: report.badNames, first: badName });
    const outcome = problem === null ? "done" : "failed";
    running.metrics?.observe("cvc_scan_seconds", { library: name, outcome }, report.seconds);
    log.info({ ...report, again: again.size }, "scanned");
  };

  const some = async (name: string, library: LibrarySettings, due: Due): Promise<void> => {
    const at = now();
    const folders = takeFolders(due, at);
    const report = folders && (await scanFolders(deps, { name, library, now: at }, folders, signal));
    if (report === null) {
      // Of a root that is away it is known already, and when it is looked for again.
      if ((store.roots.get(name)?.problemCode ?? null) === null) due.allAt = 0;
      return;
    }
    rest(due, now(), report.seconds);
    lookLater(due, report.again);
    if (report.badName !== null && !badNames.has(name))
      badNames.set(name, { library: name, count: report.badNames, first: report.badName });
    const line = { ...report, again: report.again.size, folders: folders?.length };
    if (!isChange(report)) log.debug(line, "folders looked at");
    else {
      log.info(line, "folders scanned");
      running.changed({ kind: "overview" });
    }
  };
  return { all, some };
};

/** The loop that scans: one scan a library at a time, each asked for again while it runs runs once more. */
export const createScanLoop = (running: Omit<Running, "startScan">): ScanLoop => {
  const { settings, log, now, signal } = running;
  const dues = new Map(Object.keys(settings.libraries).map((name) => [name, newDue()]));
  const inFlight = new Map<string, Promise<void>>();
  const scanning = new Set<string>();
  const badNames = new Map<string, BadNames>();
  const scans = createScans(running, { scanning, badNames });
  let timer: NodeJS.Timeout | undefined;
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });

  const run = async (name: string, due: Due): Promise<void> => {
    const library = settings.libraries[name];
    if (!library) return;
    try {
      await (due.allAt <= now() ? scans.all : scans.some)(name, library, due);
    } catch (thrown) {
      if (signal.aborted) return;
      log.error({ err: thrown, library: name }, "scan failed");
      // What was told of folders is not known to have been seen.
      due.allAt = Math.min(due.allAt, now() + WAIT_MS);
    }
  };

  const pump = (): void => {
    clearTimeout(timer);
    let first = Number.POSITIVE_INFINITY;
    for (const [name, due] of dues) {
      if (signal.aborted || inFlight.has(name)) continue;
      const at = nextAt(due);
      if (at > now()) {
        first = Math.min(first, at);
        continue;
      }
      const done = run(name, due).finally(() => {
        inFlight.delete(name);
        if (scanning.delete(name)) running.changed({ kind: "overview" });
        running.wake();
      });
      inFlight.set(name, done);
    }
    // The tick of all loops is a coarse one.
    if (first - now() < WAIT_MS) timer = setTimeout(running.wake, first - now()).unref();
  };

  const dueOf = (library: string): Due => {
    const found = dues.get(library);
    if (!found) throw new Problem("library-not-found", `"${library}"`);
    return found;
  };

  return {
    pump,
    start: (library) => {
      const names = library === null ? [...dues.keys()] : [library];
      for (const name of names) dueOf(name).allAt = 0;
      running.wake();
      return names;
    },
    look: (library, folders) => {
      const due = dueOf(library);
      for (const each of folders) addFolder(due, each, now());
      running.wake();
    },
    scanning: () => [...scanning],
    badNames: () => [...badNames.values()],
    idle: async () => void (await Promise.allSettled(inFlight.values())),
  };
};
