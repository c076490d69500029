/** A row of the harness: one thing that goes wrong on one library, and what must hold afterwards. */
import { existsSync } from "node:fs";
import type { Bench } from "./bench.ts";
import type { Options, Outcome } from "./child.ts";
import { runHost } from "./child.ts";
import { readTrace } from "./durability.ts";
import type { FaultAction, TraceLine } from "./fault-plan.ts";
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

/** Every `step`-th row. */
export const some = (rows: readonly Row[], step: number): readonly Row[] =>
  rows.filter((_, index) => index % step === 0);

export const kindIs =
  (kind: string) =>
  ({ name }: Row): boolean =>
    name.startsWith(`${kind}/`);

/** How a run of a row ended, and whether its fault was met. */
export type Ran = Outcome & { readonly isMet: boolean };

/** Runs the orchestrator on the desk's library and counts it. */
export const runCounted = async ({ bench, tally }: Desk, options: Options = {}): Promise<Ran> => {
  const { plan, ...others } = options;
  tally.runs++;
  const before = faultsIn(bench).length;
  const outcome = await runHost(bench.place, { ...others, plan: { trace: bench.trace, ...plan } });
  if (outcome.kind === "killed") tally.kills++;
  const isMet = faultsIn(bench).length > before;
  if (isMet && plan?.faults?.some(({ action }) => COUNTED.has(action.kind))) tally.faults++;
  return { ...outcome, isMet };
};

/** A kill is counted as one; what is done at a gate is counted by who does it. */
const COUNTED: ReadonlySet<FaultAction["kind"]> = new Set(["fail", "fail-after", "short"]);

/** The faults that were carried out, as the trace says. */
export const faultsIn = ({ trace }: Pick<Bench, "trace">): readonly TraceLine[] =>
  existsSync(trace) ? readTrace(trace).filter((each) => each.fault !== undefined) : [];

/** A row whose fault was not met shows nothing. */
export const mustBeMet = ({ isMet, kind, said }: Ran, point: string): readonly Violation[] =>
  isMet ? [] : [{ kind: "harness", what: `${point} was not met: ${kind} ${said.slice(-600)}` }];
