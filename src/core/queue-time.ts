/** How long all queued work will take, as a range: from what this machine did lately, or from figures of other machines. */
import { AUDIO_SPEED, COPY_BYTES_PER_SECOND, VIDEO_SPEED } from "./estimate.ts";
import type { Work } from "./work.ts";

export const QUEUED_WORKS = ["copy", "audio", "video"] as const satisfies readonly Work[];
export type QueuedWork = (typeof QUEUED_WORKS)[number];

/** Amounts of films; the playing time is that of `timedFilms` of them. */
export type Amount = {
  readonly films: number;
  readonly bytes: number;
  readonly timedFilms: number;
  readonly playingSeconds: number;
};

/** Films of one kind that were done lately, and the seconds that took. */
export type Pace = Amount & { readonly seconds: number };

export type Seconds = readonly [low: number, high: number];

export const NOTHING: Amount = { films: 0, bytes: 0, timedFilms: 0, playingSeconds: 0 };

/** Fewer runs than these say little about the next. */
const RUNS_LEAST = 3;
/** Films differ in what they hold: a third more or less than those of late. */
const SPREAD = 1.3;
/** Of films whose length is not known yet: 6 Mb/s, between a DVD and a Blu-ray. */
const BYTES_PER_PLAYING_SECOND = 750_000;

const playingSeconds = ({ films, bytes, timedFilms, playingSeconds: known }: Amount): number =>
  timedFilms === 0 ? bytes / BYTES_PER_PLAYING_SECOND : (known / timedFilms) * films;

/** What the time of a kind of work follows: copies their bytes, all else how long the films play. */
const extent = (work: QueuedWork, amount: Amount): number =>
  work === "copy" ? amount.bytes : playingSeconds(amount);

const over = (extentOfAll: number, [slow, fast]: readonly [number, number]): Seconds => [
  extentOfAll / fast,
  extentOfAll / slow,
];

/** Seconds for `amount` of one kind of work, one film after the other. `pace`: what was done lately; null: nothing. */
export const timeOf = (
  work: QueuedWork,
  amount: Amount,
  { pace, isHardware }: { readonly pace: Pace | null; readonly isHardware: boolean },
): Seconds => {
  if (amount.films === 0) return [0, 0];
  const all = extent(work, amount);
  if (pace !== null && pace.films >= RUNS_LEAST && pace.seconds > 0) {
    const each = extent(work, pace) / pace.seconds;
    if (each > 0) return over(all, [each / SPREAD, each * SPREAD]);
  }
  if (work === "video") return over(all, VIDEO_SPEED[isHardware ? "hardware" : "software"]);
  const copied = over(amount.bytes, COPY_BYTES_PER_SECOND);
  if (work === "copy") return copied;
  const sound = over(all, AUDIO_SPEED);
  return [copied[0] + sound[0], copied[1] + sound[1]];
};

/**
 * Seconds for the whole queue. At best the lanes run beside each other, each with all its places; at worst they share one
 * disk and one processor, as if one thing came after the other.
 */
export const wholeTime = (
  times: Readonly<Record<QueuedWork, Seconds>>,
  places: { readonly copies: number; readonly encodes: number },
): Seconds => [
  Math.max((times.copy[0] + times.audio[0]) / places.copies, times.video[0] / places.encodes),
  times.copy[1] + times.audio[1] + times.video[1],
];
