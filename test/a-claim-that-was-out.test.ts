/** A film that was with workers when the program ended, and that is asked for no more at the next start. */
import { join } from "node:path";
import { test } from "node:test";
import { putClip } from "./support/clips.ts";
import { startFarWorker } from "./support/far-worker.ts";
import { newFarHouse } from "./support/lanes.ts";
import { newHouse, until } from "./support/orchestrator.ts";
import { withoutRedis } from "./support/redis.ts";

test("its library is taken out of the settings: its attempt ends", {
  skip: withoutRedis,
}, async (context) => {
  const { house, redis } = await newFarHouse(context);
  await putClip("remux", join(house.root, "Film.mkv"));
  startFarWorker(redis);
  await house.start();
  const { id } = await house.becomes("Film.mkv", "Processing");
  await house.stop();
  const other = newHouse(context, {
    ...{ root: join(house.root, "..", "others"), data: house.data, works: false },
    redis: { address: redis.url },
    settings: (root) => ({ libraries: { others: { root } } }),
  });
  const control = await other.start();
  await until("the claim is settled", () => control.store.assets.byId(id)?.state !== "Processing");
  await until("its attempt ended", () => control.store.jobs.unfinished().length === 0);
  await other.stop();
});
