/** In which order films are begun, and how none is passed over for ever. */

export const QUEUE_ORDERS = ["quick", "newest", "priority"] as const;
/**
 * `quick`: least work first, so that most films are ready soonest. `newest`: those first seen on the latest day, of one day
 * the latest file. `priority`: library by library as the settings name them, in each the one that waits longest.
 * Whatever a person moved comes before or behind all that.
 */
export type QueueOrder = (typeof QUEUE_ORDERS)[number];

/** A film that waits for this long gets turns, whatever the order says; ms. */
export const LONG_WAIT_MS = 7 * 24 * 3600_000;

/** One film of so many is then the one that waits longest. */
export const TURN_EVERY = 5;

/** Whether the next place is a turn, when so many films were begun since the last one. */
export const isTurn = (begun: number): boolean => begun >= TURN_EVERY - 1;
