/** Runs rows on some libraries at once and gathers what they find. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bench, newBench } from "./bench.ts";
import type { Violation } from "./invariants.ts";
import { randomOf } from "./random.ts";
import type { Row } from "./rows.ts";
import { SCENARIOS } from "./scenarios.ts";
import { countRow, newTally, type Tally } from "./tally.ts";

export type HarnessOptions = {
  readonly seed: number;
  /** Rows that run at once, each on a library of its own. */
  readonly lanes: number;
  /** Which rows, given the bench of each scenario. */
  readonly rowsOf: (bench: Bench) => readonly Row[];
  /** Names of scenarios. */
  readonly scenarios: readonly string[];
  readonly onRow?: (row: Row, found: readonly Violation[]) => void;
  /** Told as soon as it changes. */
  readonly onProgress?: (progress: Progress) => void;
};

export type Progress = {
  /** Libraries that are made ready and looked through, and how many there are; a lane makes its own when it needs one. */
  readonly libraries: readonly [number, number];
  readonly rows: readonly [number, number];
  readonly tally: Tally;
};

/** A lane's benches, made when first wanted. */
const newLane = (folder: string, compiled: string) => {
  const benches = new Map<string, Promise<Bench>>();
  return {
    bench: (name: string): Promise<Bench> => {
      const scenario = SCENARIOS.find((each) => each.name === name);
      if (!scenario) throw new Error(`There is no scenario ${name}.`);
      const made = benches.get(name) ?? newBench(folder, compiled, scenario);
      benches.set(name, made);
      return made;
    },
    remove: async (): Promise<void> => {
      for (const each of await Promise.allSettled(benches.values()))
        if (each.status === "fulfilled") each.value.remove();
    },
  };
};

const runRow = async (row: Row, bench: Bench, tally: Tally, seed: number): Promise<readonly Violation[]> => {
  try {
    return await row.run({ bench, tally, random: randomOf(seed, row.name) });
  } catch (thrown) {
    return [
      { kind: "harness", what: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) },
    ];
  }
};

/** Runs all rows; what they found is in the tally. */
export const runHarness = async (options: HarnessOptions): Promise<Tally> => {
  const folder = mkdtempSync(join(tmpdir(), "cvc-faults-"));
  const compiled = join(folder, "compiled");
  const tally = newTally();
  const lanes = Array.from({ length: options.lanes }, (_, index) => {
    const own = join(folder, `lane-${index}`);
    mkdirSync(own);
    return newLane(own, compiled);
  });
  try {
    const waiting = [...options.scenarios];
    const rows: Row[] = [];
    let [libraries, total] = [0, 0];
    const say = (): void =>
      options.onProgress?.({
        libraries: [libraries, options.scenarios.length],
        rows: [total - rows.length, total],
        tally,
      });
    say();
    const explore = async (lane: (typeof lanes)[number]): Promise<void> => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        rows.push(...options.rowsOf(await lane.bench(name)));
        [libraries, total] = [libraries + 1, rows.length];
        say();
      }
    };
    await Promise.all(lanes.map(explore));
    rows.sort((one, other) => (one.name < other.name ? -1 : 1));
    const work = async (lane: (typeof lanes)[number]): Promise<void> => {
      for (let row = rows.shift(); row !== undefined; row = rows.shift()) {
        say();
        const found = await runRow(row, await lane.bench(row.scenario), tally, options.seed);
        countRow(tally, row.name, found);
        options.onRow?.(row, found);
      }
      say();
    };
    await Promise.all(lanes.map(work));
    return tally;
  } finally {
    for (const each of lanes) await each.remove();
    rmSync(folder, { recursive: true, force: true });
  }
};
