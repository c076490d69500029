import assert from "node:assert/strict";
import { test } from "node:test";
import { afterFailure, afterSuccess, type Breaker, CLOSED, placesOf, tryNow } from "./breaker.ts";
import { afterEncode, afterRefusal, type Learned, placesNow } from "./learned-places.ts";
import type { ProblemCode } from "./problem.ts";

const MINUTE_MS = 60_000;

const failures = (
  films: readonly (number | readonly [number, ProblemCode])[],
  before = CLOSED,
  now = 0,
): Breaker =>
  films.reduce<Breaker>((breaker, each) => {
    const [film, code] = typeof each === "number" ? [each, "conversion-failed" as const] : each;
    return afterFailure(breaker, { film, code, detail: "why" }, 3, now);
  }, before);

test("three different films that fail alike in a row open it, nothing less does", () => {
  assert.equal(failures([1, 2]).open, null);
  assert.equal(failures([1, 1, 1, 1, 2]).open, null, "one film again and again");
  assert.equal(failures([1, 2, [3, "conversion-stalled"], 4, 5]).open, null, "of another kind");
  assert.equal(
    failures([
      [1, "source-damaged"],
      [2, "source-damaged"],
      [3, "source-damaged"],
    ]).open,
    null,
  );
  assert.equal(failures([3], afterSuccess(failures([1, 2]))).open, null, "one went well");
  assert.deepEqual(failures([1, 2, 1, 3]).open?.films, [2, 1, 3]);
  assert.equal(afterFailure(CLOSED, { film: 1, code: "internal", detail: "" }, 0, 0), CLOSED, "never");
});

test("one film is tried after five minutes, then after twice as long, two hours at most", () => {
  let breaker = failures([1, 2, 3]);
  const waits: number[] = [];
  for (let film = 4, now = 0; film < 12; film++) {
    const until = breaker.open?.until ?? assert.fail("it is open");
    waits.push((until - now) / MINUTE_MS);
    assert.deepEqual([placesOf(breaker, 4, until - 1), placesOf(breaker, 4, until)], [0, 1]);
    now = until;
    breaker = failures([film], breaker, now);
  }
  assert.deepEqual(waits, [5, 10, 20, 40, 80, 120, 120, 120]);
  assert.deepEqual(breaker.open?.films, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  assert.equal(placesOf(tryNow(breaker, 9), 4, 9), 1, "a person asks");
  assert.equal(placesOf(afterSuccess(breaker), 4, 9), 4);
});

test("films whose row turned out to be of themselves open it no more", () => {
  const closed = afterSuccess(failures([1, 2, 3]));
  assert.equal(failures([1, 2, 3], closed).open, null);
  assert.deepEqual(failures([1, 4, 2, 5, 6], closed).open?.films, [4, 5, 6]);
});

test("what a card takes at once is learned, and more is tried later and later", () => {
  let learned: Learned | null = null;
  assert.equal(placesNow(learned, 4, 0), 4);
  // Four were begun together, and two refused.
  for (const others of [3, 2]) learned = afterRefusal(learned, others, 0);
  assert.deepEqual([placesNow(learned, 4, 0), learned?.until], [2, 10 * MINUTE_MS]);
  assert.equal(placesNow(learned, 4, 10 * MINUTE_MS), 3);
  learned = afterRefusal(learned, 2, 10 * MINUTE_MS);
  assert.deepEqual([learned.places, learned.until], [2, 30 * MINUTE_MS]);
  assert.equal(afterEncode(learned, 2, 30 * MINUTE_MS), learned);
  learned = afterEncode(learned, 3, 30 * MINUTE_MS);
  assert.equal(placesNow(learned, 4, 30 * MINUTE_MS), 4, "and one more at once");
  assert.equal(placesNow(afterRefusal(null, 0, 0), 4, 0), 1, "others have its sessions");
});
