import assert from "node:assert/strict";
import { it } from "node:test";
import { doneOf, sumProgress } from "./part-progress.ts";

const latest = (outTimeSeconds: number, speed: number) => ({
  ...{ percent: null, fps: 25 * speed, speed, etaSeconds: null, outTimeSeconds, bytes: 1000 },
});

it("sums what is made, and the speed of what is in work", () => {
  const parts = [
    { seconds: 60, isDone: true, latest: latest(59, 2) },
    { seconds: 60, isDone: false, latest: latest(30, 2) },
    { seconds: 60, isDone: false, latest: latest(10, 1) },
    { seconds: 60, isDone: false, latest: null },
  ];
  assert.deepEqual(sumProgress(parts), {
    ...{ percent: 41, fps: 75, speed: 3, etaSeconds: 47, outTimeSeconds: 100, bytes: 3000 },
  });
  assert.deepEqual(doneOf(parts), { done: 1, of: 4 });
});

it("says nothing that nobody said", () => {
  assert.deepEqual(sumProgress([{ seconds: 60, isDone: false, latest: null }]), {
    ...{ percent: 0, fps: null, speed: null, etaSeconds: null, outTimeSeconds: 0, bytes: null },
  });
});
