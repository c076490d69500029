/** What the faces may ask, put together from the loops. */
import { createActions, waitingReason } from "./actions.ts";
import type { BackupLoop } from "./backup-loop.ts";
import type { ComparisonLoop } from "./comparisons.ts";
import type { Control, LiveChange } from "./control.ts";
import { assessedNow, explainFilm } from "./explain.ts";
import type { JobLoop } from "./job-loop.ts";
import { createNotifiers } from "./notifiers.ts";
import { overview } from "./overview.ts";
import type { PublicationLoop } from "./publication-loop.ts";
import { createQueueControls } from "./queue-controls.ts";
import type { RestoreLoop } from "./restore-loop.ts";
import type { Running } from "./running.ts";
import type { ScanLoop } from "./scan-loop.ts";
import { createServers } from "./server-states.ts";
import type { System } from "./system-facts.ts";
import type { WatchLoop } from "./watch-loop.ts";

/** The loops that a face asks something of. */
type Loops = {
  readonly scans: ScanLoop;
  readonly watching: WatchLoop;
  readonly restores: RestoreLoop;
  readonly backups: BackupLoop;
  readonly publications: PublicationLoop;
  readonly system: System;
  readonly jobs: JobLoop;
  readonly comparisons: ComparisonLoop;
};

/** The loops as the faces may ask them; what changes is told to `listeners`. */
export const createControl = (
  running: Running,
  { scans, watching, restores, backups, publications, jobs, comparisons, system }: Loops,
  listeners: Set<(change: LiveChange) => void>,
): Control => {
  const startedAt = Date.now();
  return {
    settings: running.settings,
    store: running.store,
    overview: () =>
      overview(running, {
        scans,
        startedAt,
        problems: [backups.problem(), watching.problem(), running.remote?.problem() ?? null],
      }),
    progressOf: (assetId) => running.progress.get(assetId) ?? null,
    waitingReason: (asset) => waitingReason(running, asset),
    logOf: running.watch.of,
    pictures: comparisons,
    explain: (asset) => explainFilm(running, asset),
    startScan: running.startScan,
    tellFolders: watching.tellFolders,
    watching: watching.watching,
    isRestarting: () => false,
    cardTemperature: running.watch.degrees,
    ...createActions(running, {
      explain: (asset) => assessedNow(running, asset),
      restoreNow: restores.now,
      giveUp: publications.giveUp,
    }),
    ...createQueueControls(running, jobs.lanes),
    system,
    elsewhere: running.remote ?? null,
    notifiers: createNotifiers(running),
    servers: createServers(running, scans.look),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};
