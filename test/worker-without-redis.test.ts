/** A worker whose hold on a film, or whose Redis, is lost. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createFfmpeg } from "../src/edges/ffmpeg.ts";
import { filesBelow } from "./support/orchestrator.ts";
import { startRedis, withoutRedis } from "./support/redis.ts";
import { tempFolder } from "./support/temp.ts";
import { createWorkGiver, eventually, partialsIn } from "./support/work-giver.ts";
import { beginWorker } from "./support/worker.ts";

const skip = withoutRedis;

test("an order whose hold is lost is stopped, its files go, and nothing is answered", {
  skip,
}, async (context) => {
  const redis = await startRedis(context);
  const giver = createWorkGiver(context, redis);
  const order = await giver.order("long", "A/Long.avi");
  await giver.sayLibraries();
  beginWorker(redis, { lockMs: 6_000 });
  const hello = await giver.hello("it is there");
  const given = await giver.give(hello, "encodes", order);
  await eventually("it writes", async () => partialsIn(filesBelow(giver.root)).length > 0);
  await redis.client.del(`cvc:${giver.queue(hello, "encodes").name}:${order.token}:lock`);
  await giver.hello("it let go", (each) => each.running.length === 0);
  assert.deepEqual(partialsIn(filesBelow(giver.root)), []);
  const job = await eventually("it is said to have stalled", async () => {
    const found = await giver.job(hello, given);
    return found?.finishedOn === undefined ? null : found;
  });
  assert.match(job.failedReason ?? "", /stalled/);
});

/** ffmpeg that first does nothing for a while, so that a film is in work for a while on any machine. */
const slowFfmpeg = (context: TestContext, seconds: number) => {
  const path = join(tempFolder(context), "ffmpeg");
  writeFileSync(path, `#!/bin/sh\nsleep ${seconds}\nexec ffmpeg "$@"\n`, { mode: 0o755 });
  return createFfmpeg(path);
};

test("Redis is away for a moment: the film in work goes on", { skip }, async (context) => {
  const redis = await startRedis(context, { keeps: true });
  const giver = createWorkGiver(context, redis);
  const order = await giver.order("picture", "A/Film.avi");
  await giver.sayLibraries();
  beginWorker(redis, { lockMs: 60_000, ffmpeg: slowFfmpeg(context, 3) });
  const hello = await giver.hello("it is there");
  const given = await giver.give(hello, "encodes", order);
  await giver.hello("it works on it", (each) => each.running.includes(order.token));
  await redis.kill();
  await redis.start();
  assert.equal((await giver.result(hello, given)).kind, "converted");
});

test("Redis is away for too long: the film is given up, and the worker goes on by itself", {
  skip,
}, async (context) => {
  const redis = await startRedis(context, { keeps: true });
  const giver = createWorkGiver(context, redis);
  const order = await giver.order("long", "A/Long.avi");
  await giver.sayLibraries();
  beginWorker(redis, { lockMs: 3_000 });
  const hello = await giver.hello("it is there");
  const given = await giver.give(hello, "encodes", order);
  await eventually("it writes", async () => partialsIn(filesBelow(giver.root)).length > 0);
  await redis.kill();
  await eventually("it gave up", async () => partialsIn(filesBelow(giver.root)).length === 0);
  await redis.start();
  await giver.hello("it is back", (each) => each.running.length === 0);
  const next = await giver.give(hello, "copies", await giver.order("remux", "A/Next.mkv"));
  assert.equal((await giver.result(hello, next)).kind, "converted");
  await assert.rejects(giver.result(hello, given), /stalled/);
});
