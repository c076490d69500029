/** The store: one SQLite file with all that must outlive the process. Only the orchestrator opens it. */
import { type Archive, archiveOf } from "./archive.ts";
import { type Assets, assetsOf } from "./assets.ts";
import { openDatabase } from "./database.ts";
import { type Events, eventsOf } from "./events.ts";
import { type Jobs, jobsOf } from "./jobs.ts";
import { type Journal, journalOf } from "./journal.ts";
import { migrate, readMigrations } from "./migrations.ts";
import { type Probes, probesOf } from "./probes.ts";
import { type Restores, restoresOf } from "./restores.ts";
import { type Roots, rootsOf } from "./roots.ts";
import { type Wishes, wishesOf } from "./wishes.ts";

export type Store = {
  readonly assets: Assets;
  readonly jobs: Jobs;
  readonly events: Events;
  readonly probes: Probes;
  readonly journal: Journal;
  readonly restores: Restores;
  readonly archive: Archive;
  readonly roots: Roots;
  readonly wishes: Wishes;
  /** Runs `work` (which must not wait for anything) in one transaction; rolled back when it throws. */
  readonly transaction: <T>(work: () => T) => T;
  readonly close: () => void;
};

/**
 * Opens or makes the store in `file` and brings it up to this program's version; `now` in epoch ms names a backup.
 * Throws Problem `database-unusable` or `database-newer`; what cannot be opened is never made anew.
 */
export const openStore = ({ file, now }: { readonly file: string; readonly now: number }): Store => {
  const database = openDatabase(file);
  try {
    migrate(database, readMigrations(), { file, now });
  } catch (thrown) {
    database.close();
    throw thrown;
  }
  const events = eventsOf(database);
  return {
    assets: assetsOf(database, events),
    jobs: jobsOf(database),
    events,
    probes: probesOf(database),
    journal: journalOf(database),
    restores: restoresOf(database),
    archive: archiveOf(database),
    roots: rootsOf(database),
    wishes: wishesOf(database),
    transaction: database.transaction,
    close: database.close,
  };
};
