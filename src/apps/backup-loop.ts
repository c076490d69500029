/** Backs the database up once a day, and keeps each backup for the days of the settings. Never stops any work. */
import { type Problem, toProblem } from "../core/problem.ts";
import { listBackups, makeBackup, pruneBackups } from "../edges/store/backups.ts";
import { backupFolder } from "../edges/store/open-library.ts";
import type { Loop } from "./assess-loop.ts";
import type { Running } from "./running.ts";

const DAY_MS = 86_400_000;
const AGAIN_MS = 3600_000;

export type BackupLoop = Loop & {
  /** Why the newest backup is older than it should be; null when all is well. */
  readonly problem: () => Problem | null;
};

type Deps = {
  readonly dataDirectory: string;
  /** Libraries being scanned: half of a library is not worth a backup that stands for a day. */
  readonly scanning: () => readonly string[];
};

/** The loop; the first backup is made as soon as there is a film and no scan runs. */
export const createBackupLoop = (running: Running, { dataDirectory, scanning }: Deps): BackupLoop => {
  const { store, log, now, signal } = running;
  const folder = backupFolder(dataDirectory);
  const days = running.settings.operational.database_backup_days;
  let making: Promise<void> | null = null;
  let problem: Problem | null = null;
  // A clock that was set back leaves backups of the future behind: they are none of today.
  const madeAt = listBackups(folder).find((each) => each.madeAt <= now())?.madeAt;
  let due = { from: madeAt ?? 0, at: madeAt === undefined ? 0 : madeAt + DAY_MS };
  const isDue = (): boolean => now() >= due.at || now() < due.from;

  /** A database that is damaged or full takes no event either: then the page alone says it. */
  const noteFailure = (code: string): void => {
    const data = { problem: code };
    try {
      store.events.append({ at: now(), assetId: null, kind: "backup-failed", path: folder, data });
    } catch (thrown) {
      log.error({ err: thrown }, "the history does not say it");
    }
  };

  const make = async (): Promise<void> => {
    const from = now();
    due = { from, at: from + DAY_MS };
    try {
      const made = await makeBackup(store.database, folder, { reason: "daily", now: from });
      const removed = await pruneBackups(made, { days, now: from });
      problem = null;
      log.info({ name: made.name, sizeBytes: made.sizeBytes, removed }, "database backed up");
    } catch (thrown) {
      const isNew = problem === null;
      problem = toProblem(thrown);
      due = { from, at: from + AGAIN_MS };
      log.error({ err: thrown }, "database not backed up");
      if (isNew) noteFailure(problem.code);
    }
  };

  return {
    problem: () => problem,
    pump: () => {
      if (making || signal.aborted || !isDue() || scanning().length > 0) return;
      if (store.assets.counts().total === 0) return;
      making = make().finally(() => {
        making = null;
        running.changed({ kind: "overview" });
      });
    },
    idle: async () => void (await making),
  };
};
