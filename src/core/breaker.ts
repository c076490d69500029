/**
 * When films fail one after the other in one way, the way is at fault and not the films: the lane rests, one film at a time
 * is tried after longer and longer, and the films of the row get their attempts back.
 */
import type { ProblemCode } from "./problem.ts";

/** Failures that may be of the world. What a film itself is known to lack (damaged, encrypted, no film) is not among them. */
const MAY_BE_THE_WORLD: ReadonlySet<ProblemCode> = new Set([
  "conversion-failed",
  "conversion-killed",
  "conversion-stalled",
  "conversion-too-long",
  "arguments-refused",
  "verification-failed",
  "publish-failed",
  "archive-failed",
  "folder-not-writable",
  "permission-denied",
  "io-error",
  "out-of-memory",
  "file-unreadable",
  "probe-failed",
  "probe-timeout",
  "gpu-failed",
  "internal",
]);

export type Failure = {
  readonly film: number;
  readonly code: ProblemCode;
  readonly detail: string;
};

export type Breaker = {
  /** Failures of one code in a row, one a film. */
  readonly row: readonly Failure[];
  readonly open: {
    readonly code: ProblemCode;
    readonly detail: string;
    readonly films: readonly number[];
    /** How often it was tried in vain. */
    readonly times: number;
    /** Epoch ms: then one film is tried. */
    readonly until: number;
  } | null;
  /** Films whose row turned out to be of themselves: they stop no lane again. */
  readonly known: ReadonlySet<number>;
};

export const CLOSED: Breaker = { row: [], open: null, known: new Set() };

const WAIT_MS = 5 * 60_000;
const WAIT_MAX_MS = 2 * 3600_000;
const waitMs = (times: number): number => Math.min(WAIT_MAX_MS, WAIT_MS * 2 ** times);

/** A film failed and used up an attempt. `limit`: so many different films in a row; 0: never. */
export const afterFailure = (before: Breaker, failure: Failure, limit: number, now: number): Breaker => {
  const { film, code, detail } = failure;
  if (limit === 0 || !MAY_BE_THE_WORLD.has(code)) return before;
  if (before.open !== null) {
    const times = before.open.times + 1;
    const films = [...new Set([...before.open.films, film])];
    return { ...before, open: { code, detail, films, times, until: now + waitMs(times) } };
  }
  if (before.known.has(film)) return before;
  const row = [...before.row.filter((each) => each.code === code && each.film !== film), failure];
  if (row.length < limit) return { ...before, row };
  const films = row.map((each) => each.film);
  return { ...before, row: [], open: { code, detail, films, times: 0, until: now + waitMs(0) } };
};

/** Work of the lane succeeded: the world is well, and what failed before was of the films. */
export const afterSuccess = ({ open, known }: Breaker): Breaker => ({
  row: [],
  open: null,
  known: open === null ? known : new Set([...known, ...open.films]),
});

/** A person wants it tried now. */
export const tryNow = (before: Breaker, now: number): Breaker =>
  before.open === null ? before : { ...before, open: { ...before.open, until: now } };

/** How many films may be in work: none while it is open, then one, else all. */
export const placesOf = ({ open }: Breaker, all: number, now: number): number =>
  open === null ? all : open.until > now ? 0 : Math.min(1, all);
