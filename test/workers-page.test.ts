/** Workers on other machines as a person sees them: on the page, in the API, in the metrics, by the doctor. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { redisFinding } from "../src/apps/doctor/redis.ts";
import { buildServer } from "../src/apps/http/server.ts";
import { startFarWorker } from "./support/far-worker.ts";
import { newFarHouse } from "./support/lanes.ts";
import { until } from "./support/orchestrator.ts";
import { withoutRedis } from "./support/redis.ts";

test("a worker appears, says how it is, and is paused and resumed", {
  skip: withoutRedis,
}, async (context) => {
  const { house, redis } = await newFarHouse(context);
  const control = await house.start();
  const app = buildServer(control);
  context.after(() => app.close());
  assert.match((await app.inject("/system/workers")).body, /None was heard of yet/);
  startFarWorker(redis, {
    name: "<b>cellar",
    encoder: { name: "nvenc", codec: "h264_nvenc", isHardware: true },
    cards: [
      { index: 0, name: "NVIDIA <i>A", degrees: 61, encoderPercent: 40, isHot: false },
      { index: 1, name: "B", degrees: 91, encoderPercent: null, isHot: true },
    ],
  });
  await until("it is there", () => control.elsewhere?.list().length === 1);
  const { body } = await app.inject("/system");
  assert.match(body, /&lt;b&gt;cellar/);
  assert.match(body, /NVIDIA &lt;i&gt;A<\/dt><dd>61 °C, 40 % busy/);
  assert.match(body, /B<\/dt><dd>91 °C, too hot: it takes no film before it is cooler/);
  const listed = (await app.inject("/api/workers")).json();
  assert.equal(listed.redis.state, "ready");
  assert.deepEqual(
    listed.workers.map((each: { elsewhere: { state: string } | null }) => each.elsewhere?.state ?? "here"),
    ["here", "working"],
  );
  const name = encodeURIComponent("<b>cellar");
  const paused = await app.inject({ method: "POST", url: `/api/workers/${name}/pause` });
  assert.equal(paused.json().workers[1].elsewhere.isPaused, true);
  assert.equal(control.elsewhere?.slots("encodes"), 0, "it is given nothing from now on");
  const resumed = await app.inject({ method: "POST", url: `/system/workers/${name}/resume` });
  assert.equal(resumed.statusCode, 204);
  assert.equal(control.elsewhere?.list()[0]?.isPaused, false);
  const unknown = await app.inject({ method: "POST", url: "/api/workers/nobody/pause" });
  assert.deepEqual([unknown.statusCode, unknown.json().code], [404, "worker-not-found"]);
});

test("the doctor looks at Redis", { skip: withoutRedis }, async (context) => {
  const { redis } = await newFarHouse(context);
  const good = await redisFinding(redis.url);
  assert.deepEqual([good.state, good.mend], ["ok", ""]);
  assert.match(good.detail, /^version \d+\.\d+\.\d+, answers in \d+\.\d ms$/);
  await redis.client.config("SET", "maxmemory-policy", "allkeys-lru");
  const throwing = await redisFinding(redis.url);
  assert.equal(throwing.state, "bad");
  assert.match(throwing.mend, /noeviction/);
  await redis.kill();
  const away = await redisFinding(redis.url.replace("://", "://user:secret@"));
  assert.equal(away.state, "bad");
  assert.doesNotMatch(JSON.stringify(away), /secret/);
});
