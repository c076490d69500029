import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Learned, NINE_OF_TEN } from "./learned-time.ts";
import { accuracyOf, type LaneTime, timeOf, wholeTime } from "./queue-time.ts";

const known: Learned = { middle: Math.log(2), spread: 0.4, doubt: 0.1, tail: 0 };
const near = (one: number, other: number): void =>
  assert.ok(Math.abs(one / other - 1) < 1e-9, `${one} is not ${other}`);

test("nothing takes no time", () => {
  assert.deepEqual(timeOf([]), [0, 0]);
  assert.deepEqual(timeOf([{ films: 0, nominalSeconds: 0, learned: known }]), [0, 0]);
});

test("one film takes the middle multiple, more or less by what films differ in and what is not known", () => {
  const [low, high] = timeOf([{ films: 1, nominalSeconds: 600, learned: known }]);
  near(Math.sqrt(low * high), 1200);
  near(Math.log(high / low), 2 * NINE_OF_TEN * Math.hypot(0.4, 0.1));
});

test("over many films what they differ in evens out, what is not known of the machine does not", () => {
  const width = (films: number): number => {
    const [low, high] = timeOf([{ films, nominalSeconds: 600 * films, learned: known }]);
    return Math.log(high / low);
  };
  assert.ok(width(10) < width(1) && width(1000) < width(10));
  assert.ok(Math.abs(width(1e6) - 2 * NINE_OF_TEN * 0.1) < 1e-3);
});

test("what few take far longer is part of the high end of many, and not of one", () => {
  const high = (films: number, tail: number): number =>
    timeOf([{ films, nominalSeconds: 600 * films, learned: { ...known, tail } }])[1];
  near(high(1, 0.5), high(1, 0));
  near(high(100, 0.5) - high(100, 0), 60_000 * 2 * 0.5 * 0.99);
});

test("a range is never upside down, and grows with what waits", () => {
  const part = fc.record({
    films: fc.integer({ min: 1, max: 100_000 }),
    nominalSeconds: fc.double({ min: 1, max: 1e9, noNaN: true }),
    learned: fc.record({
      middle: fc.double({ min: -3, max: 3, noNaN: true }),
      spread: fc.double({ min: 0, max: 1.5, noNaN: true }),
      doubt: fc.double({ min: 0, max: 1.5, noNaN: true }),
      tail: fc.double({ min: 0, max: 3, noNaN: true }),
    }),
  });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
      const [low, high] = timeOf(parts);
      assert.ok(low > 0 && low <= high && Number.isFinite(high));
      const [, more] = timeOf(parts.map((each) => ({ ...each, nominalSeconds: 2 * each.nominalSeconds })));
      assert.ok(more > high);
    }),
  );
});

const lane = (more: Partial<LaneTime>): LaneTime => ({
  seconds: [0, 0],
  films: 10,
  places: 1,
  isLearned: true,
  ...more,
});

test("lanes run beside each other in all their places; of a machine of which nothing is known at worst one after the other", () => {
  const copies = lane({ seconds: [40, 80], places: 2 });
  const encodes = lane({ seconds: [100, 200] });
  assert.deepEqual(wholeTime([copies, encodes]), [100, 200]);
  assert.deepEqual(wholeTime([copies, { ...encodes, isLearned: false }]), [100, 280]);
  assert.deepEqual(wholeTime([copies, { ...encodes, places: 10 }]), [20, 40]);
  assert.deepEqual(
    wholeTime([copies, { ...encodes, films: 2, places: 10 }]),
    [50, 100],
    "two films, two places",
  );
  assert.deepEqual(wholeTime([copies, lane({ films: 0, isLearned: false })]), [20, 40]);
  assert.deepEqual(wholeTime([]), [0, 0]);
});

test("how good times were: how many lay within, and how far the middle was off for the film in the middle", () => {
  assert.deepEqual(accuracyOf([]), { films: 0, within: 0, medianError: null });
  const told = [
    { low: 5, high: 20, seconds: 10 },
    { low: 5, high: 20, seconds: 5 },
    { low: 5, high: 20, seconds: 40 },
  ];
  assert.deepEqual(accuracyOf(told), { films: 3, within: 2, medianError: 0.75 });
});
