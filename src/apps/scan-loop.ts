/** Scans each library at the start, every `rescan_minutes`, when asked, and again while files are settling. */

import type { Look } from "../core/fingerprint.ts";
import { Problem } from "../core/problem.ts";
import { fingerprintFile, statFile, statRoot, walkLibrary } from "../edges/library-walk.ts";
import { type ScanReport, scanLibrary } from "../steps/scan.ts";
import type { Loop } from "./assess-loop.ts";
import { WAIT_MS } from "./pauses.ts";
import type { Running } from "./running.ts";

export type ScanLoop = Loop & {
  /** Names the libraries whose scan was asked for. Throws Problem library-not-found. */
  readonly start: (library: string | null) => readonly string[];
  readonly scanning: () => readonly string[];
  /** What the last scan of each library could not take for its name. */
  readonly badNames: () => readonly BadNames[];
};

type BadNames = { readonly library: string; readonly count: number; readonly first: string };

/** A file that is still growing is looked at again after this long at the least; ms. */
const SETTLE_LOOK_MS = 2_000;

/** The loop that scans: one scan a library at a time, each asked for again while it runs runs once more. */
export const createScanLoop = (running: Omit<Running, "startScan">): ScanLoop => {
  const { settings, store, log, now, signal } = running;
  const { rescan_minutes, settle_seconds } = settings.operational;
  const settling = new Map<string, Look>();
  const dueAt = new Map<string, number>(Object.keys(settings.libraries).map((name) => [name, 0]));
  const inFlight = new Map<string, Promise<void>>();
  const badNames = new Map<string, BadNames>();

  const after = (name: string, report: ScanReport): void => {
    const waits = report.waiting > 0 || report.problem !== null;
    const pause = waits ? Math.max(SETTLE_LOOK_MS, settle_seconds * 1000) : rescan_minutes * 60_000;
    dueAt.set(name, Math.min(dueAt.get(name) ?? Number.POSITIVE_INFINITY, now() + pause));
    if (report.problem === null) running.pauses.openLibrary(name);
    else running.pauses.closeLibrary(name, report.problem, now() + pause + WAIT_MS);
    if (report.badName === null) badNames.delete(name);
    else badNames.set(name, { library: name, count: report.badNames, first: report.badName });
    const outcome = report.problem === null ? "done" : "failed";
    running.metrics?.observe("cvc_scan_seconds", { library: name, outcome }, report.seconds);
    log.info({ ...report }, "scanned");
  };

  const run = async (name: string): Promise<void> => {
    const library = settings.libraries[name];
    if (!library) return;
    dueAt.set(name, now() + rescan_minutes * 60_000);
    running.changed({ kind: "overview" });
    try {
      const deps = {
        store,
        walkLibrary,
        statRoot,
        statFile,
        fingerprintFile,
        settling,
        settleSeconds: settle_seconds,
        clock: now,
      };
      after(name, await scanLibrary(deps, { name, library, now: now() }, signal));
    } catch (thrown) {
      if (!signal.aborted) log.error({ err: thrown, library: name }, "scan failed");
    }
  };

  const pump = (): void => {
    for (const [name, at] of dueAt) {
      if (signal.aborted || inFlight.has(name) || at > now()) continue;
      const done = run(name).finally(() => {
        inFlight.delete(name);
        running.changed({ kind: "overview" });
        running.wake();
      });
      inFlight.set(name, done);
    }
  };

  return {
    pump,
    start: (library) => {
      if (library !== null && !dueAt.has(library)) throw new Problem("library-not-found", `"${library}"`);
      const names = library === null ? [...dueAt.keys()] : [library];
      for (const name of names) dueAt.set(name, 0);
      running.wake();
      return names;
    },
    scanning: () => [...inFlight.keys()],
    badNames: () => [...badNames.values()],
    idle: async () => void (await Promise.allSettled(inFlight.values())),
  };
};
