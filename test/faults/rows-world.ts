/** The library changes under the program, at a moment of which nothing is left to chance. */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Bench, compareWith, startAnew } from "./bench.ts";
import type { Options } from "./child.ts";
import type { TraceLine } from "./fault-plan.ts";
import { type Changed, checkHeld, checkWhole, makeChange } from "./held.ts";
import { checkLeftovers, treeOf, type Violation } from "./invariants.ts";
import { checkDatabase, filmRows } from "./invariants-database.ts";
import { type Place, putHeld } from "./place.ts";
import { type Desk, HOURS_MS, mustBeMet, type Ran, type Row, runCounted, SPEED } from "./rows.ts";
import { mayMount } from "./rows-disk.ts";
import {
  ARCHIVE_AWAY,
  ARCHIVE_CHANGES,
  ARCHIVE_UNMOUNTED,
  type Change,
  FILM_CHANGES,
  OUTPUT_AWAY,
  RESULT_CHANGES,
  ROOT_CHANGES,
  ROOT_UNMOUNTED,
} from "./world.ts";

/** How long a disk is away. */
const AWAY_MS = 1200;
const GATE_MS = 30_000;

const appears = async (file: string): Promise<boolean> => {
  for (const end = Date.now() + GATE_MS; Date.now() < end; await pause(5)) if (existsSync(file)) return true;
  return false;
};

/** Starts it twice more after what was changed, with nobody pressing anything: all must hold then, and the last start finds nothing left to do. */
const settles = async (
  desk: Desk,
  change: Change,
  { held, isChanged }: Changed,
  ran: readonly Ran[],
): Promise<readonly Violation[]> => {
  const { bench, tally } = desk;
  const { place } = bench;
  if (isChanged) tally.faults++;
  const second = await runCounted(desk, { presses: false, plan: { aheadMs: HOURS_MS, speed: SPEED } });
  const settled = { tree: treeOf(place), rows: filmRows(place.data, place.folders) };
  const third = await runCounted(desk, { presses: false, plan: { aheadMs: 2 * HOURS_MS, speed: SPEED } });
  const ends = [...ran, second, third].flatMap(({ kind, said }): readonly Violation[] =>
    kind === "idle" ? [] : [{ kind: "stuck", what: `it ended ${kind}: ${said.slice(-600)}` }],
  );
  return [
    ...ends,
    ...checkHeld(bench, held),
    ...checkWhole(bench, held),
    ...checkLeftovers(place),
    ...checkDatabase(place.data, place.root, change.name.startsWith("result-")),
    ...compareWith(place, settled),
  ];
};

type Gate = { readonly reached: string; readonly open: string };

const newGate = ({ folder }: Place): Gate => {
  const gate = { reached: join(folder, "reached"), open: join(folder, "open") };
  for (const each of Object.values(gate)) rmSync(each, { force: true });
  return gate;
};

/** The program stands still, something is done to its library, and it goes on. */
const changeAt = async (
  desk: Desk,
  change: Change,
  what: string,
  hold: (gate: Gate) => Promise<Options>,
): Promise<readonly Violation[]> => {
  const { place } = desk.bench;
  await startAnew(desk.bench);
  const gate = newGate(place);
  const { plan, ...options } = await hold(gate);
  const found: Violation[] = [];
  let isMet = false;
  let changed: Changed = { held: [], isChanged: false };
  const meanwhile = async (): Promise<void> => {
    isMet = await appears(gate.reached);
    if (isMet) changed = await makeChange(desk.bench, change);
    writeFileSync(gate.open, "");
    if (!isMet || !change.undo) return;
    await pause(AWAY_MS);
    found.push(...change.undo(place));
  };
  const first = await runCounted(desk, { ...options, plan: { ...plan, speed: SPEED }, meanwhile });
  if (!isMet) return mustBeMet({ ...first, isMet }, what);
  return [...found, ...(await settles(desk, change, changed, [first]))];
};

const atPoint = (scenario: string, kind: string, at: TraceLine, change: Change): Row => ({
  name: `${kind}/${scenario}/${change.name}/${at.point}#${at.nth}`,
  scenario,
  run: (desk) =>
    changeAt(desk, change, at.point, async (gate) => ({
      plan: { faults: [{ point: at.point, nth: at.nth, action: { kind: "gate", ...gate } }] },
    })),
});

/** It is killed at a point; its library is changed while nothing runs. */
const whileDown = (scenario: string, at: TraceLine, change: Change): Row => ({
  name: `down/${scenario}/${change.name}/${at.point}#${at.nth}`,
  scenario,
  run: async (desk) => {
    await startAnew(desk.bench);
    const { point, nth } = at;
    const killed = await runCounted(desk, { plan: { faults: [{ point, nth, action: { kind: "kill" } }] } });
    if (killed.kind !== "killed") return mustBeMet({ ...killed, isMet: false }, point);
    const changed = await makeChange(desk.bench, change);
    return settles(desk, change, changed, []);
  },
});

/**
 * The call that removes the original, or in an undo the archived one. What comes between it and the look right before it is beyond any program; whatever
 * comes before that look is not, so the calls before it are all tried.
 */
const isRemoval = ({ call, paths }: TraceLine): boolean =>
  (call === "unlink" || call === "rm") && ["films/Film.mkv", "archive/Film.mkv"].includes(paths[0] ?? "");

/**
 * The last look before the removal is at what is removed; the one before it was at the file that stays. No program looks at two
 * names at once: whoever puts another film over the one that stays between these two calls has overwritten it themselves.
 */
const isBeyond = (at: TraceLine, next: TraceLine | undefined, change: Change): boolean => {
  const [path = ""] = at.paths;
  if (at.call !== "lstat" || next === undefined || !isRemoval(next) || next.paths[0] !== path) return false;
  const stays = path.startsWith("films/") ? [...ARCHIVE_CHANGES, ...RESULT_CHANGES] : FILM_CHANGES;
  return stays.includes(change);
};

/** So many calls before the removal are its neighbours. */
const NEIGHBOURS = 8;

/** A disk that is changed for another in the middle of a publication is nobody's disk that went away. */
const isAwhile = ({ name }: Change): boolean => name !== "root-of-another-disk";

/** What may be done to a library of this kind. */
const changesOf = ({ original, isFar, hasOutput, earlier }: Place["scenario"]): readonly Change[] => [
  ...FILM_CHANGES,
  ...RESULT_CHANGES,
  ...ROOT_CHANGES.filter(isAwhile),
  ...(original === "archive" ? ARCHIVE_CHANGES : []),
  ...(isFar ? [ARCHIVE_AWAY, ...(earlier ? [ARCHIVE_UNMOUNTED] : [])] : []),
  ...(hasOutput ? [OUTPUT_AWAY] : []),
  ...(mayMount() ? ROOT_UNMOUNTED : []),
];

/** The transaction that claims the film, whatever else is written in it. */
const CLAIM = /^commit (?:.*, )?claim\b/;

/** The points before the claim, and those from it on; of an undo, in which nothing is claimed, all are. */
const aroundClaim = ({ undisturbed: { points } }: Bench): readonly (readonly TraceLine[])[] => {
  const claimed = Math.max(
    0,
    points.findIndex((each) => CLAIM.test(each.point)),
  );
  return [points.slice(0, claimed), points.slice(claimed)].map((part) => part.filter((each) => !each.isDone));
};

/**
 * At points from the claim to the end, spread over the changes; `step` leaves out all but every so-manieth. Under `delete`
 * whatever is done to the film at the neighbours of its removal is in.
 */
export const worldRows = (bench: Bench, step: number): readonly Row[] => {
  const { scenario } = bench.place;
  const [, points = []] = aroundClaim(bench);
  const removal = scenario.original === "delete" ? points.findIndex(isRemoval) : -1;
  const isNeighbour = (index: number): boolean => index < removal && index >= removal - NEIGHBOURS;
  const changes = changesOf(scenario);
  return points.flatMap((at, index) =>
    changes
      .filter(
        (change, which) =>
          !isRemoval(at) &&
          !isBeyond(at, points[index + 1], change) &&
          ((index + which * 7) % step === 0 || (isNeighbour(index) && FILM_CHANGES.includes(change))),
      )
      .map((change) => atPoint(scenario.name, "world", at, change)),
  );
};

/** The library's disk is unmounted at each call of an undo or a publication that is on the library. */
export const unmountRows = (bench: Bench, step: number): readonly Row[] => {
  const { scenario } = bench.place;
  const [, points = []] = aroundClaim(bench);
  const there = points.filter((each) => each.paths.some((path) => path.startsWith("films")));
  return mayMount()
    ? there.flatMap((at, index) =>
        ROOT_UNMOUNTED.filter((_, which) => (index + which) % step === 0).map((change) =>
          atPoint(scenario.name, "unmount", at, change),
        ),
      )
    : [];
};

/** Throws where no claim is found: these rows would silently be none. */
const beforeClaim = (bench: Bench): readonly TraceLine[] => {
  const [points = []] = aroundClaim(bench);
  if (points.length === 0) throw new Error(`${bench.place.scenario.name}: nothing came before a claim.`);
  return points;
};

/** While it is looked at and nothing is in work yet: at every call of the scan. */
export const scanRows = (bench: Bench): readonly Row[] => {
  return beforeClaim(bench)
    .filter((each) => each.paths.length > 0)
    .flatMap((at) => ROOT_CHANGES.map((change) => atPoint(bench.place.scenario.name, "scan", at, change)));
};

/** While it is queued: what is done to the film, spread over the points before it is claimed. */
export const queuedRows = (bench: Bench): readonly Row[] => {
  const points = beforeClaim(bench);
  return FILM_CHANGES.flatMap((change, which) =>
    points
      .filter((_, index) => (index + which) % 4 === 0)
      .map((at) => atPoint(bench.place.scenario.name, "queued", at, change)),
  );
};

/** While ffmpeg is in the middle of an encode. */
export const encodingRows = ({ place: { scenario } }: Bench): readonly Row[] =>
  changesOf(scenario).map((change) => ({
    name: `encoding/${scenario.name}/${change.name}`,
    scenario: scenario.name,
    run: (desk) =>
      changeAt(desk, change, "an encode", async ({ reached, open }) => ({
        programs: await putHeld(desk.bench.place, reached, open),
      })),
  }));

/** Killed at writing points of a publication and changed then, with every `step`-th of the changes. */
export const downRows = (bench: Bench, step: number): readonly Row[] => {
  const { scenario } = bench.place;
  const [, points = []] = aroundClaim(bench);
  const from = points.findIndex((each) => each.point === "journal planned");
  const changes = changesOf(scenario).filter(({ undo }) => !undo);
  return points
    .slice(from)
    .filter((each) => each.isWrite)
    .flatMap((at, index) =>
      changes
        .filter((_, which) => (index + which) % step === 0)
        .map((change) => whileDown(scenario.name, at, change)),
    );
};
