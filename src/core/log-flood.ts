/** A log that says the same thing over and over: the first lines of a while are said, the others counted. */

export type Flood = {
  /**
   * Whether a line like `key` may be said at `now` (ms, of a clock that is not set), and how many before it were not.
   * Keeps a bounded number of keys.
   */
  readonly ask: (key: string, now: number) => { readonly isSaid: boolean; readonly leftOut: number };
};

const KEYS_MAX = 500;

/** At most `linesMax` equal lines in `whileMs`. */
export const createFlood = (linesMax: number, whileMs: number): Flood => {
  const seen = new Map<string, { since: number; lines: number; leftOut: number }>();
  return {
    ask: (key, now) => {
      const found = seen.get(key);
      if (found && now - found.since < whileMs) {
        found.lines++;
        if (found.lines <= linesMax) return { isSaid: true, leftOut: 0 };
        found.leftOut++;
        return { isSaid: false, leftOut: 0 };
      }
      // The oldest of many different ones is forgotten: it has been quiet longest.
      seen.delete(key);
      const [oldest] = seen.keys();
      if (seen.size >= KEYS_MAX && oldest !== undefined) seen.delete(oldest);
      seen.set(key, { since: now, lines: 1, leftOut: 0 });
      return { isSaid: true, leftOut: found?.leftOut ?? 0 };
    },
  };
};
