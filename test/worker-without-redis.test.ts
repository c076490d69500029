/** A worker whose hold on a film, or whose Redis, is lost. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { filesBelow } from "./support/orchestrator.ts";
import { startRedis, withoutRedis } from "./support/redis.ts";
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

for (const isShort of [true, false])
  test(`Redis is away ${isShort ? "for a moment" : "for too long"}`, { skip }, async (context) => {
    const redis = await startRedis(context, { keeps: true });
    const giver = createWorkGiver(context, redis);
    const order = await giver.order("long", "A/Long.avi");
    await giver.sayLibraries();
    beginWorker(redis, { lockMs: isShort ? 60_000 : 3_000 });
    const hello = await giver.hello("it is there");
    const given = await giver.give(hello, "encodes", order);
    await eventually("it writes", async () => partialsIn(filesBelow(giver.root)).length > 0);
    await redis.kill();
    if (!isShort) await eventually("it gave up", async () => partialsIn(filesBelow(giver.root)).length === 0);
    else await new Promise((resolve) => setTimeout(resolve, 2000));
    await redis.start();
    if (isShort) return assert.equal((await giver.result(hello, given)).kind, "converted");
    await giver.hello("it is back", (each) => each.running.length === 0);
    const next = await giver.give(hello, "copies", await giver.order("remux", "A/Next.mkv"));
    assert.equal((await giver.result(hello, next)).kind, "converted");
    await assert.rejects(giver.result(hello, given), /stalled/);
  });
