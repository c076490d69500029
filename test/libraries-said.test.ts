/** What workers are told of libraries, and how many connections queues have. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { librariesSaid } from "../src/apps/libraries-said.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { createWorkQueue } from "../src/edges/work-queue.ts";
import { eventually } from "./support/lanes.ts";
import { startRedis, withoutRedis } from "./support/redis.ts";
import { NOW, newStore } from "./support/store.ts";

const HOUR_MS = 3_600_000;

test("a library is told by several films that lie still, from different places", (context) => {
  const { store } = newStore(context);
  const settings = settingsFrom({ libraries: { films: { root: "/films" } } });
  const said = (): readonly string[] =>
    librariesSaid({ settings, store, now: () => NOW })[0]?.known.map(({ path }) => path) ?? [];
  assert.deepEqual(said(), [], "none is there");
  const put = (path: string, modifiedAt: number): void => {
    const seen = { library: "films", path, sizeBytes: 1000, modifiedUs: modifiedAt * 1000 };
    const { id } = store.assets.insert({ ...seen, fingerprint: null, foundAt: NOW, priority: 0 });
    store.assets.apply(id, "assessed-needs-work", { now: NOW, work: "copy" });
  };
  put("Alien.mkv", NOW - 10_000);
  assert.deepEqual(said(), [], "it may be growing still");
  for (const name of ["Aliens", "Amelie", "Avatar", "Heat", "Up"]) put(`${name}.mkv`, NOW - 2 * HOUR_MS);
  assert.deepEqual(said().toSorted(), ["Aliens.mkv", "Amelie.mkv", "Heat.mkv", "Up.mkv"]);
});

test("however many queues are asked of, 64 have a connection", { skip: withoutRedis }, async (context) => {
  const redis = await startRedis(context);
  const work = createWorkQueue(redis.url, { onEvent: () => {}, onState: () => {} });
  redis.before(work.close);
  await eventually("Redis answers", async () => work.state().kind === "ready");
  const names = Array.from({ length: 80 }, (_, at) => `copies-${at}`);
  for (const name of names) assert.equal((await work.look(name, "ab")).kind, "unknown");
  const count = async (): Promise<number> =>
    String(await redis.client.call("CLIENT", "LIST"))
      .trim()
      .split("\n").length;
  await eventually("they are connected", async () => (await count()) >= 64);
  // Its own two and that of the test.
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(await count(), 64 + 3);
});
