/** A worker that names files of a result as it must not: it is refused, and nothing is written anywhere else. */
import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { partialPath } from "../src/core/output-paths.ts";
import type { WorkOrder, WorkResult } from "../src/core/work-order.ts";
import { fingerprintFile } from "../src/edges/library-walk.ts";
import { fileStat } from "../src/edges/library-write.ts";
import { putClip } from "./support/clips.ts";
import { startFarWorker } from "./support/far-worker.ts";
import { newFarHouse } from "./support/lanes.ts";
import { filesBelow, until } from "./support/orchestrator.ts";
import { withoutRedis } from "./support/redis.ts";
import { beginWorker } from "./support/worker.ts";

const skip = withoutRedis;

type Sidecar = { readonly label: string; readonly ending: string; readonly hidden: string };

/** What it hands over is there, and as it says; only how it is to be called is not. */
const made = async (order: WorkOrder, named: readonly Sidecar[]): Promise<WorkResult> => {
  const at = (ending: string): string => partialPath(order.folder, order.sourcePath, order.token, ending);
  const fileOf = async (path: string) => {
    const sizeBytes = (await fileStat(path))?.sizeBytes ?? 0;
    return { path, sizeBytes, fingerprint: await fingerprintFile(path, sizeBytes) };
  };
  copyFileSync(order.sourcePath, at("mp4"));
  const sidecars = [];
  for (const { label, ending, hidden } of named) {
    if (hidden !== "mp4") writeFileSync(at(hidden), "WEBVTT\n");
    sidecars.push({ ...(await fileOf(at(hidden))), label, ending, isOfTrack: true });
  }
  const checks = [{ name: "readable", passed: true, detail: "" }];
  return {
    ...{ kind: "converted", token: order.token, worker: "cellar", encoder: "copy" },
    ...{ partial: await fileOf(at("mp4")), sidecars, checks, log: "", missing: [] },
  } as WorkResult;
};

const VTT = { label: "en", ending: "vtt", hidden: "en.vtt" };
const LIES: readonly (readonly [string, readonly Sidecar[]])[] = [
  ["a label that leads out of the library", [{ ...VTT, label: "x/../../escaped" }]],
  ["an ending that leads out of the library", [{ ...VTT, ending: "x/../../escaped.vtt" }]],
  ["an ending of a program", [{ ...VTT, ending: "sh" }]],
  ["the film itself as its subtitles", [{ ...VTT, hidden: "mp4" }]],
  ["the same subtitles twice", [VTT, VTT]],
  ["a second film", [{ label: "x", ending: "mp4", hidden: "x.mp4" }]],
];

for (const [name, sidecars] of LIES)
  test(`a worker sends ${name}`, { skip }, async (context) => {
    const { house, redis } = await newFarHouse(context);
    await putClip("remux", join(house.root, "Film.mkv"));
    startFarWorker(redis).take("copies", (order) => made(order, sidecars));
    const control = await house.start();
    const { id } = await house.becomes("Film.mkv", "Processing", "Queued", "Completed", "Failed");
    const job = await until("an attempt ended", () =>
      control.store.jobs.forAsset(id, 9).findLast((each) => each.finishedAt !== null),
    );
    assert.equal(job.problemCode, "result-differs", filesBelow(dirname(house.root)).join(" "));
    assert.deepEqual(filesBelow(house.root), ["Film.mkv"]);
    const around = filesBelow(dirname(house.root)).filter((each) => each.includes("escaped"));
    assert.deepEqual(around, []);
  });

test("a worker sends what it should", { skip }, async (context) => {
  const { house, redis } = await newFarHouse(context);
  await putClip("remux", join(house.root, "Film.mkv"));
  startFarWorker(redis).take("copies", (order) =>
    made(order, [VTT, { label: "pt-BR.sdh", ending: "SRT", hidden: "pt-BR.sdh.SRT" }]),
  );
  await house.start();
  await house.becomes("Film.mkv", "Completed");
  assert.deepEqual(filesBelow(house.root), ["Film.en.vtt", "Film.mkv", "Film.mp4", "Film.pt-BR.sdh.SRT"]);
});

const DELETING = {
  library: { original: "delete" },
  operational: { remove_original_after_success: true },
};
/** As a worker names them that verified a film. */
const ALL = [
  ...[
    "opens",
    "plays",
    "container",
    "tracks",
    "shape",
    "sound",
    "duration",
    "pictures",
    "start",
    "order",
    "gaps",
  ],
  ...["keyframes", "peak", "buffer", "sound-end", "size", "untouched", "decodes"],
];
const UNPROVEN: readonly (readonly [string, readonly string[], RegExp])[] = [
  ["a film that does not play", ALL, /does not pass here/],
  ["a film that it did not read whole", ["opens"], /does not pass here|says nothing of some checks/],
];

for (const [name, checks, says] of UNPROVEN)
  test(`under \`delete\` a worker says that all is well with ${name}: the original stays`, {
    skip,
  }, async (context) => {
    const { house, redis } = await newFarHouse(context, DELETING);
    await putClip("remux", join(house.root, "Film.mkv"));
    startFarWorker(redis).take("copies", async (order) => ({
      ...(await made(order, [])),
      checks: checks.map((each) => ({ name: each, passed: true, detail: "" })),
    }));
    const control = await house.start();
    const { id } = await house.becomes("Film.mkv", "Processing", "Queued", "Archived", "Failed");
    const job = await until("an attempt ended", () =>
      control.store.jobs.forAsset(id, 9).findLast((each) => each.finishedAt !== null),
    );
    assert.equal(job.problemCode, "result-differs");
    assert.match(job.problemDetail ?? "", says);
    assert.deepEqual(filesBelow(house.root), ["Film.mkv"]);
  });

test("under `delete` an honest result is looked at here and published", { skip }, async (context) => {
  const { house, redis } = await newFarHouse(context, DELETING);
  await putClip("remux", join(house.root, "Film.mkv"));
  beginWorker(redis);
  await house.start();
  await house.becomes("Film.mkv", "Archived");
  assert.deepEqual(filesBelow(house.root), ["Film.mp4"]);
});
