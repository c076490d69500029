/** How long work takes, as a range in which nine of ten lie: one film, a kind of work, or all that is queued. */
import { type Learned, NINE_OF_TEN } from "./learned-time.ts";

/** Films of one kind that wait. */
export type Part = {
  readonly films: number;
  /** Of all together. */
  readonly nominalSeconds: number;
  readonly learned: Learned;
};

export type Seconds = readonly [low: number, high: number];

/**
 * Seconds for all of it, one film after the other. What films differ by evens out over many of them, what is not known of
 * the machine does not: a sum of log-normal values, taken as one (Fenton and Wilkinson). At best none takes far longer.
 */
export const timeOf = (parts: readonly Part[]): Seconds => {
  let [mean, variance, doubt, tail] = [0, 0, 0, 0];
  for (const { films, nominalSeconds, learned } of parts) {
    if (films === 0) continue;
    const each = nominalSeconds * Math.exp(learned.middle + learned.spread ** 2 / 2);
    mean += each;
    variance += (each ** 2 / films) * Math.expm1(learned.spread ** 2);
    doubt += each * learned.doubt;
    tail += nominalSeconds * Math.exp(learned.middle) * learned.tail * (1 - 1 / films);
  }
  if (mean === 0) return [0, 0];
  const differing = Math.log1p(variance / mean ** 2);
  const middle = Math.log(mean) - differing / 2;
  const reach = NINE_OF_TEN * Math.sqrt(differing + (doubt / mean) ** 2);
  return [Math.exp(middle - reach), Math.exp(middle + reach) + tail];
};

/** The work of a lane: its time one film after the other, and in how many places at once. */
export type LaneTime = {
  readonly seconds: Seconds;
  readonly films: number;
  readonly places: number;
  /** Whether this machine's own runs say it: they were measured beside all else that it does. */
  readonly isLearned: boolean;
};

/**
 * Seconds until nothing waits any more. Lanes run beside each other, each in all its places. Where nothing is known of this
 * machine, at worst they share one disk and one processor, as if one thing came after the other.
 */
export const wholeTime = (lanes: readonly LaneTime[]): Seconds => {
  const beside = (end: 0 | 1): number =>
    Math.max(
      0,
      ...lanes.map(({ seconds, films, places }) => seconds[end] / Math.max(1, Math.min(films, places))),
    );
  const isKnown = lanes.every(({ films, isLearned }) => films === 0 || isLearned);
  return [beside(0), isKnown ? beside(1) : lanes.reduce((sum, { seconds }) => sum + seconds[1], 0)];
};

/** What a film was expected to take, and what it took. */
export type Told = { readonly low: number; readonly high: number; readonly seconds: number };

export type Accuracy = {
  readonly films: number;
  /** Of those, how many took no less than the low end and no more than the high end. */
  readonly within: number;
  /** By how much the middle of the range was off for the film in the middle, as a share of what it took; null: no film. */
  readonly medianError: number | null;
};

/** How good what was told turned out to be. */
export const accuracyOf = (told: readonly Told[]): Accuracy => {
  const errors = told
    .map(({ low, high, seconds }) => Math.abs(Math.sqrt(low * high) / seconds - 1))
    .toSorted((a, b) => a - b);
  return {
    films: told.length,
    within: told.filter(({ low, high, seconds }) => low <= seconds && seconds <= high).length,
    medianError: errors[errors.length >> 1] ?? null,
  };
};
