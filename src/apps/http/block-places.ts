/** Who may have a block of a film in memory: so many at once, the others wait. */
import type { FastifyReply } from "fastify";

/** Of 16 MiB each at most. */
const PLACES = 8;
/** Who takes or sends nothing for so long gives its place up. */
const IDLE_MS = 30_000;

/** Waits for a place, which is held until the answer has gone out or who asked has gone away. */
export type TakePlace = (reply: FastifyReply) => Promise<void>;

export const createBlockPlaces = (places = PLACES): TakePlace => {
  const waiting: (() => void)[] = [];
  let free = places;
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free++;
  };
  return async ({ raw }) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    if (raw.destroyed) return leave();
    let isIn = true;
    const once = (): void => {
      if (isIn) leave();
      isIn = false;
    };
    raw.once("finish", once).once("close", once);
    raw.setTimeout(IDLE_MS, () => raw.destroy());
  };
};
