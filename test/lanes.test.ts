/** Films that workers convert: a real orchestrator, a real Redis, real workers. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { wishKey } from "../src/edges/work-keys.ts";
import { putClip } from "./support/clips.ts";
import { startFarWorker } from "./support/far-worker.ts";
import { eventually, newFarHouse } from "./support/lanes.ts";
import { filesBelow, until } from "./support/orchestrator.ts";
import { withoutRedis } from "./support/redis.ts";
import { beginWorker } from "./support/worker.ts";

const skip = withoutRedis;

test("films go to a worker and come back, each published here", { skip }, async (context) => {
  const { house, redis } = await newFarHouse(context);
  await putClip("subtitled", join(house.root, "Remux.mkv"));
  await putClip("picture", join(house.root, "Encode.avi"));
  const control = await house.start();
  const { id } = await house.becomes("Remux.mkv", "Queued");
  const waits = control.store.assets.byId(id);
  assert.match((waits && control.waitingReason(waits)) ?? "", /waits for a worker/);
  beginWorker(redis);
  const remux = await house.becomes("Remux.mkv", "Completed");
  const encode = await house.becomes("Encode.avi", "Completed");
  assert.match(
    filesBelow(house.root).join(" "),
    /^Encode\.avi Encode\.mp4 Remux\.en\.srt Remux\.en\.vtt Remux\.mkv Remux\.mp4$/,
  );
  const [job] = control.store.jobs.forAsset(encode.id, 1);
  assert.equal(job?.worker, "attic");
  assert.equal(job?.encoder, "libx264");
  assert.equal(job?.outcome, "done");
  assert.ok((job?.command.length ?? 0) > 10, "its command is kept");
  assert.match(control.store.jobs.forAsset(remux.id, 1)[0]?.pool ?? "", /^copies-[0-9a-f]{12}$/);
  await eventually("Redis keeps nothing of them", async () => {
    const keys = await redis.client.keys("cvc:*");
    return !keys.some((key) => /:[0-9a-f]{32}$/.test(key));
  });
});

test("each pool gets what it can do, and no film of a library it does not reach", {
  skip,
}, async (context) => {
  const { house, redis } = await newFarHouse(context);
  startFarWorker(redis, { name: "elsewhere", libraries: ["series"] });
  startFarWorker(redis, { name: "no decoder", slots: { copies: 0, encodes: 1 }, decodes: ["av1"] });
  beginWorker(redis, { name: "copier", places: { copies: 2, encodes: 0 } });
  beginWorker(redis, { name: "encoder", places: { copies: 0, encodes: 1 } });
  const control = await house.start();
  await until("all four are there", () => control.elsewhere?.list().length === 4);
  await putClip("remux", join(house.root, "Remux.mkv"));
  await putClip("picture", join(house.root, "Encode.avi"));
  await house.scan();
  const workerOf = async (path: string) => {
    const { id } = await house.becomes(path, "Completed");
    return control.store.jobs.forAsset(id, 5).map((each) => each.worker);
  };
  assert.deepEqual(await workerOf("Remux.mkv"), ["copier"]);
  assert.deepEqual(await workerOf("Encode.avi"), ["encoder"]);
});

test("a person stops a film at a worker, which lets go of it", { skip }, async (context) => {
  const { house, redis } = await newFarHouse(context);
  await putClip("lasting", join(house.root, "Long.avi"));
  const control = await house.start();
  beginWorker(redis);
  const { id } = await house.becomes("Long.avi", "Processing");
  await until("the worker says how far it is", () => {
    const progress = control.progressOf(id);
    return (
      progress?.worker === "attic" && (progress.percent ?? 0) > 0 && (control.logOf(id)?.pace.length ?? 0) > 0
    );
  });
  control.cancel(id);
  const asset = await house.becomes("Long.avi", "Failed");
  assert.equal(asset.problemCode, "cancelled");
  await until("nothing is left of it", () => filesBelow(house.root).length === 1);
  await until("the worker has nothing in work", () =>
    control.elsewhere?.list().every(({ hello }) => hello.running.length === 0),
  );
});

test("the orchestrator is restarted while a worker works: its result is taken", { skip }, async (context) => {
  const { house, redis } = await newFarHouse(context);
  await putClip("long", join(house.root, "Long.avi"));
  const first = await house.start();
  beginWorker(redis);
  const { id } = await house.becomes("Long.avi", "Processing");
  await until("it is at work", () => first.progressOf(id)?.worker === "attic");
  const again = await house.start();
  assert.equal(again.store.assets.byId(id)?.state, "Processing");
  await until("it is followed again", () => again.progressOf(id)?.worker === "attic");
  await house.becomes("Long.avi", "Completed");
  const jobs = again.store.jobs.forAsset(id, 5);
  assert.deepEqual(
    jobs.map(({ outcome, worker }) => [outcome, worker]),
    [["done", "attic"]],
    "one attempt, carried through",
  );
});

test("what waits in Redis says so, and is taken back when the queue is paused", { skip }, async (context) => {
  const { house, redis } = await newFarHouse(context);
  await putClip("remux", join(house.root, "Film.mkv"));
  startFarWorker(redis);
  const control = await house.start();
  const { id } = await house.becomes("Film.mkv", "Processing");
  await until("it says that it waits", () => control.progressOf(id)?.phase === "waiting");
  await eventually("it is in Redis", async () => (await redis.client.keys("cvc:copies-*:wait")).length === 1);
  control.pauseQueue();
  const asset = await house.becomes("Film.mkv", "Queued");
  assert.equal(asset.attempt, 0);
  assert.deepEqual(await redis.client.keys("cvc:copies-*:wait"), []);
});

test("a film that waits for a worker is taken back for a place that gets free here", {
  skip,
}, async (context) => {
  const { house, redis } = await newFarHouse(context, {
    works: true,
    operational: { max_concurrent_copies: 1 },
  });
  const far = startFarWorker(redis, { slots: { copies: 1, encodes: 0 } });
  const control = await house.start();
  await until("the worker is there", () => control.elsewhere?.list().length === 1);
  for (const name of ["A.mkv", "B.mkv"]) await putClip("remux", join(house.root, name));
  await house.scan();
  for (const name of ["A.mkv", "B.mkv"]) {
    const { id } = await house.becomes(name, "Completed");
    const [last, ...before] = control.store.jobs.forAsset(id, 5);
    assert.deepEqual([last?.outcome, last?.pool], ["done", null], `${far.hello.name} takes nothing`);
    assert.ok(before.every(({ problemDetail }) => problemDetail === "This machine has a place for it."));
    assert.equal(last?.attempt, 1, "it cost no attempt");
  }
});

test("a film that waits for workers who leave goes back, and one that a person stops too", {
  skip,
}, async (context) => {
  const { house, redis } = await newFarHouse(context);
  await putClip("remux", join(house.root, "Film.mkv"));
  const far = startFarWorker(redis, { name: "leaves" });
  const control = await house.start();
  const { id } = await house.becomes("Film.mkv", "Processing");
  control.elsewhere?.pause("leaves", true);
  await house.becomes("Film.mkv", "Queued");
  control.elsewhere?.pause("leaves", false);
  await house.becomes("Film.mkv", "Processing");
  control.cancel(id);
  assert.equal((await house.becomes("Film.mkv", "Failed")).problemCode, "cancelled");
  assert.equal(far.hello.name, "leaves");
});

test("a worker is paused by its name, over restarts of both", { skip }, async (context) => {
  const { house, redis } = await newFarHouse(context);
  const control = await house.start();
  const worker = beginWorker(redis);
  await until("it is there", () => control.elsewhere?.list().length === 1);
  control.elsewhere?.pause("attic", true);
  await until("it says that it is paused", () => control.elsewhere?.list()[0]?.hello.state === "paused");
  await worker.end(0);
  const again = await house.start();
  beginWorker(redis);
  await until("the next one is paused too", () => {
    const [first, ...more] = again.elsewhere?.list() ?? [];
    return more.length === 0 && first?.isThere === true && first.hello.state === "paused" && first.isPaused;
  });
  again.elsewhere?.pause("attic", false);
  await until("it goes on", () => again.elsewhere?.list()[0]?.hello.state === "working");
});

test("a worker of another protocol is told why it is given nothing", { skip }, async (context) => {
  const { house, redis } = await newFarHouse(context);
  await putClip("remux", join(house.root, "Film.mkv"));
  startFarWorker(redis, { protocol: 0, name: "old" });
  const control = await house.start();
  await until("it is known", () => control.elsewhere?.list().length === 1);
  await eventually("it is told", async () => {
    const wish = await redis.client.get(wishKey("old"));
    return wish !== null && /update the worker/.test((JSON.parse(wish) as { refusal: string }).refusal);
  });
  assert.equal(control.elsewhere?.slots("copies"), 0);
  const { id } = await house.becomes("Film.mkv", "Queued");
  assert.equal(control.store.assets.byId(id)?.attempt, 0);
});
