/**
 * A library that changes all the time, and all that it depends on going away and coming back: `node bench/soak.ts
 * [--minutes 10] [--seed 1] [--keep]`. Checks itself: what was lost, not noticed, not resumed or not told makes it end with 1.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { filmsIn, type Happening, historyIn, leftIn, restless } from "./soak-book.ts";
import { newChurn } from "./soak-churn.ts";
import { type House, newHouse } from "./soak-house.ts";
import { disturb, hoursBut } from "./soak-timeline.ts";
import {
  checkFilms,
  checkPartials,
  checkPauses,
  checkRows,
  checkTold,
  measureDetection,
  measureMemory,
  type Roots,
} from "./soak-verdict.ts";
import { newWorld, type World } from "./soak-world.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    keep: { type: "boolean", default: false },
  },
});
const lengthMs = Number(values.minutes) * 60_000;
const SETTLE_SECONDS = 2;
/** What is left when nothing changes any more is done by then. */
const DRAIN_MS = 240_000;
const QUIET_MS = 12_000;

const startedAt = Date.now();
const say = (what: string): void =>
  void process.stderr.write(`${((Date.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${what}\n`);

const settingsOf = (roots: Roots, world: World): object => ({
  libraries: Object.fromEntries(
    Object.entries(roots).map(([name, root]) => [
      name,
      { root, original: name === "moved" ? "archive" : "keep" },
    ]),
  ),
  // Small pictures are encoded soon.
  profiles: { movies: { audio: { bitrate: "96k" } } },
  operational: {
    encoder: "nvenc",
    settle_seconds: SETTLE_SECONDS,
    // What is not noticed is not found by the sweep either.
    rescan_minutes: 10_080,
    time_zone: "UTC",
    schedule: hoursBut(Math.ceil((startedAt + 0.54 * lengthMs) / 60_000) * 60_000),
  },
  logging: { level: "info" },
  jellyfin: { url: world.jellyfin.url, api_key: world.jellyfin.key },
  notifiers: {
    webhook: { kind: "webhook", url: world.hook.url, events: ["failed", "hopeless", "paused", "resumed"] },
  },
});

/** Until no film is in work or waits and all is told; then a while longer. */
const settle = async (data: string): Promise<void> => {
  const end = Date.now() + DRAIN_MS;
  let [quietSince, said] = [Date.now(), ""];
  while (Date.now() < end && Date.now() - quietSince < QUIET_MS) {
    const { films, messages, pauses } = restless(data);
    if (films + messages + pauses > 0) quietSince = Date.now();
    const now = `${films} films and ${messages} messages wait, ${pauses} pauses go on`;
    if (now !== said) say(now);
    said = now;
    await pause(1000);
  }
};

/** Looks at all: gives what was found only so. */
const lookAtAll = async ({ url }: House, data: string): Promise<readonly Happening[]> => {
  const last = historyIn(data).at(-1)?.id ?? 0;
  await fetch(`${url}/api/scan`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  for (;;) {
    await pause(1000);
    const status = (await (await fetch(`${url}/api/status`)).json()) as {
      readonly scanning: readonly string[];
    };
    if (status.scanning.length === 0) break;
  }
  await pause(3000);
  const kinds = ["found", "changed", "moved", "gone", "output-moved", "output-lost"];
  return historyIn(data).filter(({ id, kind }) => id > last && kinds.includes(kind));
};

const quantile = (all: readonly number[], part: number): string => {
  const sorted = all.toSorted((a, b) => a - b);
  return `${Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN)} ms`;
};
const spread = (all: readonly number[]): string =>
  all.length === 0
    ? "none"
    : `${quantile(all, 0.5)} / ${quantile(all, 0.99)} / ${quantile(all, 1)} (${all.length})`;

const counted = (all: readonly string[]): string =>
  Object.entries(Object.groupBy(all, (each) => each))
    .map(([name, each]) => `${name} ${each?.length}`)
    .join(", ");

const ENDS: Readonly<Record<string, string>> = { 0: "ended as asked", SIGKILL: "killed" };

type Done = {
  readonly house: House;
  readonly world: World;
  readonly churn: ReturnType<typeof newChurn>;
  readonly roots: Roots;
  readonly data: string;
  readonly met: readonly string[];
  readonly missed: readonly Happening[];
};

/** The table, and what is wrong. */
const judge = ({ house, world, churn, roots, data, met, missed }: Done): readonly string[] => {
  const [rows, history] = [filmsIn(data), historyIn(data)];
  const detection = measureDetection(churn, { history, lives: house.lives, settleMs: SETTLE_SECONDS * 1000 });
  const pauses = checkPauses(history);
  const told = checkTold(history, roots, world.toldAt);
  const [serving, watching] = (["serve", "watch"] as const).map((name) =>
    house.lives.filter(({ what }) => what === name),
  );
  const memory = measureMemory(serving ?? []);
  const watcher = measureMemory(watching ?? []);
  const wrongFilms = checkFilms(churn.films, rows, roots);
  const of = (kind: string): number => history.filter((each) => each.kind === kind).length;
  const minutes = ((Date.now() - startedAt) / 60_000).toFixed(1);
  const lines: readonly (readonly [string, string])[] = [
    ["length, seed", `${minutes} minutes, ${values.seed}`],
    ["changes made", counted(churn.changes.map(({ what }) => what))],
    ["disturbances", `${met.length}: ${met.join("; ")}`],
    ["lives of the orchestrator", counted((serving ?? []).map(({ end }) => ENDS[end] ?? end))],
    [
      "films put in, taken away again, lost",
      `${churn.films.length}, ${churn.films.filter(({ isGone }) => isGone).length}, ${wrongFilms.filter((each) => each.startsWith("lost")).length}`,
    ],
    ["films at the end", `${rows.length}: ${counted(rows.map(({ state }) => state))}`],
    [
      "converted meanwhile",
      `${of("published-kept") + of("published-moved")}; interrupted ${of("interrupted")}, failed ${of("failed")}`,
    ],
    ["new, settled to found: median / 99 % / worst", spread(detection.known.added)],
    ["replaced, settled to known", spread(detection.known.replaced)],
    ["renamed or moved to known", spread(detection.known.renamed)],
    ["deleted, after ten seconds of doubt, to known", spread(detection.known.deleted)],
    ["settled to Queued", spread(detection.queued)],
    ["known after an outage, from settled", spread(detection.afterOutage)],
    ["changes that only a scan of all found (events lost)", String(missed.length)],
    ["pauses that began and ended", counted(pauses.ended.map(({ code }) => code))],
    ["longest pause", `${Math.round(Math.max(0, ...pauses.ended.map(({ seconds }) => seconds)))} s`],
    ["Jellyfin: folders changed, told", `${told.folders} changed, ${world.jellyfin.told.length} times told`],
    ["webhook: messages, refused while away", `${world.hook.kinds.length}, ${world.hook.refused()}`],
    [
      "memory of the longest life",
      `${memory.start.toFixed(0)} MB at its start, ${memory.end.toFixed(0)} MB after ${memory.seconds.toFixed(0)} s, at most ${memory.most.toFixed(0)} MB; each minute ${memory.each.join(", ")}`,
    ],
    [
      "memory after a minute: slope, end / start",
      `${memory.slope.toFixed(2)} MB a minute, ${memory.ratio.toFixed(2)}`,
    ],
    [
      "memory of the watcher's longest life",
      `${watcher.start.toFixed(0)} MB to ${watcher.end.toFixed(0)} MB`,
    ],
  ];
  process.stdout.write(
    `| what | measured |\n| --- | --- |\n${lines.map(([name, said]) => `| ${name} | ${said} |\n`).join("")}`,
  );
  const expected = ["card-too-hot", "card-lost", "outside-hours", ...(world.disk ? ["disk-over-limit"] : [])];
  const rested = new Set(pauses.ended.map(({ code }) => code));
  return [
    ...wrongFilms,
    ...house.lives.flatMap(({ what, end }) => (end in ENDS ? [] : [`${what} ended with ${end}`])),
    ...checkRows(rows, roots),
    ...checkPartials(roots),
    ...leftIn(data),
    ...missed.map(({ kind, path }) => `only a scan of all found: ${kind} ${path}`),
    ...detection.wrong,
    ...pauses.wrong,
    ...expected.filter((code) => !rested.has(code)).map((code) => `work never rested for ${code}`),
    ...told.wrong,
    ...(world.hook.kinds.length === 0 ? ["no message came to the webhook"] : []),
    ...memory.wrong,
  ];
};

const run = async (
  folder: string,
  after: (work: () => Promise<void> | void) => void,
): Promise<readonly string[]> => {
  const world = await newWorld(folder, after);
  const small = world.disk === null ? {} : { small: join(world.disk.at, "films") };
  const roots: Roots = { kept: join(folder, "kept"), moved: join(folder, "moved"), ...small };
  for (const each of Object.values(roots)) mkdirSync(each);
  if (world.disk === null) say("no disk may be mounted here: none is filled");
  world.jellyfin.folders = Object.values(roots);
  const settings = join(folder, "settings.yaml");
  writeFileSync(settings, JSON.stringify(settingsOf(roots, world)));
  const data = join(folder, "data");
  const house = await newHouse({ folder, settings, roots, environment: world.card.environment });
  after(house.remove);
  const churn = newChurn({ seed: Number(values.seed), roots });
  await house.serve(true);
  say("it serves");
  const [met] = await Promise.all([
    disturb({ house, world, lengthMs, say }),
    churn.run(() => Date.now() - startedAt > lengthMs),
  ]);
  say("nothing changes any more");
  await settle(data);
  const missed = await lookAtAll(house, data);
  await settle(data);
  await house.end("serve", "SIGTERM");
  await house.end("watch", "SIGTERM");
  return judge({ house, world, churn, roots, data, met, missed });
};

const folder = mkdtempSync(join(tmpdir(), "cvc-soak-"));
const works: (() => Promise<void> | void)[] = [];
const stopped = new Promise<never>((_, refuse) => {
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => refuse(new Error(signal)));
});
try {
  const wrong = await Promise.race([run(folder, (work) => works.unshift(work)), stopped]);
  process.stdout.write(wrong.length === 0 ? "\nNothing was wrong.\n" : `\nWrong:\n${wrong.join("\n")}\n`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
} finally {
  for (const work of works) await work();
  if (values.keep) say(`kept: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}
