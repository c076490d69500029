/** A row of the harness: one thing that goes wrong on one library, and what must hold afterwards. */
import type { Bench } from "./bench.ts";
import type { Options, Outcome } from "./child.ts";
import { runHost } from "./child.ts";
import type { Violation } from "./invariants.ts";
import type { Random } from "./random.ts";
import type { Tally } from "./tally.ts";

/** A minute of waiting for the world takes a second. */
export const SPEED = 60;
/** So far ahead is the clock of a start after a fault: whatever waited for a time is due. */
export const HOURS_MS = 2 * 3_600_000;

/** What a row is given to work with; all of one lane, which nothing else uses meanwhile. */
export type Desk = {
  readonly bench: Bench;
  readonly tally: Tally;
  /** The same numbers for the same seed and row. */
  readonly random: Random;
};

export type Row = {
  /** `kill/archive/link films/a > films/b#1`: what `--only` picks by. */
  readonly name: string;
  readonly scenario: string;
  readonly run: (desk: Desk) => Promise<readonly Violation[]>;
};

/** Runs the orchestrator on the desk's library and counts it. */
export const runCounted = async ({ bench, tally }: Desk, options: Options = {}): Promise<Outcome> => {
  const { plan, ...others } = options;
  tally.runs++;
  const outcome = await runHost(bench.place, { ...others, plan: { trace: bench.trace, ...plan } });
  if (outcome.kind === "killed") tally.kills++;
  return outcome;
};
