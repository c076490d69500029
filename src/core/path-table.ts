/**
 * Numbers by path, for a library of a million in some tens of MB: of each path only a hash of 64 bits is kept. That two of a million have
 * the same happens once in thirty million tables, and not again with another `seed`.
 */

export type PathTable = {
  /** The place of a path; -1 when it has none. */
  readonly find: (path: string) => number;
  /** Gives a path a place, which it must not have yet. */
  readonly add: (path: string, sizeBytes: number, modifiedUs: number, flags: number) => number;
  readonly sizeBytes: (place: number) => number;
  readonly modifiedUs: (place: number) => number;
  readonly flags: (place: number) => number;
  /** Adds flags to a place's. */
  readonly mark: (place: number, flags: number) => void;
};

const LEAST = 64;
/** So many slots a path; each holds a place and one, or 0. */
const SLOTS_A_PATH = 1.5;

const rotated = (value: number): number => (value << 13) | (value >>> 19);

/** As MurmurHash3 ends. */
const mixed = (value: number): number => {
  const first = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return (second ^ (second >>> 16)) >>> 0;
};

const grown = <T extends Uint8Array | Uint32Array | Float64Array>(before: T, after: T): T => {
  after.set(before);
  return after;
};

/** A table for about so many paths; it grows. */
export const createPathTable = (expected: number, seed: number): PathTable => {
  let room = Math.max(LEAST, expected);
  let count = 0;
  let low = new Uint32Array(room);
  let high = new Uint32Array(room);
  let sizes = new Float64Array(room);
  let times = new Float64Array(room);
  let flagsOf = new Uint8Array(room);
  let slots = new Uint32Array(Math.ceil(room * SLOTS_A_PATH));
  // Of the path that was asked for last.
  let [one, two] = [0, 0];

  const hash = (path: string): void => {
    let [a, b] = [seed ^ path.length, ~seed];
    for (let at = 0; at < path.length; at++) {
      const code = path.charCodeAt(at);
      a = rotated(Math.imul(a ^ code, 0x9e3779b1));
      b = rotated(Math.imul(b ^ code, 0x5f356495));
    }
    [one, two] = [mixed(a), mixed(b)];
  };

  /** The slot of the path that was hashed, or the free one where it belongs. */
  const slotOf = (): number => {
    for (let slot = one % slots.length; ; slot = slot + 1 === slots.length ? 0 : slot + 1) {
      const place = (slots[slot] ?? 0) - 1;
      if (place < 0 || (low[place] === one && high[place] === two)) return slot;
    }
  };

  const grow = (): void => {
    room *= 2;
    low = grown(low, new Uint32Array(room));
    high = grown(high, new Uint32Array(room));
    sizes = grown(sizes, new Float64Array(room));
    times = grown(times, new Float64Array(room));
    flagsOf = grown(flagsOf, new Uint8Array(room));
    slots = new Uint32Array(Math.ceil(room * SLOTS_A_PATH));
    for (let place = 0; place < count; place++) {
      [one, two] = [low[place] ?? 0, high[place] ?? 0];
      slots[slotOf()] = place + 1;
    }
  };

  return {
    find: (path) => {
      hash(path);
      return (slots[slotOf()] ?? 0) - 1;
    },
    add: (path, sizeBytes, modifiedUs, flags) => {
      if (count === room) grow();
      hash(path);
      const place = count++;
      slots[slotOf()] = place + 1;
      low[place] = one;
      high[place] = two;
      sizes[place] = sizeBytes;
      times[place] = modifiedUs;
      flagsOf[place] = flags;
      return place;
    },
    sizeBytes: (place) => sizes[place] ?? 0,
    modifiedUs: (place) => times[place] ?? 0,
    flags: (place) => flagsOf[place] ?? 0,
    mark: (place, flags) => {
      flagsOf[place] = (flagsOf[place] ?? 0) | flags;
    },
  };
};

const MOST_BITS = 2 ** 27;

/** Numbers of which is only asked whether one may be among them: never a wrong no, and one wrong yes in some. */
export const createPossible = (expected: number) => {
  const bits = 2 ** Math.ceil(Math.log2(Math.min(MOST_BITS, Math.max(1024, 16 * expected))));
  const bytes = new Uint8Array(bits / 8);
  const bitOf = (value: number): number =>
    (mixed(value % 0x1_0000_0000) ^ mixed(Math.floor(value / 0x1_0000_0000) + 1)) & (bits - 1);
  return {
    add: (value: number): void => {
      const bit = bitOf(value);
      bytes[bit >>> 3] = (bytes[bit >>> 3] ?? 0) | (1 << (bit & 7));
    },
    has: (value: number): boolean => {
      const bit = bitOf(value);
      return ((bytes[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0;
    },
  };
};
