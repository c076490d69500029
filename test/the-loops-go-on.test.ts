/** A store that cannot be written to for a while, libraries left out of the settings, and what is forgotten. */
import assert from "node:assert/strict";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { convertOne, prepareTools } from "../src/apps/convert-one.ts";
import { startOrchestrator } from "../src/apps/orchestrator.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { createFfmpeg } from "../src/edges/ffmpeg.ts";
import { createLog, type Log } from "../src/edges/log.ts";
import { putClip } from "./support/clips.ts";
import { filesBelow, newHouse, standIn, until } from "./support/orchestrator.ts";
import { newStore } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const DAY_MS = 86_400_000;
const OPERATIONAL = { encoder: "software", gpu_only: false, settle_seconds: 0 };

/** From now on no state can be written, as on a full disk; the returned function makes room. */
const fillDisk = (context: TestContext, data: string): (() => void) => {
  const raw = new DatabaseSync(join(data, "library.sqlite"), { timeout: 5000 });
  context.after(() => raw.close());
  raw.exec("CREATE TRIGGER full BEFORE UPDATE OF state ON assets BEGIN SELECT RAISE(ABORT, 'full'); END");
  return () => raw.exec("DROP TRIGGER full");
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test("a store that cannot be written to ends nothing, is said once, and the work goes on after", async (context) => {
  const folder = tempFolder(context);
  const [root, data] = [join(folder, "films"), join(folder, "data")];
  await putClip("remux", join(root, "Film.mkv"));
  const said: string[] = [];
  const log: Log = {
    ...createLog("silent"),
    child: () => log,
    info: () => {},
    warn: () => {},
    error: (_: unknown, text: string) => said.push(text),
  } as unknown as Log;
  const settings = settingsFrom({ libraries: { films: { root } }, operational: OPERATIONAL });
  const looking = await startOrchestrator({ settings, dataDirectory: data, log, works: false });
  await until("it is Queued", () => looking.store.assets.counts().state.Queued === 1);
  await looking.stop();
  const makeRoom = fillDisk(context, data);
  const { store, stop } = await startOrchestrator({ settings, dataDirectory: data, log });
  context.after(stop);
  await pause(2500);
  assert.deepEqual(said, ["a loop rests"]);
  makeRoom();
  await until("it is done", () => store.assets.byPath("films", "Film.mkv")?.state === "Completed");
});

test("a claim whose end could not be written is given back without a restart", async (context) => {
  const house = newHouse(context);
  await putClip("picture", join(house.root, "Film.avi"));
  await house.start(standIn("takes-its-time"));
  await until("ffmpeg writes", () => filesBelow(house.root).some((each) => each.includes(".partial.")));
  const makeRoom = fillDisk(context, house.data);
  const asset = house.at("Film.avi");
  assert.ok(asset?.state === "Processing");
  house.now().cancel(asset.id);
  await until("the attempt ended", () => house.now().progressOf(asset.id) === null);
  await pause(1500);
  assert.equal(house.at("Film.avi")?.state, "Processing", "nothing can be written");
  makeRoom();
  const back = await house.becomes("Film.avi", "Queued");
  assert.ok((back.availableAt ?? 0) > Date.now() + 30_000, "not at once");
  assert.deepEqual(house.now().store.jobs.unfinished(), []);
});

test("films of a library left out of the settings for one run rest, and are not shown", async (context) => {
  const folder = tempFolder(context);
  const roots = { a: join(folder, "a"), b: join(folder, "b") };
  await putClip("picture", join(roots.a, "A.avi"));
  await putClip("remux", join(roots.b, "B.mkv"));
  const start = (libraries: object, works = true) =>
    startOrchestrator({
      settings: settingsFrom({ libraries, operational: OPERATIONAL }),
      dataDirectory: join(folder, "data"),
      log: createLog("silent"),
      works,
    });
  const [a, b] = [{ root: roots.a }, { root: roots.b }];
  const first = await start({ a, b }, false);
  await until("both wait", () => first.store.assets.counts().state.Queued === 2);
  await first.stop();
  const second = await start({ a });
  await until("A is done", () => second.store.assets.byPath("a", "A.avi")?.state === "Completed");
  const left = second.store.assets.byPath("b", "B.mkv");
  assert.equal(left?.state, "Queued");
  assert.equal(second.store.assets.counts().total, 1);
  assert.equal(second.store.assets.page({ limit: 9 }).total, 1);
  assert.equal(second.overview().waiting, null);
  await second.stop();
  const third = await start({ a, b });
  await until("B is done", () => third.store.assets.byPath("b", "B.mkv")?.state === "Completed");
  assert.equal(third.store.assets.counts().total, 2);
  await third.stop();
});

test("a full disk is met by one film, not by each, and the page says so", async (context) => {
  const house = newHouse(context, { operational: { max_concurrent_copies: 1 } });
  for (const name of ["a", "b", "c", "d"]) await putClip("remux", join(house.root, `${name}.mkv`));
  const { store, overview, waitingReason } = await house.start(standIn("says-disk-full"));
  await until("one failed", () => store.assets.page({ problem: "disk-full", limit: 9 }).total === 1);
  await until("all wait", () => store.assets.counts().state.Queued === 4);
  await pause(2500);
  assert.equal(store.assets.page({ problem: "disk-full", limit: 9 }).total, 1);
  assert.equal(overview().waiting?.code, "disk-full");
  assert.match(overview().waiting?.sentence ?? "", /^4 films wait\. The disk is full\. .*tried again at/);
  const other = store.assets.page({ limit: 9 }).assets.find((each) => each.problemCode === null);
  assert.match(waitingReason(other ?? assert.fail("a film that waits")) ?? "", /The disk is full/);
});

test("films of a disk that is away are left alone, and go on when it is back", async (context) => {
  const house = newHouse(context, { operational: { max_concurrent_copies: 1 } });
  for (const name of ["a", "b", "c", "d"]) await putClip("remux", join(house.root, `${name}.mkv`));
  const { store, overview } = await house.start(standIn("takes-its-time"));
  await until(
    "all are known",
    () => store.assets.counts().total === 4 && store.assets.counts().state.New === 0,
  );
  await until("ffmpeg writes", () => filesBelow(house.root).some((each) => each.includes(".partial.")));
  renameSync(house.root, `${house.root}-away`);
  await until("nothing is in work", () => store.assets.counts().state.Processing === 0);
  await pause(4500);
  const tried = store.assets
    .page({ limit: 9 })
    .assets.filter((each) => store.jobs.forAsset(each.id, 9).length > 0);
  assert.ok(tried.length <= 2, `${tried.length} were tried`);
  assert.equal(overview().waiting?.code, "root-missing");
  renameSync(`${house.root}-away`, house.root);
  await until("another film is done", () => store.assets.counts().state.Completed > 0);
});

test("old events and probes of films that are gone are forgotten at the start", async (context) => {
  const house = newHouse(context);
  const { store } = await house.start();
  for (const days of [10, 29, 31, 90])
    store.events.append({
      at: Date.now() - days * DAY_MS,
      assetId: null,
      kind: `${days}`,
      path: "",
      data: {},
    });
  store.probes.put("gone", { streams: [] } as never, {}, Date.now());
  await house.start();
  const kinds = house
    .now()
    .store.events.latest({ limit: 10 })
    .map((each) => each.kind);
  assert.deepEqual(kinds.filter((each) => /^\d+$/.test(each)).sort(), ["10", "29"]);
  assert.equal(house.now().store.probes.get("gone"), null);
});

test("`convert` waits for no back-off, and a later film does not take an earlier one", async (context) => {
  const { store } = newStore(context);
  const folder = tempFolder(context);
  const settings = settingsFrom({ operational: OPERATIONAL });
  const tools = await prepareTools(settings, store, new AbortController().signal);
  const watcher = { onPlan: () => {}, onProgress: () => {}, onCheck: () => {} };
  const film = async (name: string) => ({
    path: await putClip("picture", join(folder, name)),
    output: "beside",
    original: "keep" as const,
    burnIn: null,
  });
  const ffmpeg = createFfmpeg(standIn("dies-by-signal"));
  const first = await convertOne({ ...tools, ffmpeg }, await film("1.avi"), watcher);
  assert.deepEqual([first.state, first.problemCode], ["Failed", "conversion-killed"]);
  // As if the first had gone back to the queue and its time had come.
  store.assets.apply(first.id, "reprocess", { now: Date.now() });
  const second = await convertOne(tools, await film("2.avi"), watcher);
  assert.equal(second.state, "Completed");
  assert.equal(store.assets.byId(first.id)?.state, "Queued");
  assert.deepEqual(store.assets.inState("Processing"), []);
});
