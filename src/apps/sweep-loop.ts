/** Once a day, the first time after the first scan: hidden partial files that nothing knows go. */
import { walkLibrary } from "../edges/library-walk.ts";
import { sweepPartials, tokenOfMove } from "../edges/library-write.ts";
import { sweepAbandoned } from "../steps/sweep-abandoned.ts";
import type { Loop } from "./assess-loop.ts";
import type { Running } from "./running.ts";

const DAY_MS = 86_400_000;

type Deps = {
  /** Libraries being scanned: two walks at once are two too many for a disk. */
  readonly scanning: () => readonly string[];
};

/** The loop over every folder that may hold a file of ours. */
export const createSweepLoop = (running: Running, { scanning }: Deps): Loop => {
  const { settings, store, log, now, signal } = running;
  const all = Object.values(settings.libraries);
  const roots = [
    ...new Set(
      all.flatMap(({ root, output, archive }) => [root, output === "beside" ? "" : output, archive]),
    ),
  ].filter((folder) => folder !== "");
  let sweeping: Promise<void> | null = null;
  let notBefore = 0;

  const sweep = async (): Promise<void> => {
    const deps = { store, walkLibrary, sweepPartials, tokenOfMove };
    try {
      const removed = await sweepAbandoned(
        deps,
        { roots, libraries: Object.keys(settings.libraries) },
        signal,
      );
      if (removed > 0) log.info({ removed }, "abandoned partial files");
    } catch (thrown) {
      if (!signal.aborted) log.error({ err: thrown }, "abandoned partial files stay");
    }
  };

  return {
    pump: () => {
      if (sweeping || signal.aborted || now() < notBefore || scanning().length > 0) return;
      // An undo that waits for a disk may have hidden files of its own, which no row names.
      if (store.restores.next(Number.MAX_SAFE_INTEGER) !== null) return;
      notBefore = now() + DAY_MS;
      sweeping = sweep().finally(() => {
        sweeping = null;
      });
    },
    idle: async () => void (await sweeping),
  };
};
