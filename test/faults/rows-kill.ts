/** kill -9 at every writing point there is, once each; then the next start is left alone, or killed as well. */
import { type Bench, checkEnd, checkKilled, type Kept, startAnew } from "./bench.ts";
import type { Fault, TraceLine } from "./fault-plan.ts";
import type { Violation } from "./invariants.ts";
import { type Desk, type Row, runCounted } from "./rows.ts";

const isTorn = ({ call }: TraceLine): boolean =>
  call === "copyFile" || call === "writeFile" || call === "handle.writeFile";

const writesOf = (points: readonly TraceLine[]): readonly TraceLine[] =>
  points.filter((each) => each.isWrite && !each.isDone);

/** Points up to the journal's row come alike in every scenario. */
const isPublishing = (points: readonly TraceLine[], line: TraceLine): boolean =>
  points.indexOf(line) >= points.findIndex((each) => each.point === "journal planned");

const killed = async (desk: Desk, fault: Fault): Promise<readonly Violation[]> => {
  const outcome = await runCounted(desk, { plan: { faults: [fault] } });
  // How many writing points a second start has depends on what the first one left.
  if (outcome.kind !== "killed" && !(outcome.kind === "idle" && fault.point === null))
    return [{ kind: "harness", what: `${fault.point} was not met: ${outcome.kind} ${outcome.said}` }];
  return checkKilled(desk.bench);
};

type Kill = {
  readonly scenario: string;
  readonly from: Kept;
  readonly at: TraceLine;
  readonly kind: "kill" | "torn";
  /** The start after it is killed at one of its first so many writing points; 0: it is left alone. */
  readonly second: number;
};

const killRow = ({ scenario, from, at, kind, second }: Kill): Row => ({
  name: `${kind}${second > 0 ? "-twice" : ""}/${scenario}/${from}/${at.point}#${at.nth}`,
  scenario,
  run: async (desk) => {
    await startAnew(desk.bench, from);
    const found = [...(await killed(desk, { point: at.point, nth: at.nth, action: { kind } }))];
    if (second > 0) {
      const nth = desk.random.below(second) + 1;
      found.push(...(await killed(desk, { point: null, nth, action: { kind: "kill" } })));
    }
    return [...found, ...checkEnd(desk.bench, await runCounted(desk))];
  },
});

/** At every writing point of the run from the queue, or of its publishing only. */
export const killRows = ({ place, undisturbed: { points } }: Bench, isWhole: boolean): readonly Row[] =>
  writesOf(points)
    .filter((line) => isWhole || isPublishing(points, line))
    .flatMap((at) => {
      const kill = { scenario: place.scenario.name, from: "queued", at, second: 0 } as const;
      return [
        killRow({ ...kill, kind: "kill" }),
        ...(isTorn(at) ? [killRow({ ...kill, kind: "torn" })] : []),
      ];
    });

/** At every writing point of a start that finds a publication cut off; once, and twice. */
export const recoveryKillRows = ({ place, recovery }: Bench): readonly Row[] => {
  const writes = writesOf(recovery);
  return writes.flatMap((at) => {
    const kill = { scenario: place.scenario.name, from: "journaled", at } as const;
    return [
      killRow({ ...kill, kind: "kill", second: 0 }),
      killRow({ ...kill, kind: "kill", second: writes.length }),
      ...(isTorn(at) ? [killRow({ ...kill, kind: "torn", second: 0 })] : []),
    ];
  });
};
