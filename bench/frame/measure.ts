/** Clocks, pairs of runs and folders that all benches share. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** The value that `part` (0 to 1) of all do not pass. */
export const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0;

/** What `work` takes, ms. */
export const timed = async (work: () => unknown): Promise<number> => {
  const at = performance.now();
  await work();
  return performance.now() - at;
};

export type Pair = { readonly value: number; readonly baseline: number };

/**
 * Runs the baseline and the work in turns and gives the pair whose ratio is the middle one: what else the machine does
 * meanwhile disturbs both alike.
 */
export const inTurns = async (
  runs: number,
  work: () => Promise<number>,
  baseline: () => Promise<number>,
): Promise<Pair> => {
  const pairs: Pair[] = [];
  for (let run = 0; run < runs; run++) {
    const plain = await baseline();
    pairs.push({ value: await work(), baseline: plain });
  }
  pairs.sort((a, b) => a.value / a.baseline - b.value / b.baseline);
  return pairs[Math.floor(runs / 2)] ?? { value: 0, baseline: 0 };
};

/** Throws when what a bench made is not what it should have made. */
export const mustBe = (what: string, found: unknown, expected: unknown): void => {
  if (found !== expected) throw new Error(`${what}: ${String(found)} instead of ${String(expected)}`);
};

/** A folder for `work`, removed after it. `TMPDIR=/dev/shm` puts it in memory. */
export const inFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), "cvc-bench-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
