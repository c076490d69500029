/** Parts of one film on this machine and on a worker, through a real Redis; a worker that goes away costs its part alone. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { startOrchestrator } from "../src/apps/orchestrator.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { type RunningWorker, startWorker } from "../src/apps/worker.ts";
import { createMounts } from "../src/apps/worker-mounts.ts";
import { createFfmpeg } from "../src/edges/ffmpeg.ts";
import { createLog } from "../src/edges/log.ts";
import { putClip } from "./support/clips.ts";
import { startFarWorker } from "./support/far-worker.ts";
import { runFfmpeg } from "./support/ffmpeg.ts";
import { decoded } from "./support/in-parts.ts";
import { eventually, newFarHouse } from "./support/lanes.ts";
import { assertNoPartials } from "./support/orchestrator.ts";
import { QUIET } from "./support/results.ts";
import { tempFolder } from "./support/temp.ts";

const skip = spawnSync("redis-server", ["--version"]).status === 0 ? false : "redis-server is not installed";

const startServer = async (context: TestContext): Promise<string> => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const address = taken.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  taken.close();
  await once(taken, "close");
  const options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", tempFolder(context)];
  const server = spawn("redis-server", ["--port", String(port), ...options], { stdio: "ignore" });
  context.after(() => void server.kill("SIGKILL"));
  return `redis://127.0.0.1:${port}`;
};

/** Three parts of a minute and more. */
const putFilm = async (path: string): Promise<void> =>
  runFfmpeg([
    ...[...QUIET, "-f", "lavfi", "-i", "testsrc2=s=160x90:r=10:d=190"],
    ...["-f", "lavfi", "-i", "sine=r=48000:d=190", "-c:v", "libx264", "-preset", "ultrafast"],
    ...["-pix_fmt", "yuv420p10le", "-g", "20", "-c:a", "ac3", `file:${path}`],
  ]);

/** A machine may be busy with much else. */
const until = async <T>(what: string, condition: () => T | null | undefined | false): Promise<T> => {
  for (const end = Date.now() + 240_000; Date.now() < end; await pause(200)) {
    const found = condition();
    if (found !== null && found !== undefined && found !== false) return found;
  }
  throw new Error(`waited in vain: ${what}`);
};

const log = createLog(process.env.LOG ?? "silent");
const startNear = (context: TestContext, redis: string): RunningWorker => {
  const worker = startWorker({
    ...{ redis, name: "attic", places: { copies: 0, encodes: 1 }, encoder: "software", allowCpu: true },
    ...{
      reach: createMounts({ map: {}, log, now: Date.now }),
      ffmpeg: createFfmpeg(),
      log,
      heartbeatMs: 300,
    },
  });
  context.after(() => worker.end(0));
  return worker;
};

for (const goes of [false, true])
  test(goes ? "a worker that goes away in the middle" : "one part of three is a worker's", {
    skip,
  }, async (context) => {
    const redis = await startServer(context);
    const root = join(tempFolder(context), "films");
    mkdirSync(root);
    // An empty folder is no library to a worker: its share may not be mounted.
    await putClip("plays", join(root, "Plays.mp4"));
    const control = await startOrchestrator({
      settings: settingsFrom({
        libraries: { films: { root } },
        operational: {
          ...{ encoder: "software", gpu_only: false, settle_seconds: 0, max_disk_usage_percent: 100 },
          ...{ min_free_memory_mb: 0, parallel_parts: 2, parts_from_minutes: 1 },
        },
      }),
      dataDirectory: tempFolder(context),
      log,
      watches: false,
      redis: { address: redis, patienceMs: 2_000 },
    });
    context.after(() => control.stop());
    const film = join(tempFolder(context), "Film.mkv");
    await putFilm(film);
    const worker = startNear(context, redis);
    await until("the worker is there", () =>
      control.lanes().some(({ lane, slots }) => lane === "encodes" && slots === 2),
    );
    copyFileSync(film, join(root, "Film.mkv"));
    await until("the film is found", () => {
      control.startScan(null);
      return control.store.assets.byPath("films", "Film.mkv");
    });
    if (goes) {
      await until("it has a part", () => worker.hello().running.length > 0);
      await worker.end(0);
    }
    const asset = await until("the film is made", () => {
      const found = control.store.assets.byPath("films", "Film.mkv");
      return found && ["Completed", "Failed"].includes(found.state) && found;
    });
    const [job] = control.store.jobs.forAsset(asset.id, 1);
    assert.equal(asset.state, "Completed", `${asset.problemDetail} ${job?.log}`);
    assert.match(job?.log ?? "", /^In 3 parts, 3 at a time\./);
    assert.match(job?.log ?? "", /Part \d was given to other machines\./);
    assert.deepEqual(decoded(asset.outputPath ?? ""), { pictures: 1900, said: "" });
    assert.match(JSON.stringify(job?.checks), /"joints","passed":true/);
    assertNoPartials(root);
  });

test("a part that waits for its worker is not taken back for a place that no part would take", {
  skip,
}, async (context) => {
  const { house, redis } = await newFarHouse(context, {
    works: true,
    operational: { max_concurrent_jobs: 2, parallel_parts: 2, parts_from_minutes: 1 },
  });
  const film = join(tempFolder(context), "Film.mkv");
  await putFilm(film);
  startFarWorker(redis, { slots: { copies: 0, encodes: 1 } });
  const control = await house.start();
  await until("the worker is there", () => control.elsewhere?.list().length === 1);
  copyFileSync(film, join(house.root, "Film.mkv"));
  await house.scan();
  const { id } = await house.becomes("Film.mkv", "Processing");
  const waiting = async (): Promise<number> => (await redis.client.keys("cvc:encodes-*:wait")).length;
  await eventually("a part is in Redis", async () => (await waiting()) === 1);
  // It is looked at every two seconds.
  await pause(5_000);
  assert.equal(await waiting(), 1);
  control.cancel(id);
  assert.equal((await house.becomes("Film.mkv", "Failed")).problemCode, "cancelled");
});
