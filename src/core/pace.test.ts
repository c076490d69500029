import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addToPace, fewOf, fromStored, MAX_POINTS, NO_PACE, type Pace, toStored } from "./pace.ts";

const said = (seconds: number, more: object = {}) => ({
  percent: null,
  fps: 50,
  speed: 2,
  etaSeconds: null,
  outTimeSeconds: seconds * 2,
  bytes: seconds * 1_000_000,
  ...more,
});

const after = (seconds: number, pace: Pace = NO_PACE): Pace => {
  let grown = pace;
  for (let at = 1; at <= seconds; at++) grown = addToPace(grown, at, said(at));
  return grown;
};

describe("the pace of a job", () => {
  it("has a point a second, each with the bits written since the one before", () => {
    assert.deepEqual(after(2).points, [
      { seconds: 1, speed: 2, fps: 50, bitrateBps: 4_000_000, degrees: null },
      { seconds: 2, speed: 2, fps: 50, bitrateBps: 4_000_000, degrees: null },
    ]);
  });

  it("says how hot the card was", () => {
    const pace = addToPace(addToPace(NO_PACE, 1, said(1), 61), 2, said(2), 63);
    assert.deepEqual(
      fromStored(toStored(pace.points)).map((each) => each.degrees),
      [61, 63],
    );
  });

  it("takes no second point within its interval", () => {
    assert.equal(addToPace(after(2), 2.5, said(2.5)).points.length, 2);
  });

  it("stays bounded over a day, from the beginning to the end", () => {
    const { points, everySeconds } = after(86_400);
    assert.ok(points.length <= MAX_POINTS && points.length > MAX_POINTS / 3, String(points.length));
    assert.ok(everySeconds >= 86_400 / MAX_POINTS);
    assert.ok((points[0]?.seconds ?? 1e9) <= everySeconds * 2);
    assert.ok((points.at(-1)?.seconds ?? 0) > 86_400 - 2 * everySeconds);
  });

  it("says nothing of a rate where ffmpeg says nothing, or begins its file anew", () => {
    const [first] = addToPace(NO_PACE, 1, said(1, { outTimeSeconds: null, bytes: null })).points;
    assert.equal(first?.bitrateBps, null);
    assert.equal(addToPace(after(3), 5, said(1)).points.at(-1)?.bitrateBps, null);
  });

  it("gives a few for a table, the first and the last among them", () => {
    const { points } = after(200);
    const few = fewOf(points, 12);
    assert.equal(few.length, 12);
    assert.deepEqual([few[0], few.at(-1)], [points[0], points.at(-1)]);
    assert.equal(fewOf(points.slice(0, 3), 12).length, 3);
  });

  it("is stored and read back; what is no pace is none", () => {
    const { points } = after(5);
    assert.deepEqual(fromStored(JSON.parse(JSON.stringify(toStored(points)))), points);
    assert.deepEqual(fromStored("x"), []);
    assert.deepEqual(fromStored([null, ["a"], [1, "x", null]]), [
      { seconds: 1, speed: null, fps: null, bitrateBps: null, degrees: null },
    ]);
  });
});
