/** A real orchestrator that converts nothing itself, a real Redis, and two workers: until the whole library is ready. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { startOrchestrator } from "../src/apps/orchestrator.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import type { RunningWorker } from "../src/apps/worker.ts";
import { createLog } from "../src/edges/log.ts";
import { type ClipKind, putClip } from "./support/clips.ts";
import { assertNoPartials } from "./support/orchestrator.ts";
import { startRedis, type TestRedis, withoutRedis } from "./support/redis.ts";
import { tempFolder } from "./support/temp.ts";
import { eventually } from "./support/work-giver.ts";
import { beginWorker } from "./support/worker.ts";

const log = createLog(process.env.LOG ?? "silent");

const FILMS: Readonly<Record<string, ClipKind>> = {
  "A/One.mkv": "remux",
  "A/Two.mkv": "subtitled",
  "B/Three.mkv": "sound",
  "B/Four.avi": "picture",
  "B/Five.mkv": "ten-bit",
  "C/Six.avi": "picture",
};

const house = async (context: TestContext, redis: TestRedis, films: Readonly<Record<string, ClipKind>>) => {
  const folder = tempFolder(context);
  const root = join(folder, "films");
  mkdirSync(root);
  for (const [path, kind] of Object.entries(films)) await putClip(kind, join(root, path));
  const orchestrator = await startOrchestrator({
    settings: settingsFrom({
      libraries: { films: { root } },
      operational: { gpu_only: false, settle_seconds: 0, max_disk_usage_percent: 100, min_free_memory_mb: 0 },
    }),
    dataDirectory: join(folder, "data"),
    log,
    works: false,
    watches: false,
    redis: { address: redis.url },
  });
  redis.before(() => orchestrator.stop());
  return { root, orchestrator };
};

const worker = (redis: TestRedis, name: string): RunningWorker =>
  beginWorker(redis, { name, places: { copies: 1, encodes: 1 } });

test("two workers make a library ready, and one that ends meanwhile costs no attempt", {
  skip: withoutRedis,
}, async (context) => {
  const redis = await startRedis(context);
  const { root, orchestrator } = await house(context, redis, FILMS);
  const attic = worker(redis, "attic");
  worker(redis, "cellar");
  const at = (path: string) => orchestrator.store.assets.byPath("films", path);
  await eventually("a film is ready", async () =>
    Object.keys(FILMS).some((path) => at(path)?.state === "Completed"),
  );
  await attic.end(0);
  await eventually("all films are ready", async () =>
    Object.keys(FILMS).every((path) => at(path)?.state === "Completed"),
  );
  const makers = new Set<string>();
  for (const path of Object.keys(FILMS)) {
    const asset = at(path);
    assert.ok(asset !== null && existsSync(asset.outputPath ?? ""), path);
    assert.equal(asset.attempt, 0, path);
    const jobs = orchestrator.store.jobs.forAsset(asset.id, 10);
    assert.equal(jobs[0]?.outcome, "done", path);
    makers.add(jobs[0]?.worker ?? "nobody");
  }
  assert.ok(makers.has("cellar") && !makers.has("nobody"), [...makers].join());
  assertNoPartials(root);
});
