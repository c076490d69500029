/** The store: one SQLite file with all that must outlive the process. Only the orchestrator opens it. */
import { type Activity, activityOf } from "./activity.ts";
import { type Archive, archiveOf } from "./archive.ts";
import { kindsOf } from "./asset-kinds.ts";
import { type Assets, assetsOf } from "./assets.ts";
import { type Calibrations, calibrationsOf } from "./calibrations.ts";
import { type Database, openDatabase } from "./database.ts";
import { type Deliveries, deliveriesOf } from "./deliveries.ts";
import { type Digests, digestsOf } from "./digests.ts";
import { type EventReaders, eventReadersOf } from "./event-readers.ts";
import { type Events, eventsOf } from "./events.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { type Holds, holdsOf } from "./holds.ts";
import { type Jobs, jobsOf } from "./jobs.ts";
import { type Journal, journalOf } from "./journal.ts";
import { type Libraries, librariesOf } from "./libraries.ts";
import { migrate, readMigrations } from "./migrations.ts";
import { type PastRuns, pastRunsOf } from "./past-runs.ts";
import { type Probes, probesOf } from "./probes.ts";
import { type Queue, queueOf } from "./queue.ts";
import { type Restores, restoresOf } from "./restores.ts";
import { type Roots, rootsOf } from "./roots.ts";
import { type SettingsChanges, settingsChangesOf } from "./settings-changes.ts";
import { type Wishes, wishesOf } from "./wishes.ts";
import { type Workers, workersOf } from "./workers.ts";
import { type Workload, workloadOf } from "./workload.ts";

export type Store = {
  readonly assets: Assets;
  readonly jobs: Jobs;
  readonly events: Events;
  readonly eventReaders: EventReaders;
  readonly activity: Activity;
  readonly figures: Figures;
  readonly probes: Probes;
  readonly journal: Journal;
  readonly restores: Restores;
  readonly archive: Archive;
  readonly roots: Roots;
  readonly wishes: Wishes;
  readonly workload: Workload;
  readonly pastRuns: PastRuns;
  readonly workers: Workers;
  readonly calibrations: Calibrations;
  readonly settingsChanges: SettingsChanges;
  readonly libraries: Libraries;
  readonly queue: Queue;
  readonly holds: Holds;
  readonly deliveries: Deliveries;
  readonly digests: Digests;
  /** The file itself: what is wrong with it, and copies of it. */
  readonly database: Pick<Database, "file" | "trouble" | "tryToWrite" | "check" | "room" | "shrink">;
  /** Runs `work` (which must not wait for anything) in one transaction; rolled back when it throws. */
  readonly transaction: <T>(work: () => T) => T;
  readonly close: () => void;
};

/**
 * Opens or makes the store in `file` and brings it up to this program's version; that of a library's data folder is
 * opened by `openLibrary`, which looks first. Throws Problem database-damaged, -locked, -newer, …; what cannot be
 * opened is never made anew.
 */
export const openStore = ({ file }: { readonly file: string }): Store => {
  const database = openDatabase(file);
  try {
    return storeOf(database);
  } catch (thrown) {
    database.close();
    throw thrown;
  }
};

/** The store in an open database, brought up to this program's version. */
export const storeOf = (database: Database): Store => {
  migrate(database, readMigrations());
  const events = eventsOf(database);
  const kinds = kindsOf(database);
  const probes = probesOf(database);
  return {
    assets: assetsOf(database, kinds, events),
    jobs: jobsOf(database),
    events,
    eventReaders: eventReadersOf(database),
    activity: activityOf(database),
    figures: figuresOf(database, kinds, probes),
    probes,
    journal: journalOf(database),
    restores: restoresOf(database),
    archive: archiveOf(database),
    roots: rootsOf(database),
    wishes: wishesOf(database),
    workload: workloadOf(database),
    pastRuns: pastRunsOf(database),
    workers: workersOf(database),
    calibrations: calibrationsOf(database),
    settingsChanges: settingsChangesOf(database),
    libraries: librariesOf(database),
    queue: queueOf(database, kinds),
    holds: holdsOf(database),
    deliveries: deliveriesOf(database, events),
    digests: digestsOf(database),
    database,
    transaction: database.transaction,
    close: database.close,
  };
};
