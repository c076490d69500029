/** The program as people start it: killed at random moments, again and again; and started twice on one data folder. */
import { setTimeout as pause } from "node:timers/promises";
import { PROBLEMS } from "../../src/core/problem.ts";
import { type Bench, checkEnd, checkKilled, startAnew } from "./bench.ts";
import { type Child, type Outcome, startServe } from "./child.ts";
import type { Violation } from "./invariants.ts";
import type { Desk, Row } from "./rows.ts";

const PATIENCE_MS = 90_000;
const LOOK_MS = 40;

const addressOf = async (child: Child): Promise<string | null> => {
  let hasEnded = false;
  child.ended.then(
    () => (hasEnded = true),
    () => {},
  );
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end && !hasEnded; await pause(LOOK_MS)) {
    const url = /(http:\/\/localhost:\d+)/.exec(child.said())?.[1];
    if (url !== undefined) return url;
  }
  return null;
};

type Status = {
  readonly scanning: readonly string[];
  readonly counts: { readonly state: Readonly<Record<string, number>> };
};

const isDone = async (url: string): Promise<boolean> => {
  const { scanning, counts } = (await (await fetch(`${url}/api/status`)).json()) as Status;
  const { New = 0, Queued = 0, Processing = 0 } = counts.state;
  return scanning.length === 0 && New + Queued + Processing === 0;
};

/** Waits until it has nothing left to do, and ends it as a system does. */
const serveToTheEnd = async (child: Child): Promise<Outcome> => {
  const url = await addressOf(child);
  if (url === null) {
    child.process.kill("SIGKILL");
    return { kind: "ended", said: child.said() };
  }
  let isIdle = false;
  // Twice in a row: between a scan and its films there is a moment in which nothing is to be done.
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end && !isIdle; await pause(LOOK_MS)) {
    if (!(await isDone(url))) continue;
    await pause(LOOK_MS);
    isIdle = await isDone(url);
  }
  child.process.kill(isIdle ? "SIGTERM" : "SIGKILL");
  const { code } = await child.ended;
  if (!isIdle) return { kind: "stuck", said: child.said() };
  return { kind: code === 0 ? "idle" : "ended", said: child.said() };
};

/** Killed `kills` times at moments that chance chooses out of the time it takes, then left alone. */
const killAtRandom = async (desk: Desk, kills: number): Promise<readonly Violation[]> => {
  const { bench, tally, random } = desk;
  await startAnew(bench, "new");
  const found: Violation[] = [];
  for (let kill = 0; kill < kills; kill++) {
    tally.runs++;
    const child = startServe(bench.place, { plan: { trace: bench.trace } });
    // Later each time: work that is begun anew after every kill would never be seen in its middle.
    await pause(300 + random.below(400 + (kill * bench.undisturbed.wallMs * 2) / kills));
    child.process.kill("SIGKILL");
    if ((await child.ended).signal === "SIGKILL") tally.kills++;
    else found.push({ kind: "harness", what: `it ended before it was killed: ${child.said()}` });
    found.push(...(await checkKilled(bench)));
  }
  tally.runs++;
  const child = startServe(bench.place, { plan: { trace: bench.trace } });
  return [...found, ...checkEnd(bench, await serveToTheEnd(child))];
};

export const randomRows = ({ place }: Bench, rows: number, kills: number): readonly Row[] =>
  Array.from({ length: rows }, (_, index) => ({
    name: `random/${place.scenario.name}/${index + 1}`,
    scenario: place.scenario.name,
    run: (desk) => killAtRandom(desk, kills),
  }));

const REFUSAL = PROBLEMS["already-running"];

/** What is wrong with how a second orchestrator was refused. */
const refusalOf = async (second: Child): Promise<readonly Violation[]> => {
  const { code } = await second.ended;
  if (code === REFUSAL.exit && second.said().includes(REFUSAL.title)) return [];
  return [{ kind: "database", what: `the second was not refused: ${code} ${second.said()}` }];
};

/** One that runs is not disturbed by a second, which refuses; of two that start at once one does. */
const startTwice = async (desk: Desk, atOnce: boolean): Promise<readonly Violation[]> => {
  const { bench, tally } = desk;
  await startAnew(bench, "new");
  tally.runs += 2;
  tally.faults++;
  const one = startServe(bench.place);
  if (!atOnce) await addressOf(one);
  const other = startServe(bench.place);
  const first = await Promise.race([one.ended.then(() => one), other.ended.then(() => other)]);
  const [refused, left] = first === one ? [one, other] : [other, one];
  return [...(await refusalOf(refused)), ...checkEnd(bench, await serveToTheEnd(left))];
};

export const twiceRows = ({ place }: Bench): readonly Row[] =>
  [false, true].map((atOnce) => ({
    name: `two/${place.scenario.name}/${atOnce ? "at-once" : "one-after-the-other"}`,
    scenario: place.scenario.name,
    run: (desk) => startTwice(desk, atOnce),
  }));
