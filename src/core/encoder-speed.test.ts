import assert from "node:assert/strict";
import { test } from "node:test";
import { type Reached, speedOf } from "./encoder-speed.ts";
import { learn, measuredThought, thoughtOf } from "./learned-time.ts";

const at = (...points: readonly (readonly [number, number])[]): readonly Reached[] =>
  points.map(([atMs, playingSeconds]) => ({ atMs, playingSeconds }));

const ROWS: readonly (readonly [string, readonly Reached[], number | null])[] = [
  ["from the first picture to the last", at([0, 0], [2000, 1], [3000, 2], [4000, 3]), 30],
  ["a fast card", at([500, 1], [10_500, 101]), 300],
  ["nothing came out", at([0, 0], [9000, 0]), null],
  ["too short to say", at([100, 1], [400, 60]), null],
  ["it stood still", at([0, 1], [9000, 1]), null],
  ["nothing at all", [], null],
];
for (const [name, reached, wanted] of ROWS) test(name, () => assert.equal(speedOf(reached), wanted));

test("what was measured stands until films were made, and own runs count more", () => {
  assert.equal(measuredThought([]), null);
  const slow = measuredThought([30]) ?? assert.fail();
  const fast = measuredThought([200, 400]) ?? assert.fail();
  assert.ok(Math.abs(Math.exp(slow.middle - fast.middle) - 10) < 1e-9, "the mean of all cards");
  assert.ok(slow.doubt < thoughtOf("video", true).doubt, "narrower than what other machines took");
  const own = learn(fast, [0, 0, 0, 0, 0, 0, 0, 0]);
  assert.ok(Math.abs(own.middle) < Math.abs(fast.middle) / 2);
});
