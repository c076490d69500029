/**
 * What this machine's own runs say of the next: how many times the nominal time work takes, as a logarithm, since work is
 * twice as long as often as half as long. Medians, so that one run that took a night does not count more than another.
 */
import { HD_NOMINAL } from "./nominal-time.ts";
import type { QueuedWork } from "./work.ts";

export type Learned = {
  /** The logarithm of the middle multiple. */
  readonly middle: number;
  /** Standard deviation between films. */
  readonly spread: number;
  /** Standard deviation of the middle itself: how little is known of this machine. */
  readonly doubt: number;
  /** What the few that take far longer add to the mean of many, as a share of the middle. */
  readonly tail: number;
};

/** Nine of ten lie within so many standard deviations. */
export const NINE_OF_TEN = 1.645;

/** Between films that differ only in what they hold, as far as own runs do not say otherwise. */
const SPREAD = 0.3;
/** What is thought before counts as much as so many runs. */
const RUNS_THOUGHT = 2;
/** Machines get warmer, and disks are used by others: no number of runs says more of tomorrow than this. */
const DOUBT_LEAST = 0.08;
/** A run that took longer than that beside the middle is no more than that: a machine slept. */
const MULTIPLE_MOST = 20;
/** A median absolute deviation as a standard deviation. */
const MAD_AS_DEVIATION = 1.4826;

/** Of a machine that has done nothing: multiples of the nominal time that other machines took, fast and slow. */
const OF_OTHERS: Readonly<Record<QueuedWork | "card", readonly [fast: number, slow: number]>> = {
  // Disks copy 40 to 400 MB a second.
  copy: [0.25, 2.5],
  // Measured on two cores (38 times as fast as it plays for AC-3 5.1 to AAC stereo), and stretched both ways.
  audio: [0.4, 2.4],
  // libx264 veryfast on two cores 1.2 to 2.8 times as fast as it plays, and stretched; NVENC 5 to 20.
  video: [1 / 6, 1 / 0.8],
  card: [1 / 20, 1 / 4],
};

/** Frames a second at which the film that is measured with plays. */
const MEASURED_RATE = 30;

/** What is thought of work before this machine has done any. */
export const thoughtOf = (work: QueuedWork, isHardware: boolean): Learned => {
  const [fast, slow] = OF_OTHERS[work === "video" && isHardware ? "card" : work].map(Math.log) as [
    number,
    number,
  ];
  const deviation = (slow - fast) / 2 / NINE_OF_TEN;
  const doubt = Math.sqrt(deviation ** 2 - SPREAD ** 2);
  return { middle: (fast + slow) / 2, spread: SPREAD, doubt, tail: 0 };
};

/** Checks, sound and disks beside the encode that was measured; a little more than decoding the result again takes. */
const BESIDES = 1.15;
/** Films are not like the one that was measured with. */
const UNLIKE = 0.3;

/** What is thought of encodes where the encoders were measured: frames a second of each card, 1080p made 720p. */
export const measuredThought = (framesPerSecond: readonly number[]): Learned | null => {
  if (framesPerSecond.length === 0) return null;
  const mean = framesPerSecond.reduce((sum, each) => sum + each, 0) / framesPerSecond.length;
  const multiple = (BESIDES * MEASURED_RATE) / mean / HD_NOMINAL;
  return { middle: Math.log(multiple), spread: SPREAD, doubt: UNLIKE, tail: 0 };
};

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
};

/** `before`, moved by runs of this machine: logarithms of the time each took over its nominal one. */
export const learn = (before: Learned, runs: readonly number[]): Learned => {
  const count = runs.length;
  if (count === 0) return before;
  const own = median(runs);
  const deviation = MAD_AS_DEVIATION * median(runs.map((each) => Math.abs(each - own)));
  const thought = RUNS_THOUGHT / (count + RUNS_THOUGHT);
  const spread = Math.sqrt((1 - thought) * deviation ** 2 + thought * before.spread ** 2);
  const middle = own + thought * (before.middle - own);
  const doubt = Math.hypot(spread / Math.sqrt(count), thought * before.doubt, DOUBT_LEAST);
  const multiples = runs.map((each) => Math.min(MULTIPLE_MOST, Math.exp(each - own)));
  const mean = multiples.reduce((sum, each) => sum + each, 0) / count;
  return { middle, spread, doubt, tail: Math.max(0, mean - Math.exp(spread ** 2 / 2)) };
};
