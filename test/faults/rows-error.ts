/**
 * Calls that fail once, or for as long as the program runs: EIO, a full disk, a disk that became read-only; and calls that
 * are done and said to have failed, as on a share whose answer was lost.
 */
import { type Bench, checkEnd, checkKilled, type Leeway, startAnew } from "./bench.ts";
import type { AfterCode, ErrorCode, FaultAction, TraceLine } from "./fault-plan.ts";
import type { Violation } from "./invariants.ts";
import { type Desk, faultsIn, HOURS_MS, mustBeMet, type Row, runCounted, SPEED } from "./rows.ts";
import type { Scenario } from "./scenarios.ts";

const OF_WRITES = ["EIO", "ENOSPC", "EROFS"] as const;
const OF_READS = ["EIO", "ESTALE"] as const;

/** How long a program lives with an error that stays, from its first on. */
const LIFE_MS = 2000;

const ARCHIVES = ["archive", "films/.chromecast-originals"];

/**
 * What an error may cost at most: the original stays where it was, and the film says so. Only one that met the original
 * or its place in the archive: whatever else fails is no reason.
 */
const leewayOf = ({ films }: Scenario, { paths }: TraceLine, makesArchive: boolean): Leeway => ({
  mayKeep:
    makesArchive ||
    paths.some(
      (path) =>
        Object.keys(films).some((film) => path === `films/${film}`) ||
        ARCHIVES.some((archive) => path === archive || path.startsWith(`${archive}/`)),
    ),
});

type Failure = {
  readonly scenario: Scenario;
  readonly line: TraceLine;
  readonly kind: string;
  /** Whether it is a call that makes the archive's folder durable. */
  readonly makesArchive?: boolean;
};

/** The folder above a hidden archive that was just made: while that fails there is no place for the original. */
const makesArchiveAt = (points: readonly TraceLine[], index: number): boolean => {
  const made = points.slice(Math.max(0, index - 8), index).findLast((each) => each.isWrite && each.isDone);
  return made?.call === "mkdir" && ARCHIVES.some((archive) => made.paths.includes(archive));
};

/** It happens once, and the same process must come to the same end. */
const onceRow = ({ scenario, line, kind, makesArchive = false }: Failure, action: FaultAction): Row => ({
  name: `${kind}/${line.point}#${line.nth}`,
  scenario: scenario.name,
  run: async (desk) => {
    await startAnew(desk.bench);
    const faults = [{ point: line.point, nth: line.nth, action }];
    const outcome = await runCounted(desk, { plan: { faults, speed: SPEED } });
    return [
      ...mustBeMet(outcome, line.point),
      ...checkEnd(desk.bench, outcome, leewayOf(scenario, line, makesArchive)),
    ];
  },
});

/** It fails until the program ends; with the next start all is well again. */
const failsOn = async (
  desk: Desk,
  { scenario, line }: Failure,
  code: ErrorCode,
): Promise<readonly Violation[]> => {
  await startAnew(desk.bench);
  const { point, nth } = line;
  const faults = [{ point, nth, action: { kind: "fail", code, lasts: true } }] as const;
  const sick = await runCounted(desk, {
    plan: { faults, speed: SPEED },
    lifeMs: LIFE_MS,
    lifeBegins: () => faultsIn(desk.bench).length > 0,
  });
  const found =
    sick.kind === "stuck" ? [{ kind: "stuck" as const, what: `it did not end: ${sick.said}` }] : [];
  const well = await runCounted(desk, { plan: { aheadMs: HOURS_MS } });
  return [
    ...mustBeMet(sick, point),
    ...found,
    ...(await checkKilled(desk.bench)),
    ...checkEnd(desk.bench, well, {
      // In this folder the hidden archive is made: while it takes nothing there is no place for the original.
      mayKeep: leewayOf(scenario, line, false).mayKeep || line.paths.includes("films"),
    }),
  ];
};

/** Every `step`-th point of the undisturbed run fails once; every writing one of those for good as well. */
export const errorRows = ({ place: { scenario }, undisturbed }: Bench, step: number): readonly Row[] =>
  undisturbed.points
    .filter((each) => !each.isDone)
    .filter((_, index) => index % step === 0)
    .flatMap((line, index) => {
      const codes = line.isWrite ? OF_WRITES : OF_READS;
      const code = codes[index % codes.length] ?? "EIO";
      const { name } = scenario;
      const makesArchive = makesArchiveAt(undisturbed.points, undisturbed.points.indexOf(line));
      const once = { scenario, line, kind: `error/${name}/${code}`, makesArchive };
      const lasting: Row = {
        name: `error-lasts/${name}/${code}/${line.point}#${line.nth}`,
        scenario: name,
        run: (desk) => failsOn(desk, once, code),
      };
      return [onceRow(once, { kind: "fail", code, lasts: false }), ...(line.isWrite ? [lasting] : [])];
    });

/** What is said of a call that was done: that the disk failed; or what a server answers that is asked for it once more. */
const AFTER: Readonly<Record<string, readonly AfterCode[]>> = {
  copyFile: ["EIO"],
  link: ["EIO", "EEXIST"],
  rename: ["EIO", "ENOENT"],
  rm: ["EIO"],
  unlink: ["EIO", "ENOENT"],
};

/** Each call that gives or takes a name is done and said to have failed. */
export const afterRows = ({ place: { scenario }, undisturbed }: Bench): readonly Row[] =>
  undisturbed.points
    .filter((each) => each.isDone)
    .flatMap((line) =>
      (AFTER[line.call] ?? []).map((code) =>
        onceRow({ scenario, line, kind: `after/${scenario.name}/${code}` }, { kind: "fail-after", code }),
      ),
    );

/** A copy of which the disk takes half and says that all is well. */
export const shortRows = ({ place: { scenario }, undisturbed }: Bench): readonly Row[] =>
  undisturbed.points
    .filter((each) => each.call === "copyFile" && !each.isDone)
    .map((line) => onceRow({ scenario, line, kind: `short/${scenario.name}` }, { kind: "short" }));
