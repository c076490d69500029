/**
 * What is not kept for ever: attempts and their logs, events, probes of contents that are gone. Taken away a few rows at a
 * time, so that nothing waits for it; the room of it is given back to the disk while nothing is in work.
 */
import { setTimeout as pause } from "node:timers/promises";
import { MEGABYTE } from "../core/settings-logging.ts";
import type { Loop } from "./assess-loop.ts";
import type { Running } from "./running.ts";

const DAY_MS = 86_400_000;
const EVERY_MS = 3_600_000;

/** Some 20 ms on a slow disk. */
const ROWS_AT_ONCE = 500;
/** As much again is left to others in between. */
const REST_MS = 20;
/** Room of less than this is not worth moving pages for: new rows use it. */
const FREE_MIN_BYTES = 4_000_000;
const PAGES_AT_ONCE = 256;

type Deps = {
  /** Libraries being scanned. */
  readonly scanning: () => readonly string[];
};

/** The loop: at the start and once an hour. What fails is said and tried again in an hour. */
export const createCleanUpLoop = (running: Running, { scanning }: Deps): Loop => {
  const { store, log, now, signal, settings } = running;
  const { retention_days, history_days, attempts_max_size_mb } = settings.logging;
  let dueAt = 0;
  let cleaning: Promise<void> | null = null;

  /** Goes on until a step says that there is no more; how many rows went. */
  const inSteps = async (step: () => number): Promise<number> => {
    let rows = 0;
    for (let more = true; more && !signal.aborted; ) {
      const went = step();
      rows += went;
      more = went >= ROWS_AT_ONCE;
      if (more) await pause(REST_MS);
    }
    return rows;
  };

  const pruneProbes = async (): Promise<void> => {
    for (let after: string | null = ""; after !== null && !signal.aborted; await pause(REST_MS))
      after = store.probes.prune(after, ROWS_AT_ONCE);
  };

  const isQuiet = (): boolean => running.progress.size === 0 && scanning().length === 0;

  const giveBack = async (): Promise<number> => {
    const before = store.database.room();
    const isWorthIt = before.shrinks && before.freeBytes > Math.max(FREE_MIN_BYTES, before.sizeBytes / 20);
    if (!isWorthIt) return 0;
    while (
      isQuiet() &&
      !signal.aborted &&
      store.database.room().freeBytes > PAGES_AT_ONCE * before.pageBytes
    ) {
      store.database.shrink(PAGES_AT_ONCE);
      await pause(REST_MS);
    }
    return before.sizeBytes - store.database.room().sizeBytes;
  };

  const cleanUp = async (): Promise<void> => {
    const before = (days: number): number => now() - days * DAY_MS;
    try {
      const attempts = await inSteps(() => store.jobs.prune(before(retention_days), ROWS_AT_ONCE));
      const from = store.jobs.tooMuchFrom(attempts_max_size_mb * MEGABYTE);
      const logs = from === null ? 0 : await inSteps(() => store.jobs.emptyLogs(from, ROWS_AT_ONCE));
      const historyDays = Math.max(retention_days, history_days);
      const events = await inSteps(() => store.events.prune(before(historyDays), ROWS_AT_ONCE));
      await pruneProbes();
      const bytes = await giveBack();
      if (attempts + logs + events + bytes > 0) log.info({ attempts, logs, events, bytes }, "cleaned up");
    } catch (thrown) {
      log.error({ err: thrown }, "old rows stay");
    }
  };

  return {
    pump: () => {
      if (cleaning || signal.aborted || (now() < dueAt && now() >= dueAt - EVERY_MS)) return;
      dueAt = now() + EVERY_MS;
      cleaning = cleanUp().finally(() => {
        cleaning = null;
      });
    },
    idle: async () => void (await cleaning),
  };
};
