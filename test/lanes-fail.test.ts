/** Workers that are killed, lie or fall silent, and a Redis that goes: a real orchestrator, a real Redis, real workers. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { startCli } from "./support/cli.ts";
import { putClip } from "./support/clips.ts";
import { startFarWorker } from "./support/far-worker.ts";
import { eventually, newFarHouse } from "./support/lanes.ts";
import { assertNoPartials, filesBelow, sha256, until } from "./support/orchestrator.ts";
import { lie } from "./support/problems/of-lanes.ts";
import { withoutRedis } from "./support/redis.ts";
import { beginWorker } from "./support/worker.ts";

const skip = withoutRedis;
const WORKER = ["worker", "--encoder", "software", "--allow-cpu"];

test("the worker is killed: the film goes to another one and has its attempt again", {
  skip,
}, async (context) => {
  const { house, redis } = await newFarHouse(context);
  await putClip("lasting", join(house.root, "Long.avi"));
  const control = await house.start();
  const doomed = startCli(context, [...WORKER, "--name", "doomed", "--redis", redis.url]);
  const { id } = await house.becomes("Long.avi", "Processing");
  await until("it is at work", () => control.progressOf(id)?.worker === "doomed");
  doomed.child.kill("SIGKILL");
  beginWorker(redis);
  await house.becomes("Long.avi", "Completed");
  const attempts = control.store.jobs.forAsset(id, 5).map(({ worker, problemCode }) => [worker, problemCode]);
  assert.deepEqual(attempts, [
    ["attic", null],
    ["doomed", "worker-lost"],
  ]);
  assert.equal(control.store.assets.byId(id)?.attempt, 0);
  assertNoPartials(house.root);
});

test("Redis dies and comes back empty: what was out is begun anew, by itself", { skip }, async (context) => {
  const { house, redis } = await newFarHouse(context);
  await putClip("lasting", join(house.root, "Long.avi"));
  const control = await house.start();
  beginWorker(redis);
  const { id } = await house.becomes("Long.avi", "Processing");
  await until("it is at work", () => control.progressOf(id)?.worker === "attic");
  await redis.kill();
  await until("it is said", () =>
    control.overview().warnings.some(({ code }) => code === "redis-unreachable"),
  );
  assert.equal(control.store.assets.byId(id)?.state, "Processing", "nothing is given up for that");
  await redis.start();
  const asset = await house.becomes("Long.avi", "Completed");
  assert.deepEqual(control.overview().warnings, []);
  assert.deepEqual(
    control.store.jobs.forAsset(id, 5).map((each) => each.problemCode),
    [null, "worker-lost"],
  );
  assert.equal(asset.attempt, 0);
  await until("nothing else is left", () => filesBelow(house.root).length === 2);
});

test("a program that is started without Redis gives back what was out", { skip }, async (context) => {
  const { house, redis } = await newFarHouse(context);
  await putClip("picture", join(house.root, "Film.avi"));
  startFarWorker(redis);
  await house.start();
  await house.becomes("Film.avi", "Processing");
  await house.start(undefined, { redis: undefined });
  const asset = await house.becomes("Film.avi", "Queued");
  assert.equal(asset.attempt, 0);
});

test("a worker that lies is not believed, and its file goes", { skip }, async (context) => {
  const { house, redis } = await newFarHouse(context);
  await putClip("remux", join(house.root, "Film.mkv"));
  const before = sha256(join(house.root, "Film.mkv"));
  const far = startFarWorker(redis);
  far.take("copies", async (order) => lie(order, 7));
  await house.start();
  const { problem, asset } = await house.failsOnce("Film.mkv");
  assert.equal(problem, "result-differs");
  assert.equal(asset.attempt, 1, "an attempt is used up");
  assert.deepEqual(filesBelow(house.root), ["Film.mkv"]);
  assert.equal(sha256(join(house.root, "Film.mkv")), before);
});

test("a film that was just done when a person stops it leaves no file", { skip }, async (context) => {
  const { house, redis } = await newFarHouse(context);
  await putClip("remux", join(house.root, "Film.mkv"));
  startFarWorker(redis).take("copies", async (order) => lie(order, 7));
  // So long what it made is looked for, and so long it can be stopped after it was done.
  const control = await house.start(undefined, { redis: { address: redis.url, patienceMs: 60_000 } });
  const { id } = await house.becomes("Film.mkv", "Processing");
  await eventually("it is done there", async () => {
    const keys = await redis.client.keys("cvc:copies-*:completed");
    return keys.length > 0 && filesBelow(house.root).length === 2;
  });
  control.cancel(id);
  await house.becomes("Film.mkv", "Failed");
  await house.stop();
  assert.deepEqual(filesBelow(house.root), ["Film.mkv"]);
});

test("a worker that falls silent is given up; what it still brings is refused and swept", {
  skip,
}, async (context) => {
  const { house, redis } = await newFarHouse(context);
  await putClip("remux", join(house.root, "Film.mkv"));
  const far = startFarWorker(redis);
  const late = Promise.withResolvers<void>();
  const tokens: string[] = [];
  far.take("copies", async (order) => {
    tokens.push(order.token);
    await late.promise;
    return lie(order, 7);
  });
  const control = await house.start();
  const { id } = await house.becomes("Film.mkv", "Processing");
  await until("it was taken", () => tokens.length === 1);
  far.fallSilent();
  const asset = await house.becomes("Film.mkv", "Queued");
  assert.equal(asset.problemCode, "worker-lost");
  assert.equal(asset.attempt, 0);
  late.resolve();
  await eventually("the old token is in Redis no more", async () => {
    const keys = await redis.client.keys(`cvc:copies-*:${tokens[0]}`);
    return keys.length === 0;
  });
  await until("what it brought is swept", () => filesBelow(house.root).join() === "Film.mkv");
  assert.equal(control.store.assets.byId(id)?.state, "Queued", "nothing came of it");
});

test("Redis is not there at the start: this machine works, and workers join when it is", {
  skip,
}, async (context) => {
  const { house, redis } = await newFarHouse(context, { works: true });
  await redis.kill();
  await putClip("remux", join(house.root, "Here.mkv"));
  const control = await house.start();
  await house.becomes("Here.mkv", "Completed");
  assert.equal(control.overview().warnings[0]?.code, "redis-unreachable");
  await redis.start();
  beginWorker(redis);
  await until("it is there", () => control.elsewhere?.list().length === 1);
  assert.deepEqual(control.overview().warnings, []);
  const stop = house.stop();
  await redis.kill();
  await stop;
});

test("a worker that is asked to end in the middle gives its film back at once", { skip }, async (context) => {
  const { house, redis } = await newFarHouse(context);
  await putClip("lasting", join(house.root, "Long.avi"));
  const control = await house.start();
  const args = [...WORKER, "--name", "leaving", "--grace-seconds", "0", "--redis", redis.url];
  const leaving = startCli(context, args);
  const { id } = await house.becomes("Long.avi", "Processing");
  await until("it is at work", () => control.progressOf(id)?.worker === "leaving");
  leaving.child.kill("SIGTERM");
  await once(leaving.child, "close");
  const asset = await house.becomes("Long.avi", "Queued");
  assert.equal(asset.attempt, 0);
  assertNoPartials(house.root);
});
