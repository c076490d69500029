/** Calls that fail once, or for as long as the program runs: EIO, a full disk, a disk that became read-only. */
import { type Bench, checkEnd, checkKilled, type Leeway, startAnew } from "./bench.ts";
import type { ErrorCode, TraceLine } from "./fault-plan.ts";
import { HOURS_MS, type Row, runCounted, SPEED } from "./rows.ts";

const OF_WRITES = ["EIO", "ENOSPC", "EROFS"] as const;
const OF_READS = ["EIO", "ESTALE"] as const;

/** How long a program lives with an error that stays. */
const LIFE_MS = 2500;

/** What an error may cost at most: the original stays where it was, and the film says so. */
const KEPT: Leeway = { mayKeep: true };

/** It fails once, and the same process must come to the same end. */
const onceRow = (scenario: string, { point, nth }: TraceLine, code: ErrorCode): Row => ({
  name: `error/${scenario}/${code}/${point}#${nth}`,
  scenario,
  run: async (desk) => {
    await startAnew(desk.bench);
    desk.tally.faults++;
    const faults = [{ point, nth, action: { kind: "fail", code, lasts: false } }] as const;
    const outcome = await runCounted(desk, { plan: { faults, speed: SPEED } });
    return checkEnd(desk.bench, outcome, KEPT);
  },
});

/** It fails until the program ends; with the next start all is well again. */
const lastingRow = (scenario: string, { point, nth }: TraceLine, code: ErrorCode): Row => ({
  name: `error-lasts/${scenario}/${code}/${point}#${nth}`,
  scenario,
  run: async (desk) => {
    await startAnew(desk.bench);
    desk.tally.faults++;
    const faults = [{ point, nth, action: { kind: "fail", code, lasts: true } }] as const;
    const sick = await runCounted(desk, { plan: { faults, speed: SPEED }, lifeMs: LIFE_MS });
    const found =
      sick.kind === "stuck" ? [{ kind: "stuck" as const, what: `it did not end: ${sick.said}` }] : [];
    const well = await runCounted(desk, { plan: { aheadMs: HOURS_MS } });
    return [...found, ...(await checkKilled(desk.bench)), ...checkEnd(desk.bench, well, KEPT)];
  },
});

/** Every `step`-th point of the undisturbed run fails once; every writing one of those for good as well. */
export const errorRows = ({ place, undisturbed }: Bench, step: number): readonly Row[] =>
  undisturbed.points
    .filter((each) => !each.isDone)
    .filter((_, index) => index % step === 0)
    .flatMap((line, index) => {
      const codes = line.isWrite ? OF_WRITES : OF_READS;
      const code = codes[index % codes.length] ?? "EIO";
      const { name } = place.scenario;
      return [onceRow(name, line, code), ...(line.isWrite ? [lastingRow(name, line, code)] : [])];
    });

/** A copy of which the disk takes half and says that all is well. */
export const shortRows = ({ place, undisturbed }: Bench): readonly Row[] =>
  undisturbed.points
    .filter((each) => each.call === "copyFile" && !each.isDone)
    .map(({ point, nth }) => ({
      name: `short/${place.scenario.name}/${point}#${nth}`,
      scenario: place.scenario.name,
      run: async (desk) => {
        await startAnew(desk.bench);
        desk.tally.faults++;
        const faults = [{ point, nth, action: { kind: "short" } }] as const;
        const outcome = await runCounted(desk, { plan: { faults, speed: SPEED } });
        return checkEnd(desk.bench, outcome, KEPT);
      },
    }));
