/** Looks once an hour at what has lain in the archive for longer than `archive_retention_days`. */
import { join } from "node:path";
import { toProblem } from "../core/problem.ts";
import { reread } from "../edges/ffmpeg.ts";
import { statFile, statRoot } from "../edges/library-walk.ts";
import { isHomeThere } from "../steps/home-of-file.ts";
import { type RetireDeps, retire } from "../steps/retire.ts";
import type { Loop } from "./assess-loop.ts";
import { WRITING } from "./job.ts";
import { libraryOf, type Running } from "./running.ts";

const EVERY_MS = 3600_000;
/** By less than this a clock is corrected all the time; ms. */
const JUMP_MS = 3600_000;

/**
 * Watches the clock against `steady` (ms since the program began): a machine that starts with a clock of long ago and sets
 * it later has archived nothing long ago. Only what this program wrote is corrected; so nothing is due sooner by it.
 */
const clockWatch = ({ store, log, now }: Running, steady: () => number): (() => void) => {
  let beganAt = now() - steady();
  return () => {
    const byMs = Math.round(now() - steady() - beganAt);
    if (Math.abs(byMs) < JUMP_MS) return;
    if (byMs > 0) {
      store.archive.correctTimes({ from: Math.floor(beganAt), to: now() - byMs, byMs });
      log.warn({ byMs }, "the clock was set forward");
    }
    beganAt += byMs;
  };
};

/** The loop over the archive; without retention it removes nothing. */
export const createRetentionLoop = (
  running: Running,
  steady: () => number = () => performance.now(),
): Loop => {
  const { store, log, now, signal, ffmpeg, settings } = running;
  const days = settings.operational.archive_retention_days;
  let retiring: Promise<void> | null = null;
  let notBefore = 0;
  const watchClock = clockWatch(running, steady);

  const deps: RetireDeps = {
    store,
    files: WRITING,
    reread: (path, reading, stop) => reread(ffmpeg, path, reading, stop),
    sourcePath: (asset) => {
      const library = libraryOf(running, asset);
      return library && join(library.root, asset.path);
    },
    isFolderThere: async (path, asset) => {
      const library = asset && libraryOf(running, asset);
      if (!library) return false;
      return isHomeThere({ store, statRoot, statFile }, path, asset, library.root);
    },
    now,
  };

  const run = async (): Promise<void> => {
    try {
      const retired = await retire(deps, days, signal);
      if (retired.announced + retired.removed + retired.kept > 0) log.info({ ...retired }, "archive");
    } catch (thrown) {
      if (!signal.aborted) log.error({ err: toProblem(thrown) }, "archive");
    }
  };

  return {
    pump: () => {
      watchClock();
      if (days === 0 || retiring || signal.aborted || now() < notBefore) return;
      notBefore = now() + EVERY_MS;
      retiring = run().finally(() => {
        retiring = null;
        running.changed({ kind: "overview" });
      });
    },
    idle: async () => void (await retiring),
  };
};
