/**
 * How soon changes are noticed and what listening costs: `node bench/watching.ts`. A library of 2,000 folders and 20,000
 * files; films that come in one by one; 10,000 files that another process copies in at once.
 */
import { spawn } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startOrchestrator } from "../src/apps/orchestrator.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { Problem } from "../src/core/problem.ts";
import { createFfmpeg } from "../src/edges/ffmpeg.ts";
import { createFfprobe, type Ffprobe } from "../src/edges/ffprobe.ts";
import { createLibraryTree } from "../src/edges/library-watch.ts";
import { createLog } from "../src/edges/log.ts";

const home = mkdtempSync(join(tmpdir(), "cvc-watching-"));
const root = join(home, "films");
const say = (what: string, value: string): void => console.log(`| ${what} | ${value} |`);
const memoryMb = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().rss / 1e6;
};

const fill = (folder: string, folders: number, files: number): void => {
  for (let index = 0; index < folders; index++) {
    const at = join(folder, `s${index % 40}`, `d${index}`);
    mkdirSync(at, { recursive: true });
    for (let file = 0; file < files; file++) {
      writeFileSync(join(at, `${file}.mkv`), `${index}/${file}`);
      utimesSync(join(at, `${file}.mkv`), 1, 1);
    }
  }
};

const begin = async (): Promise<void> => {
  const ending = new AbortController();
  const around = { onDirty: () => {}, onEvent: () => {}, signal: ending.signal };
  const before = memoryMb();
  const tree = createLibraryTree(root, around);
  const startedAt = performance.now();
  await tree.begin();
  const took = performance.now() - startedAt;
  say(
    "begin to listen",
    `${Math.round(took)} ms, ${tree.counts().watched} watches, ${Math.round(memoryMb() - before)} MB`,
  );
  const comparedAt = performance.now();
  await tree.compare(0);
  say("compare the times of all folders", `${Math.round(performance.now() - comparedAt)} ms`);
  ending.abort();
  tree.end();
};

const real = createFfprobe();

/** What is as small as the files that fill the library is no film: its turn comes and goes at once. */
const ffprobe: Ffprobe = {
  ...real,
  probe: async (path, signal) => {
    if (statSync(path).size < 100) throw new Problem("not-media");
    return real.probe(path, signal);
  },
};

const startWatched = async (settleSeconds: number) => {
  const house = await startOrchestrator({
    settings: settingsFrom({
      libraries: { films: { root } },
      operational: { encoder: "software", gpu_only: false, settle_seconds: settleSeconds },
    }),
    dataDirectory: join(home, "data"),
    log: createLog("silent"),
    ffprobe,
    watches: true,
    works: false,
  });
  while (house.store.roots.get("films") === null || (house.watching()[0]?.folders ?? 0) < 2000)
    await pause(50);
  while (house.store.assets.counts().state.New > 0) await pause(50);
  return house;
};

const medianAndWorst = (values: readonly number[]): string => {
  const sorted = values.toSorted((a, b) => a - b);
  return `median ${Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0)} ms, worst ${Math.round(sorted.at(-1) ?? 0)} ms`;
};

/** Films of some seconds, so that the look inside is a real one. */
const oneByOne = async (settleSeconds: number): Promise<void> => {
  const clip = join(home, "clip.avi");
  const input = ["-f", "lavfi", "-i", "testsrc=duration=2:size=320x240:rate=25"];
  await createFfmpeg().run(["-y", ...input, "-c:v", "mpeg4", clip], { durationSeconds: null });
  const house = await startWatched(settleSeconds);
  await pause(3000);
  const [found, queued]: [number[], number[]] = [[], []];
  for (let index = 0; index < 10; index++) {
    const path = `s${index}/d${index}/New ${settleSeconds} ${index}.avi`;
    copyFileSync(clip, join(home, "part"));
    writeFileSync(join(home, "part"), path, { flag: "a" });
    renameSync(join(home, "part"), join(root, path));
    const settledAt = Date.now() + settleSeconds * 1000;
    const at = () => house.store.assets.byPath("films", path);
    while (at() === null) await pause(5);
    found.push(Date.now() - settledAt);
    while (at()?.state === "New") await pause(5);
    queued.push(Date.now() - settledAt);
  }
  say(`settled (${settleSeconds} s) to found`, medianAndWorst(found));
  say(`settled (${settleSeconds} s) to Queued`, medianAndWorst(queued));
  await house.stop();
};

const manyAtOnce = async (): Promise<void> => {
  fill(join(home, "many"), 100, 100);
  const house = await startWatched(0);
  const before = house.store.assets.counts().total;
  const startedAt = performance.now();
  const copy = spawn("cp", ["-rp", join(home, "many"), join(root, "s0", "many")]);
  await new Promise((done) => copy.once("close", done));
  const copied = performance.now();
  const found = (): number => house.store.assets.counts().total - before;
  while (found() < 10_000 && performance.now() - copied < 120_000) await pause(50);
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  say(
    "10,000 files copied in at once",
    `in ${seconds(copied - startedAt)} s; the last is found ${seconds(performance.now() - copied)} s later; lost: ${10_000 - found()}`,
  );
  await house.stop();
};

try {
  fill(root, 2000, 10);
  console.log("| what | measured |\n| --- | --- |");
  await begin();
  await manyAtOnce();
  await oneByOne(0);
  await oneByOne(5);
} finally {
  rmSync(home, { recursive: true, force: true });
}
