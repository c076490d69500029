/** A program that was killed leaves nothing of a film's parts: no file, and no order that a worker would still do. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { WRITING } from "../src/apps/job.ts";
import { sweepQueue } from "../src/apps/remote-sweep.ts";
import type { WorkOrder } from "../src/core/work-order.ts";
import { sweepPartials } from "../src/edges/library-write.ts";
import { createWorkQueue } from "../src/edges/work-queue.ts";
import { recover } from "../src/steps/recover.ts";
import { filesBelow, until } from "./support/orchestrator.ts";
import { startRedis, withoutRedis } from "./support/redis.ts";
import { newBench } from "./support/running.ts";
import { NOW, queue } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const PART = `${TOKEN}0002`;
const OTHER = "f".repeat(32);

/** A film in work, of which a worker has a part. */
const killed = (context: TestContext) => {
  const root = tempFolder(context);
  const { running } = newBench(context, root);
  const { store } = running;
  const asset = queue(store, "Film.mkv", { library: "films", work: "video" });
  store.assets.claim({ works: ["video"], token: TOKEN, now: NOW });
  store.jobs.start({
    ...{ assetId: asset.id, token: TOKEN, attempt: 1, work: "video", encoder: "libx264" },
    ...{ command: [], startedAt: NOW },
  });
  for (const name of [`${TOKEN}.partial.part-001.mp4`, `${PART}.partial.mp4`, `${OTHER}.partial.mp4`])
    writeFileSync(join(root, `.Film.${name}`), "x");
  const deps = { store, files: WRITING, now: () => NOW, sweepPartials, isLibraryThere: async () => true };
  return { root, running, again: () => recover(deps, () => [root]) };
};

test("the files of its parts are gone after the start", async (context) => {
  const { root, again } = killed(context);
  await again();
  assert.deepEqual(filesBelow(root), [`.Film.${OTHER}.partial.mp4`]);
});

test("orders for its parts are taken out of Redis, and nobody else's", {
  skip: withoutRedis,
}, async (context) => {
  const { running, again } = killed(context);
  const redis = await startRedis(context);
  const work = createWorkQueue(redis.url, { onState: () => {}, onEvent: () => {} });
  redis.before(() => work.close());
  await until("Redis answers", () => work.state().kind === "ready");
  const stranger = `${OTHER}0002`;
  for (const token of [PART, stranger]) await work.send("encodes-a", { token } as WorkOrder);
  await sweepQueue(running, work, "encodes-a", (token) => token === PART);
  assert.deepEqual((await work.tokens("encodes-a")).toSorted(), [PART, stranger], "it is waited for");
  await again();
  await sweepQueue(running, work, "encodes-a", () => false);
  assert.deepEqual(await work.tokens("encodes-a"), [stranger]);
});
