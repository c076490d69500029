/** Random choices that a seed repeats. */
export type Random = {
  /** 0 to `below - 1`. */
  readonly int: (below: number) => number;
  readonly pick: <T>(list: readonly T[]) => T;
  readonly bytes: (count: number) => Buffer;
};

/** mulberry32: small, and even enough to choose by. */
export const randomOf = (seed: number): Random => {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const int = (below: number): number => next() % Math.max(1, below);
  return {
    int,
    pick: (list) => {
      const found = list[int(list.length)];
      if (found === undefined) throw new Error("There is nothing to choose from.");
      return found;
    },
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => int(256))),
  };
};
