/** ffmpeg misbehaves, and then there is a good one again. */
import { type Bench, checkEnd, checkKilled, startAnew } from "./bench.ts";
import type { Options } from "./child.ts";
import { checkLeftovers, type Violation } from "./invariants.ts";
import { filmRows } from "./invariants-database.ts";
import { putStandIn } from "./place.ts";
import { type Desk, HOURS_MS, type Row, runCounted, SPEED } from "./rows.ts";

const LIFE_MS = 4000;

type Program = {
  readonly name: string;
  /** How long the orchestrator lives with it, if it does not come to an end by itself; and how it ends then. */
  readonly life?: Pick<Options, "lifeMs" | "killMs">;
};

/** What is tried three times and given up comes to an end by itself; what waits for the world does not. */
const PROGRAMS: readonly Program[] = [
  { name: "dies-by-signal" },
  { name: "exits-0-with-nothing" },
  { name: "exits-0-with-short-file" },
  { name: "writes-garbage" },
  { name: "floods-stderr" },
  { name: "takes-its-time" },
  { name: "takes-its-time", life: { killMs: 2000 } },
  { name: "says-disk-full", life: { lifeMs: LIFE_MS } },
  { name: "loses-the-gpu", life: { lifeMs: LIFE_MS } },
  { name: "hangs", life: { lifeMs: LIFE_MS } },
  { name: "hangs", life: { killMs: LIFE_MS } },
  { name: "hangs-when-tried", life: { lifeMs: LIFE_MS } },
];

const withProgram = async (desk: Desk, { name, life }: Program): Promise<readonly Violation[]> => {
  const { place } = desk.bench;
  await startAnew(desk.bench);
  desk.tally.faults++;
  const programs = await putStandIn(place, name);
  const sick = await runCounted(desk, { programs, plan: { speed: SPEED }, ...life });
  const isKilled = sick.kind === "killed";
  const found: Violation[] = [...(await checkKilled(desk.bench))];
  if (!isKilled) found.push(...checkLeftovers(place));
  if (!isKilled && sick.kind !== "idle")
    found.push({ kind: "stuck", what: `it ended ${sick.kind}: ${sick.said}` });
  const failed = filmRows(place.data, place.folders).find((row) => row.state === "Failed");
  const press = failed ? { press: { kind: "reprocess", path: failed.path } as const } : {};
  const well = await runCounted(desk, { plan: { aheadMs: HOURS_MS }, ...press });
  return [...found, ...checkEnd(desk.bench, well)];
};

export const programRows = ({ place }: Bench): readonly Row[] =>
  PROGRAMS.map((program) => ({
    name: `program/${place.scenario.name}/${program.name}${program.life?.killMs === undefined ? "" : "-killed"}`,
    scenario: place.scenario.name,
    run: (desk) => withProgram(desk, program),
  }));
