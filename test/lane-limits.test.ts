/** Films that failed alike get their attempts back; what a person stopped meanwhile stays stopped. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { settleFailure } from "../src/apps/job-failure.ts";
import { Problem } from "../src/core/problem.ts";
import { newBench } from "./support/running.ts";
import { queue } from "./support/store.ts";

test("one that a person stopped after it had failed is not queued again with those that failed alike", (context) => {
  const { running, pass } = newBench(context, "/films", undefined, {
    operational: { encoder: "software", gpu_only: false, pause_after_failures: 3, max_attempts: 2 },
  });
  const { store } = running;
  const ids = ["a.mkv", "b.mkv", "c.mkv"].map((path) => queue(store, path).id);
  const end = (id: number, problem: Problem): void => {
    const token = `${store.events.latest({ limit: 1 })[0]?.id}`;
    const asset = store.assets.claim({ works: ["copy", "audio", "video"], token, now: running.now(), id });
    assert.ok(asset);
    settleFailure(running, { asset, token, problem, assessment: null });
    pass(3600_000);
  };
  const [stopped = 0, twice = 0, last = 0] = ids;
  const failed = new Problem("conversion-failed", "as all of them");
  end(stopped, failed);
  end(stopped, new Problem("cancelled"));
  end(twice, failed);
  end(twice, failed);
  assert.equal(store.assets.byId(twice)?.state, "Failed");
  end(last, failed);
  assert.equal(running.limits.failing().length, 1);
  const said = ids
    .map((id) => store.assets.byId(id))
    .map((each) => [each?.state, each?.problemCode, each?.attempt]);
  assert.deepEqual(said, [
    ["Failed", "cancelled", 2],
    ["Queued", null, 1],
    ["Queued", "conversion-failed", 0],
  ]);
});
