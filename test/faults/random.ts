/** Numbers that are the same for the same seed, so that a row can be repeated. */
import { createHash } from "node:crypto";

export type Random = {
  /** A whole number from 0 to below `limit`. */
  readonly below: (limit: number) => number;
  readonly pick: <T>(list: readonly [T, ...T[]]) => T;
};

/** Numbers for `name` under `seed`. */
export const randomOf = (seed: number, name: string): Random => {
  let count = 0;
  const below = (limit: number): number => {
    const hash = createHash("sha256").update(`${seed} ${name} ${count++}`).digest();
    return Math.floor((hash.readUInt32BE() / 2 ** 32) * limit);
  };
  return { below, pick: (list) => list[below(list.length)] ?? list[0] };
};
