/** A Redis that answers and takes nothing: it is full, or a copy of another one. A real orchestrator and a real Redis. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { buildServer } from "../src/apps/http/server.ts";
import { refusalOf } from "../src/edges/redis-refusals.ts";
import { putClip } from "./support/clips.ts";
import { startFarWorker } from "./support/far-worker.ts";
import { newFarHouse } from "./support/lanes.ts";
import { until } from "./support/orchestrator.ts";
import { type TestRedis, withoutRedis } from "./support/redis.ts";
import { beginWorker } from "./support/worker.ts";

const KINDS = {
  "is full": {
    begin: async ({ client }: TestRedis) => void (await client.config("SET", "maxmemory", "1")),
    end: async ({ client }: TestRedis) => void (await client.config("SET", "maxmemory", "0")),
    says: /OOM command not allowed/,
  },
  "is a copy of another one": {
    begin: async ({ client }: TestRedis) => void (await client.replicaof("127.0.0.1", 1)),
    end: async ({ client }: TestRedis) => void (await client.replicaof("NO", "ONE")),
    says: /READONLY/,
  },
} as const;

const CLAIMED_MS = 5_000;

for (const [what, { begin, end, says }] of Object.entries(KINDS))
  test(`a Redis that ${what}: films wait, nothing is claimed again and again, and it goes on by itself`, {
    skip: withoutRedis,
  }, async (context) => {
    const { house, redis } = await newFarHouse(context);
    const control = await house.start();
    const app = buildServer(control);
    control.pauseQueue();
    await putClip("remux", join(house.root, "Film.mkv"));
    await house.scan();
    beginWorker(redis);
    await until("a worker is there", () => control.elsewhere?.slots("copies") === 2);
    await begin(redis);
    control.resumeQueue();
    const warning = await until("it is said", () =>
      control.overview().warnings.find(({ code }) => code === "redis-refuses"),
    );
    assert.match(warning.sentence, says);
    assert.match((await app.inject("/system/workers")).body, /takes nothing/);
    assert.equal((await app.inject("/api/workers")).json().redis.state, "refuses");
    await app.close();
    await new Promise((resolve) => setTimeout(resolve, CLAIMED_MS));
    const { id, attempt, state } = await until("it is known", () => house.at("Film.mkv"));
    assert.deepEqual([state, attempt], ["Queued", 0]);
    const claims = control.store.jobs.forAsset(id, 100);
    assert.ok(claims.length <= 3, `${claims.length} claims in ${CLAIMED_MS} ms`);
    await end(redis);
    await house.becomes("Film.mkv", "Completed");
    assert.deepEqual(control.overview().warnings, []);
  });

test("a Redis that is full: what had been handed out goes back", {
  skip: withoutRedis,
}, async (context) => {
  const { house, redis } = await newFarHouse(context);
  const far = startFarWorker(redis);
  const control = await house.start();
  await until("a worker is there", () => control.elsewhere?.slots("copies") === 1);
  await putClip("remux", join(house.root, "Film.mkv"));
  await house.scan();
  const { id } = await house.becomes("Film.mkv", "Processing");
  await until("it waits in Redis", () => control.progressOf(id)?.phase === "waiting");
  await redis.client.config("SET", "maxmemory", "1");
  far.fallSilent();
  const asset = await house.becomes("Film.mkv", "Queued");
  assert.equal(asset.attempt, 0);
  await until("it is said", () => control.overview().warnings.some(({ code }) => code === "redis-refuses"));
});

const SAID = [
  ["OOM command not allowed when used memory > 'maxmemory'.", true],
  ["OOM command not allowed when used memory > 'maxmemory'. script: ab12, on @user_script:1.", true],
  [
    "ERR Error running script (call to f_ab): @user_script:9: -OOM command not allowed when used memory",
    true,
  ],
  ["READONLY You can't write against a read only replica. script: ab12, on @user_script:4.", true],
  ["MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.", true],
  ["NOREPLICAS Not enough good replicas to write.", true],
  ["NOPERM User worker has no permissions to run the 'set' command", true],
  ["ERR unknown command", false],
  ["Connection is closed.", false],
] as const;

for (const [message, refuses] of SAID)
  test(`${message.slice(0, 60)}: ${refuses ? "it takes nothing" : "says nothing of that"}`, () => {
    assert.equal(refusalOf(new Error(message)) !== null, refuses);
    assert.doesNotMatch(refusalOf(new Error(message)) ?? "", /script:/);
  });
