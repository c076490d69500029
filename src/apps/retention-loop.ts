/** Looks once an hour at what has lain in the archive for longer than `archive_retention_days`. */
import { toProblem } from "../core/problem.ts";
import { reread } from "../edges/ffmpeg.ts";
import { droppedTracks } from "../steps/convert.ts";
import type { SettleDeps } from "../steps/recover.ts";
import { retire } from "../steps/retire.ts";
import type { Loop } from "./assess-loop.ts";
import type { Control } from "./control.ts";
import { WRITING } from "./job.ts";
import type { Running } from "./running.ts";

const EVERY_MS = 3600_000;

/** The loop over the archive; without retention it does nothing. */
export const createRetentionLoop = (
  running: Running,
  { isLibraryThere }: Pick<SettleDeps, "isLibraryThere">,
  explain: Control["explain"],
): Loop => {
  const { store, log, now, signal, ffmpeg, settings } = running;
  const days = settings.operational.archive_retention_days;
  let retiring: Promise<void> | null = null;
  let notBefore = 0;

  const run = async (): Promise<void> => {
    try {
      const deps = {
        store,
        files: WRITING,
        reread: (path: string, reading: Parameters<typeof reread>[2], stop?: AbortSignal) =>
          reread(ffmpeg, path, reading, stop),
        lacking: (asset: Parameters<typeof explain>[0]) => {
          const explanation = explain(asset);
          return explanation && droppedTracks(explanation);
        },
        isLibraryThere,
        now,
      };
      const retired = await retire(deps, days, signal);
      if (retired.announced + retired.removed + retired.kept > 0) log.info({ ...retired }, "archive");
    } catch (thrown) {
      if (!signal.aborted) log.error({ err: toProblem(thrown) }, "archive");
    }
  };

  return {
    pump: () => {
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
