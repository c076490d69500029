/** Keeps the figures of each day, and reads lengths of films that an older version did not keep. Never stops any work. */
import type { Loop } from "./assess-loop.ts";
import { dayOf } from "./local-day.ts";
import type { Running } from "./running.ts";

const KEPT_EVERY_MS = 60_000;
/** Some 5 ms of reading. */
const FILMS_AT_ONCE = 100;

/** The loop; a day's last figures are those of its last minute. */
export const createFiguresLoop = ({ store, now, signal }: Running): Loop => {
  let keptAt: number | null = null;
  let after: number | null = 0;
  return {
    pump: () => {
      if (signal.aborted) return;
      if (after !== null) after = store.figures.readLengths({ after, limit: FILMS_AT_ONCE });
      const isDue = keptAt === null || now() - keptAt >= KEPT_EVERY_MS || now() < keptAt;
      if (!isDue) return;
      store.figures.keepDay(dayOf(now()));
      keptAt = now();
    },
    idle: async () => {},
  };
};
