/** What a row needs to work on: the place of a scenario, ready to run, and how it looks when nothing disturbs it. */
import { copyFileSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Options, type Outcome, programsAt, runHost } from "./child.ts";
import { checkDurable, readTrace, type Watched } from "./durability.ts";
import type { TraceLine } from "./fault-plan.ts";
import {
  checkLeftovers,
  checkSafe,
  compareTrees,
  type Expected,
  type Seen,
  type Tree,
  treeOf,
  type Violation,
} from "./invariants.ts";
import { checkDatabase, type FilmRow, filmRows } from "./invariants-database.ts";
import { keep, newPlace, type Place, setBack, writeSettings } from "./place.ts";
import type { Scenario } from "./scenarios.ts";

/** How a scenario comes out when nothing disturbs it. */
export type Undisturbed = {
  readonly tree: Tree;
  readonly rows: readonly FilmRow[];
  readonly points: readonly TraceLine[];
  readonly expected: Expected;
  readonly watched: Watched;
  /** How long it took; ms. */
  readonly wallMs: number;
};

export type Bench = {
  readonly place: Place;
  readonly undisturbed: Undisturbed;
  /** The points of a start that finds a publication cut off; none where nothing is published. */
  readonly recovery: readonly TraceLine[];
  readonly trace: string;
  readonly remove: () => void;
};

/**
 * What is kept of a place: nothing was looked at yet; all films are queued (or were asked for again) and nothing is in work; or it was killed when the
 * journal had its row and nothing else was done, so that every start from there publishes and none has to convert.
 */
export type Kept = "new" | "queued" | "journaled";

const mustBeIdle = async (place: Place, what: string, options: Options = {}): Promise<void> => {
  const { kind, said } = await runHost(place, options);
  if (kind !== "idle") throw new Error(`${place.scenario.name}: ${what} ended ${kind}: ${said}`);
};

/** Scans and plans the library, in the scenarios that want it converts it once, and keeps it as it is then. */
const prepare = async (place: Place): Promise<void> => {
  const { earlier } = place.scenario;
  const { press: _, ...scenario } = place.scenario;
  const unpressed = { ...place, scenario };
  await keep(place, "new");
  if (earlier) await mustBeIdle(unpressed, "the first conversion");
  writeSettings(place, true);
  if (earlier?.press) {
    const [path = ""] = Object.keys(scenario.films);
    const asking = { ...place, scenario: { ...scenario, press: { kind: earlier.press, path } } };
    await mustBeIdle(asking, "the second wish", { works: false, presses: true });
  } else if (!earlier) await mustBeIdle(unpressed, "the first look", { works: false });
  await keep(place, "queued");
};

const below = (tree: Tree, prefix: string): Tree =>
  new Map(
    [...tree].flatMap(([path, seen]) => (path.startsWith(prefix) ? [[path.slice(prefix.length), seen]] : [])),
  );

/** Runs the scenario once with nothing in its way, and keeps what came of it. */
const runUndisturbed = async (place: Place, first: Tree, trace: string): Promise<Undisturbed> => {
  const { scenario } = place;
  const before = treeOf(place);
  const startedAt = performance.now();
  await mustBeIdle(place, "the undisturbed run", { plan: { trace } });
  const wallMs = performance.now() - startedAt;
  const tree = treeOf(place);
  const rows = filmRows(place.data, place.folders);
  const originals = new Map([...below(first, "films/")].filter(([path]) => path in scenario.films));
  const others = new Map([...below(first, "films/")].filter(([path]) => !(path in scenario.films)));
  const results = new Map<string, Seen[]>();
  for (const [path, seen] of [...before, ...tree]) {
    const inside = path.slice(path.indexOf("/") + 1);
    if (!originals.has(inside) && !others.has(inside))
      results.set(path, [...(results.get(path) ?? []), seen]);
  }
  const archived = place.folders.length > 1 ? "archive" : "films/.chromecast-originals";
  const outputs = rows.flatMap(({ path, output }) => (output === null ? [] : [[path, output] as const]));
  const isDelete = scenario.original === "delete";
  return {
    tree,
    rows,
    wallMs,
    points: pointsOf(trace),
    expected: {
      originals,
      others,
      results,
      deletable: new Map(isDelete ? outputs : []),
      hasNoLinks: scenario.hasNoLinks ?? false,
    },
    watched: {
      originals: new Map(
        [...originals.keys()].map((path) => [path, [`films/${path}`, `${archived}/${path}`]]),
      ),
      results: new Map(outputs),
      isDelete,
      before: [...before.keys()].map((path) => path.replace(/^archive(?=\/)/, archived)),
    },
  };
};

/** What was met and what was done, in its order. */
const pointsOf = (trace: string): readonly TraceLine[] => readTrace(trace).filter((each) => !each.hasFailed);

/** The writing point after that of the journal's row. */
const pointAfterPlanned = (points: readonly TraceLine[]): TraceLine | null => {
  const planned = points.findIndex((each) => each.point === "journal planned" && each.isDone);
  return (
    points.find((each, index) => planned >= 0 && index > planned && each.isWrite && !each.isDone) ?? null
  );
};

/** Keeps the place as a kill leaves it that comes right after the journal's row; the points of a start from there. */
const keepJournaled = async (bench: Judged): Promise<readonly TraceLine[]> => {
  const { place, undisturbed, trace } = bench;
  const at = pointAfterPlanned(undisturbed.points);
  if (at === null) return [];
  await startAnew(bench);
  const fault = { point: at.point, nth: at.nth, action: { kind: "kill" } } as const;
  const { kind, said } = await runHost(place, { plan: { trace, faults: [fault] } });
  if (kind !== "killed") throw new Error(`${place.scenario.name}: ${at.point} was not met: ${kind} ${said}`);
  await keep(place, "journaled");
  copyFileSync(trace, keptTrace(trace));
  const before = pointsOf(trace).length;
  const outcome = await runHost(place, { plan: { trace } });
  const found = checkEnd(bench, outcome);
  if (found.length > 0) throw new Error(`${place.scenario.name}: recovery: ${JSON.stringify(found)}`);
  return pointsOf(trace).slice(before);
};

const keptTrace = (trace: string): string => `${trace}-journaled`;

/** A bench for `scenario` below `folder`, which found out how it runs undisturbed. */
export const newBench = async (folder: string, compiled: string, scenario: Scenario): Promise<Bench> => {
  const place = await newPlace(folder, compiled, scenario);
  const trace = join(place.folder, "trace");
  const first = treeOf(place);
  await prepare(place);
  const undisturbed = await runUndisturbed(place, first, trace);
  const bench = { place, undisturbed, trace, remove: place.remove };
  return { ...bench, recovery: await keepJournaled(bench) };
};

type Judged = Omit<Bench, "recovery">;

/** The place as it was kept, with the trace that led there. */
export const startAnew = async ({ place, trace }: Judged, kept: Kept = "queued"): Promise<void> => {
  await setBack(place, kept);
  rmSync(trace, { force: true });
  if (kept === "journaled") copyFileSync(keptTrace(trace), trace);
};

/** After a kill: nothing is lost and nothing half has a name. */
export const checkKilled = async ({ place, undisturbed }: Judged): Promise<readonly Violation[]> => {
  for (let tries = 0; programsAt(place.root).length > 0 && tries < 200; tries++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  const left = programsAt(place.root).map(
    (what): Violation => ({ kind: "stuck", what: `still runs: ${what}` }),
  );
  return [...left, ...checkSafe(place, undisturbed.expected)];
};

const rowsDiffer = (found: readonly FilmRow[], wanted: readonly FilmRow[]): readonly Violation[] => {
  const [one, other] = [found, wanted].map((each) => JSON.stringify(each));
  return one === other ? [] : [{ kind: "different", what: `its films are ${one}, not ${other}` }];
};

/** What a fault may cost: nothing, or that an original was not moved and its film says why. */
export type Leeway = { readonly mayKeep: boolean };

const SAYS_WHY = new Set(["archive-failed", "original-kept"]);

/** The library as it would be with all originals in their places. */
const keptInstead = ({ tree, rows, expected }: Undisturbed): Pick<Undisturbed, "tree" | "rows"> => {
  const kept = new Map([...tree].filter(([path]) => !path.startsWith("archive/")));
  for (const [path, seen] of expected.originals) kept.set(`films/${path}`, seen);
  return {
    tree: kept,
    rows: rows.map((row) => ({ ...row, state: "Completed", archive: null, problem: null })),
  };
};

/** After a run that came to its end: all that must hold, and the library as it would be undisturbed. */
export const checkEnd = (
  bench: Judged,
  outcome: Outcome,
  leeway: Leeway = { mayKeep: false },
): readonly Violation[] => {
  const { place, undisturbed } = bench;
  if (outcome.kind !== "idle")
    return [{ kind: "stuck", what: `it ended ${outcome.kind}: ${outcome.said.slice(-600)}` }];
  const rows = filmRows(place.data, place.folders);
  const isKept = leeway.mayKeep && rows.some((row) => row.problem !== null && SAYS_WHY.has(row.problem));
  const wanted = isKept ? keptInstead(undisturbed) : undisturbed;
  const found = isKept ? rows.map((row) => ({ ...row, problem: null })) : rows;
  return [
    ...checkSettled(bench),
    ...compareTrees(treeOf(place), wanted.tree),
    ...rowsDiffer(found, wanted.rows),
  ];
};

/** Whether a library is as it was: its files and what is said of its films. */
export const compareWith = (
  place: Place,
  before: Pick<Undisturbed, "tree" | "rows">,
): readonly Violation[] => [
  ...compareTrees(treeOf(place), before.tree),
  ...rowsDiffer(filmRows(place.data, place.folders), before.rows),
];

/** After a run that came to its end, wherever that is. */
export const checkSettled = ({ place, undisturbed, trace }: Judged): readonly Violation[] => [
  // At rest nothing holds a name any more.
  ...checkSafe(place, { ...undisturbed.expected, hasNoLinks: false }),
  ...checkLeftovers(place),
  ...checkDatabase(place.data, place.root),
  ...(existsSync(trace) ? checkDurable(readTrace(trace), undisturbed.watched) : []),
];
