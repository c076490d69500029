/** What a film may wait for, how often, and what waits with it. */
import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createAssessLoop } from "../src/apps/assess-loop.ts";
import { settleFailure } from "../src/apps/job-failure.ts";
import { openLibraries, type Running } from "../src/apps/running.ts";
import { Problem, type ProblemCode } from "../src/core/problem.ts";
import type { Asset } from "../src/edges/store/asset-row.ts";
import { newBench } from "./support/running.ts";
import { insert, queue } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const MINUTE_MS = 60_000;

/** Claims the film and lets the attempt fail. */
const fail = ({ store, now, ...running }: Running, id: number, code: ProblemCode): Asset | null => {
  const token = `t${now()}`;
  const asset = store.assets.claim({ works: ["copy", "audio", "video"], token, now: now(), id });
  assert.ok(asset, "it can be claimed");
  settleFailure(
    { store, now, ...running },
    { asset, token, problem: new Problem(code, "the detail"), assessment: null },
  );
  return store.assets.byId(id);
};

for (const code of ["gpu-failed", "file-missing"] as const)
  test(`${code}: twenty waits cost nothing, each further one is an attempt`, (context) => {
    const { running, pass } = newBench(context, "/films");
    const { id } = queue(running.store, "Film.mkv", { library: "films", work: "video" });
    let asset: Asset | null = null;
    for (let wait = 0; wait < 20; wait++) {
      asset = fail(running, id, code);
      assert.deepEqual([asset?.state, asset?.attempt], ["Queued", 0], `wait ${wait}`);
      pass(16 * MINUTE_MS);
    }
    for (const attempt of [1, 2]) {
      asset = fail(running, id, code);
      assert.deepEqual([asset?.state, asset?.attempt], ["Queued", attempt]);
      pass(16 * MINUTE_MS);
    }
    asset = fail(running, id, code);
    assert.deepEqual([asset?.state, asset?.attempt, asset?.problemCode], ["Failed", 3, code]);
  });

test("a card that has no session free is waited for without end, and so is one whose driver is lost", (context) => {
  const { running, pass } = newBench(context, "/films");
  const { id } = queue(running.store, "Film.mkv", { library: "films", work: "video" });
  for (const code of ["encoder-sessions-spent", "gpu-failed"] as const)
    for (let wait = 0; wait < 60; wait++) {
      const asset = fail(running, id, code);
      assert.deepEqual([asset?.state, asset?.attempt], ["Queued", 0], `${code}, wait ${wait}`);
      // The encoder was tried, and does not work either.
      running.pauses.encoderAnswered(false);
      pass(16 * MINUTE_MS);
    }
});

test("a full disk is waited for without end, longer each time", (context) => {
  const { running, pass } = newBench(context, "/films");
  const { id } = queue(running.store, "Film.mkv", { library: "films", work: "copy" });
  const waits: number[] = [];
  for (let wait = 0; wait < 40; wait++) {
    const asset = fail(running, id, "disk-full");
    assert.deepEqual([asset?.state, asset?.attempt], ["Queued", 0]);
    waits.push(((asset?.availableAt ?? 0) - running.now()) / MINUTE_MS);
    pass(15 * MINUTE_MS);
  }
  assert.deepEqual(waits.slice(0, 6), [1, 2, 4, 8, 15, 15]);
});

test("a library whose disk is away waits as a whole, with one scan; a lane does for a full disk", (context) => {
  const { running, scans, pass } = newBench(context, "/films");
  const { store, pauses } = running;
  const ids = ["a", "b", "c"].map((path) => queue(store, path, { library: "films", work: "copy" }).id);
  for (const id of ids) fail(running, id, "file-missing");
  assert.deepEqual(scans, ["films"]);
  assert.deepEqual(openLibraries(running), []);
  assert.match(
    pauses.sentence(pauses.all()[0] ?? assert.fail("a pause")),
    /not there.* the detail .*\d\d:\d\d UTC/,
  );
  pauses.openLibrary("films");
  assert.deepEqual(openLibraries(running), ["films"], "the scan found its folder");
  pass(MINUTE_MS);
  fail(running, ids[0] ?? 0, "io-error");
  pauses.openLibrary("films");
  assert.deepEqual(openLibraries(running), [], "that a folder is there says nothing of its films");
  pass(2 * MINUTE_MS);
  fail(running, ids[1] ?? 0, "disk-full");
  assert.deepEqual([pauses.ofLane("copies")?.code, pauses.ofLane("encodes")], ["disk-full", null]);
  assert.deepEqual(openLibraries(running), ["films"]);
  pauses.lift(store.assets.byId(ids[1] ?? 0) ?? assert.fail("the film"));
  assert.equal(pauses.ofLane("copies"), null, "a person asked for it");
});

const newLibrary = (context: TestContext): string => {
  const root = join(tempFolder(context), "films");
  mkdirSync(join(root, "folder"), { recursive: true });
  return root;
};

test("a disk away during assessment fails no film, however long; one that is there has five tries", async (context) => {
  const root = newLibrary(context);
  let asked = 0;
  const { running, scans, pass } = newBench(context, root, () => {
    asked++;
    return Promise.reject(new Problem("file-missing"));
  });
  const films = [1, 2, 3, 4].map((each) => insert(running.store, `${each}.mkv`, { library: "films" }));
  const loop = createAssessLoop(running);
  const round = async (): Promise<void> => {
    for (let each = 0; each < 4; each++) {
      loop.pump();
      await loop.idle();
    }
    pass(2 * MINUTE_MS);
  };
  const states = () => films.map(({ id }) => running.store.assets.byId(id)?.state);
  renameSync(root, `${root}-away`);
  for (let each = 0; each < 10; each++) await round();
  assert.deepEqual(states(), ["New", "New", "New", "New"]);
  assert.ok(asked <= 20, `two a minute, not all of them: ${asked}`);
  assert.equal(scans.length, 10, "one scan for each pause");
  renameSync(`${root}-away`, root);
  for (let each = 0; each < 4; each++) await round();
  assert.deepEqual(states(), ["New", "New", "New", "New"]);
  await round();
  assert.deepEqual(states(), ["Failed", "Failed", "Failed", "Failed"]);
  rmSync(root, { recursive: true });
});

test("without ffprobe the assessments wait together", async (context) => {
  const root = newLibrary(context);
  let asked = 0;
  const { running, pass } = newBench(context, root, () => {
    asked++;
    return Promise.reject(new Problem("ffmpeg-missing"));
  });
  for (let each = 0; each < 10; each++) insert(running.store, `${each}.mkv`, { library: "films" });
  const loop = createAssessLoop(running);
  for (let each = 0; each < 10; each++) {
    loop.pump();
    await loop.idle();
  }
  assert.equal(asked, 2);
  pass(2 * MINUTE_MS);
  loop.pump();
  await loop.idle();
  assert.equal(asked, 4);
  assert.equal(running.store.assets.counts().state.New, 10);
});
