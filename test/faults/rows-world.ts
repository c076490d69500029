/** The library changes under the program, at a moment of which nothing is left to chance. */

import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Bench, startAnew } from "./bench.ts";
import type { TraceLine } from "./fault-plan.ts";
import { checkLeftovers, type Violation } from "./invariants.ts";
import { checkDatabase } from "./invariants-database.ts";
import { type Desk, HOURS_MS, type Row, runCounted, SPEED } from "./rows.ts";
import { type Change, checkHeld, FILM_CHANGES, makeChange, RESULT_CHANGES, ROOT_CHANGES } from "./world.ts";

/** How long a disk is away. */
const AWAY_MS = 1200;
const GATE_MS = 30_000;

const appears = async (file: string): Promise<boolean> => {
  for (const end = Date.now() + GATE_MS; Date.now() < end; await pause(5)) if (existsSync(file)) return true;
  return false;
};

/** The program stands still at a point, something is done to its library, and it goes on. */
const changeAt = async (
  desk: Desk,
  { point, nth }: Pick<TraceLine, "point" | "nth">,
  change: Change,
): Promise<readonly Violation[]> => {
  const { place, undisturbed } = desk.bench;
  await startAnew(desk.bench);
  const [reached, open] = ["reached", "open"].map((each) => join(place.folder, each)) as [string, string];
  for (const each of [reached, open]) rmSync(each, { force: true });
  const known = new Set([...undisturbed.expected.results.values()].flat().map((each) => each.sha256));
  let held: Awaited<ReturnType<typeof makeChange>> = [];
  let isMet = false;
  const meanwhile = async (): Promise<void> => {
    isMet = await appears(reached);
    if (isMet) held = await makeChange(place, change, known);
    writeFileSync(open, "");
    if (!isMet || !change.undo) return;
    await pause(AWAY_MS);
    change.undo(place);
  };
  desk.tally.faults++;
  const faults = [{ point, nth, action: { kind: "gate", reached, open } }] as const;
  const first = await runCounted(desk, { plan: { faults, speed: SPEED }, meanwhile });
  if (!isMet) return [{ kind: "harness", what: `${point} was not met: ${first.kind} ${first.said}` }];
  const second = await runCounted(desk, { plan: { aheadMs: HOURS_MS } });
  const ends = [first, second].flatMap(({ kind, said }): readonly Violation[] =>
    kind === "idle" ? [] : [{ kind: "stuck", what: `it ended ${kind}: ${said.slice(-600)}` }],
  );
  return [
    ...ends,
    ...checkHeld(place, held),
    ...checkLeftovers(place),
    ...checkDatabase(place.data, place.root, change.name.startsWith("result-")),
  ];
};

/** The last look and the removal are two calls, whoever writes them: what comes between is beyond any program. */
const isRemoval = ({ call, paths }: TraceLine): boolean =>
  (call === "unlink" || call === "rm") && paths[0] === "films/Film.mkv";

/** A disk that is changed for another in the middle of a publication is nobody's disk that went away. */
const isAwhile = ({ name }: Change): boolean => name !== "root-of-another-disk";

/** At points from the claim to the end, spread over the changes; `step` leaves out all but every so-manieth. */
export const worldRows = ({ place, undisturbed }: Bench, step: number): readonly Row[] => {
  const { name } = place.scenario;
  const changes = [...FILM_CHANGES, ...RESULT_CHANGES, ...ROOT_CHANGES.filter(isAwhile)];
  const claimed = undisturbed.points.findIndex((each) => each.point.startsWith("commit claim"));
  const points = undisturbed.points.slice(claimed).filter((each) => !each.isDone && !isRemoval(each));
  return points.flatMap((at, index) =>
    changes
      .filter((_, which) => (index + which * 7) % step === 0)
      .map((change) => ({
        name: `world/${name}/${change.name}/${at.point}#${at.nth}`,
        scenario: name,
        run: (desk) => changeAt(desk, at, change),
      })),
  );
};

/** While it is looked at and nothing is in work yet: at every call of the scan. */
export const scanRows = ({ place, undisturbed }: Bench): readonly Row[] => {
  const { name } = place.scenario;
  const claimed = undisturbed.points.findIndex((each) => each.point.startsWith("commit claim"));
  const points = undisturbed.points.slice(0, claimed).filter((each) => !each.isDone && each.paths.length > 0);
  return points.flatMap((at) =>
    ROOT_CHANGES.map((change) => ({
      name: `scan/${name}/${change.name}/${at.point}#${at.nth}`,
      scenario: name,
      run: (desk) => changeAt(desk, at, change),
    })),
  );
};
