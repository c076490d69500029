/** What the harness did and what it found: counted, printed as it goes, and written down at the end. */
import type { Violation } from "./invariants.ts";

export type Counts = {
  /** Ends by SIGKILL: at a fail point, at a random moment, or of a program that hung. */
  kills: number;
  /** That were met: calls that failed, writes cut short, disks full, files changed under the program, programs that misbehaved. */
  faults: number;
  /** Starts of the orchestrator. */
  runs: number;
};

export type Finding = Violation & { readonly row: string };

export type Tally = Counts & {
  readonly findings: Finding[];
  /** Rows by the first word of their names. */
  readonly rowsByKind: Map<string, number>;
};

export const newTally = (): Tally => ({ kills: 0, faults: 0, runs: 0, findings: [], rowsByKind: new Map() });

/** Counts a row and what it found. */
export const countRow = (tally: Tally, name: string, found: readonly Violation[]): void => {
  const kind = name.slice(0, name.indexOf("/"));
  tally.rowsByKind.set(kind, (tally.rowsByKind.get(kind) ?? 0) + 1);
  for (const each of found) tally.findings.push({ ...each, row: name });
};

const count = (tally: Tally, kinds: readonly Violation["kind"][]): number =>
  tally.findings.filter((each) => kinds.includes(each.kind)).length;

/** The figures of the report, in order. */
export const figures = (tally: Tally): readonly (readonly [string, number])[] => [
  ["rows", [...tally.rowsByKind.values()].reduce((sum, each) => sum + each, 0)],
  ["starts of the orchestrator", tally.runs],
  ["kills (SIGKILL)", tally.kills],
  ["other faults", tally.faults],
  ["originals lost or overwritten", count(tally, ["lost", "overwritten"])],
  ["half files under a final name", count(tally, ["half"])],
  ["losses a power cut could have caused", count(tally, ["not durable"])],
  ["assets stuck", count(tally, ["stuck"])],
  ["partial files left", count(tally, ["partial"])],
  ["databases inconsistent", count(tally, ["database"])],
  ["libraries that came out otherwise", count(tally, ["different"])],
  ["rows that showed nothing: they broke, or their fault was not met", count(tally, ["harness"])],
];
