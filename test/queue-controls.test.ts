/** What a person may ask of the queue, from the control down to the work that is or is not begun. */
import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createAssessLoop } from "../src/apps/assess-loop.ts";
import { createJobLoop } from "../src/apps/job-loop.ts";
import { createQueueControls } from "../src/apps/queue-controls.ts";
import { HELD_UNTIL } from "../src/core/lifecycle.ts";
import { createFfprobe } from "../src/edges/ffprobe.ts";
import { fingerprintFile } from "../src/edges/library-walk.ts";
import { fileStat } from "../src/edges/library-write.ts";
import { putClip } from "./support/clips.ts";
import { newHouse, until } from "./support/orchestrator.ts";
import { newBench } from "./support/running.ts";
import { insert, isProblem, NOW, queue } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const KEPT = "You keep it as it is; it is converted when you ask for it.";

test("a held queue begins nothing, and goes on when it is resumed", async (context) => {
  const { running } = newBench(context, tempFolder(context));
  const { store } = running;
  const jobs = createJobLoop(running);
  const controls = createQueueControls(running, jobs.lanes);
  const film = queue(store, "Film.mkv", { library: "films" });
  const encode = queue(store, "Encode.mkv", { library: "films", work: "video" });
  assert.deepEqual(controls.hold(), { kind: "running", why: null, since: null, by: null });
  for (const [hold, kind] of [
    [controls.pauseQueue, "paused"],
    [controls.drainQueue, "draining"],
  ] as const) {
    assert.deepEqual(hold(" film night ", "page"), { kind, why: "film night", since: NOW, by: "page" });
    jobs.pump();
    assert.equal(store.assets.byId(film.id)?.state, "Queued");
    assert.deepEqual(
      controls.lanes().map(({ lane, slots, running, queued, held }) => [lane, slots, running, queued, held]),
      [
        ["copies", 2, [], 1, 0],
        ["encodes", 1, [], 1, 0],
      ],
    );
  }
  assert.equal(controls.resumeQueue().kind, "running");
  jobs.pump();
  assert.deepEqual(
    controls.lanes().map(({ running, queued }) => [running, queued]),
    [
      [[film.id], 0],
      [[encode.id], 0],
    ],
  );
  controls.pauseQueue();
  assert.equal(store.assets.byId(film.id)?.state, "Processing", "what runs goes on");
  await jobs.idle();
});

test("a lane says why it rests", (context) => {
  const { running } = newBench(context, "/films");
  const found = running.encoder();
  const [, encodes] = createQueueControls(
    { ...running, encoder: () => ({ ...found, encoder: null, status: { kind: "none", why: "No card." } }) },
    () => [
      { lane: "copies", places: 2, slots: 2, running: [] },
      { lane: "encodes", places: 0, slots: 0, running: [] },
    ],
  ).lanes();
  assert.deepEqual([encodes?.pause?.code, encodes?.pause?.until], ["encoder-unavailable", null]);
  assert.match(encodes?.pause?.sentence ?? "", /No card\.$/);
  running.pauses.note({ code: "disk-full", detail: "" }, { library: "films", lane: "copies" });
  const [copies] = createQueueControls(running, createJobLoop(running).lanes).lanes();
  assert.deepEqual([copies?.pause?.code, copies?.pause?.until], ["disk-full", NOW + 60_000]);
});

test("a film is kept as it is in the states in which it would be converted, and refused in others", (context) => {
  const { running } = newBench(context, "/films");
  const { store } = running;
  const { ignore, prioritise } = createQueueControls(running, () => []);
  assert.throws(() => ignore(9), isProblem("asset-not-found"));
  const fresh = insert(store, "new", { library: "films", fingerprint: "f" });
  assert.equal(ignore(fresh.id).keptFingerprint, "f");
  const failed = queue(store, "failed", { library: "films", fingerprint: "g" });
  const work = store.assets.claim({ works: ["copy"], token: "t", now: NOW });
  assert.throws(() => ignore(failed.id), isProblem("state-refuses"));
  assert.throws(() => prioritise(failed.id, "first"), isProblem("state-refuses"));
  store.assets.apply(work?.id ?? 0, "failed", { now: NOW, token: "t", problemCode: "io-error" });
  const kept = ignore(failed.id);
  assert.deepEqual([kept.state, kept.availableAt, kept.problemCode], ["Queued", HELD_UNTIL, null]);
  assert.throws(() => prioritise(failed.id, "first"), isProblem("state-refuses"));
  const hopeless = insert(store, "hopeless", { library: "films" });
  store.assets.apply(hopeless.id, "assessed-hopeless", {
    now: NOW,
    work: "impossible",
    problemCode: "not-media",
  });
  assert.deepEqual([ignore(hopeless.id).state, ignore(hopeless.id).keptFingerprint], ["Failed", ""]);
  assert.equal(store.events.forAsset(hopeless.id, 1)[0]?.kind, "kept-as-it-is");
});

test("held over a restart: films are found and assessed; one that is kept stays so until it changes or is asked for", async (context) => {
  const house = newHouse(context);
  await house.start();
  house.now().pauseQueue("the disk is being copied");
  await putClip("remux", join(house.root, "Film.mkv"));
  await putClip("remux", join(house.root, "Other.mp4.mkv"));
  await house.scan();
  const film = await house.becomes("Film.mkv", "Queued");
  await house.start();
  assert.deepEqual([house.now().hold().kind, house.now().hold().why], ["paused", "the disk is being copied"]);
  assert.equal(house.now().overview().hold.kind, "paused");
  assert.equal(house.at("Film.mkv")?.state, "Queued");
  assert.equal(house.now().waitingReason(film), "The queue is paused.");
  assert.equal(house.now().waitingReason(house.now().ignore(film.id)), KEPT);
  house.now().resumeQueue();
  await house.becomes("Other.mp4.mkv", "Completed");
  assert.equal(house.at("Film.mkv")?.availableAt, HELD_UNTIL);

  house
    .now()
    .store.assets.apply(film.id, "changed", { now: Date.now(), data: { reason: "settings changed" } });
  await house.scan();
  const again = await house.becomes("Film.mkv", "Queued");
  assert.equal(again.availableAt, HELD_UNTIL, "another setting is no reason");
  house.now().reprocess(film.id);
  await house.becomes("Film.mkv", "Completed");
});

test("a kept film whose content changes is a film like any other", async (context) => {
  const house = newHouse(context);
  await house.start();
  house.now().pauseQueue();
  const path = await putClip("remux", join(house.root, "Film.mkv"));
  await house.scan();
  const { id } = await house.becomes("Film.mkv", "Queued");
  house.now().ignore(id);
  appendFileSync(path, Buffer.alloc(100_000));
  await house.scan();
  const changed = await until("it is queued anew", () => {
    const asset = house.at("Film.mkv");
    return asset?.state === "Queued" && asset.availableAt === null && asset;
  });
  assert.equal(changed.id, id);
  assert.equal(house.now().waitingReason(changed), "The queue is paused.");
});

test("a film that a person keeps while it is being read is not converted", async (context) => {
  const root = tempFolder(context);
  const path = join(root, "Film.mkv");
  await putClip("remux", path);
  const { probe } = createFfprobe();
  const { running } = newBench(context, root, async (...asked) => {
    const read = await probe(...asked);
    createQueueControls(running, () => []).ignore(id);
    return read;
  });
  const found = (await fileStat(path)) ?? assert.fail();
  const fingerprint = await fingerprintFile(path, found.sizeBytes);
  const film = { library: "films", path: "Film.mkv", ...found, fingerprint, foundAt: NOW };
  const { id } = running.store.assets.insert(film);
  const assessments = createAssessLoop(running);
  assessments.pump();
  await assessments.idle();
  const { state, availableAt } = running.store.assets.byId(id) ?? assert.fail();
  assert.deepEqual([state, availableAt], ["Queued", HELD_UNTIL]);
});
