import assert from "node:assert/strict";
import { test } from "node:test";
import { createRests } from "../src/apps/pool-rests.ts";
import { Problem, type ProblemCode } from "../src/core/problem.ts";

const OF_THE_WORKER: readonly ProblemCode[] = [
  ...([
    "scratch-full",
    "work-unknown",
    "transfer-damaged",
    "transfer-out-of-step",
    "transfer-failed",
  ] as const),
  ...(["worker-sees-other", "gpu-failed"] as const),
];

for (const code of OF_THE_WORKER)
  test(`workers who meet ${code} are given nothing for a while`, () => {
    let now = 1_000_000;
    const rests = createRests(() => now);
    assert.equal(rests.note("encodes-1", new Problem(code, "")), true);
    assert.equal(rests.isResting("encodes-1"), true);
    assert.equal(rests.isResting("encodes-2"), false);
    now += 61_000;
    assert.equal(rests.isResting("encodes-1"), false);
  });

test("what a film is like makes nobody rest", () => {
  const rests = createRests(() => 0);
  assert.equal(rests.note("encodes-1", new Problem("verification-failed", "")), false);
  assert.equal(rests.isResting("encodes-1"), false);
});
