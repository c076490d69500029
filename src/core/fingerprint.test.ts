import assert from "node:assert/strict";
import { test } from "node:test";
import { compareIdentity, type Look, sampledRanges, settle, toMicroseconds } from "./fingerprint.ts";

const KIB = 1024;

test("the sampled ranges of a size", () => {
  const rows: readonly (readonly [number, readonly (readonly [number, number])[]])[] = [
    [0, [[0, 0]]],
    [1, [[0, 1]]],
    [192 * KIB, [[0, 192 * KIB]]],
    [
      192 * KIB + 1,
      [
        [0, 64 * KIB],
        [64 * KIB, 64 * KIB],
        [128 * KIB + 1, 64 * KIB],
      ],
    ],
    [
      8_000_000_000,
      [
        [0, 64 * KIB],
        [3_999_967_232, 64 * KIB],
        [7_999_934_464, 64 * KIB],
      ],
    ],
  ];
  for (const [size, expected] of rows)
    assert.deepEqual(
      sampledRanges(size).map(({ offset, length }) => [offset, length]),
      expected,
      String(size),
    );
});

test("identity is size and content; a new time alone is a touch", () => {
  const known = { sizeBytes: 10, modifiedUs: 5, fingerprint: "a" };
  const rows = [
    [{}, "same"],
    [{ modifiedUs: 6 }, "touched"],
    [{ fingerprint: "b" }, "changed"],
    [{ sizeBytes: 11 }, "changed"],
    [{ fingerprint: "b", modifiedUs: 6 }, "changed"],
  ] as const;
  for (const [change, expected] of rows)
    assert.equal(compareIdentity(known, { ...known, ...change }), expected, JSON.stringify(change));
});

test("microseconds are whole and safe", () => {
  assert.equal(toMicroseconds(1_700_000_000_000.1235), 1_700_000_000_000_124);
  assert.equal(toMicroseconds(1e300), Number.MAX_SAFE_INTEGER);
  assert.equal(toMicroseconds(-1e300), -Number.MAX_SAFE_INTEGER);
});

test("a file has settled when its time is old or it looked the same long enough", () => {
  const now = 1_000_000_000;
  const file = (ageSeconds: number, sizeBytes = 1) => ({
    sizeBytes,
    modifiedUs: (now - ageSeconds * 1000) * 1000,
  });
  const look = (of: ReturnType<typeof file>, agoSeconds: number): Look => ({
    ...of,
    sinceMs: now - agoSeconds * 1000,
  });
  const rows: readonly (readonly [string, ReturnType<typeof file>, Look | undefined, boolean])[] = [
    ["old", file(31), undefined, true],
    ["exactly old enough", file(30), undefined, true],
    ["fresh, first look", file(29), undefined, false],
    ["fresh, seen the same long ago", file(5), look(file(5), 30), true],
    ["fresh, seen the same just now", file(5), look(file(5), 29), false],
    ["fresh, grew since", file(5, 2), look(file(5, 1), 60), false],
    ["in the future, first look", file(-86_400), undefined, false],
    ["in the future, seen the same long ago", file(-86_400), look(file(-86_400), 30), true],
    ["the clock went back since the look", file(5), look(file(5), -3600), false],
  ];
  for (const [name, found, before, expected] of rows)
    assert.equal(settle(found, before, 30, now).isSettled, expected, name);
  assert.equal(
    settle(file(-10), undefined, 0, now).isSettled,
    true,
    "nothing waits when settle_seconds is 0",
  );
  assert.equal(
    settle(file(5), look(file(5), -3600), 30, now).look.sinceMs,
    now,
    "a look from the future starts anew",
  );
});
