import assert from "node:assert/strict";
import { test } from "node:test";
import { learn, NINE_OF_TEN, thoughtOf } from "./learned-time.ts";

const thought = thoughtOf("video", false);
/** How far apart the ends of one film's range are, as a multiple. */
const width = ({ spread, doubt }: typeof thought): number =>
  Math.exp(2 * NINE_OF_TEN * Math.hypot(spread, doubt));
const runs = (count: number, multiple: number, off = 0.1): readonly number[] =>
  Array.from({ length: count }, (_, at) => Math.log(multiple) + off * ((at % 3) - 1));

test("before a machine has done anything, the figures of other machines are the range, and a card is faster", () => {
  const ends = (of: typeof thought): readonly number[] =>
    [-1, 1].map((sign) =>
      Number(Math.exp(of.middle + sign * NINE_OF_TEN * Math.hypot(of.spread, of.doubt)).toFixed(3)),
    );
  assert.deepEqual(ends(thoughtOf("copy", false)), [0.25, 2.5]);
  assert.deepEqual(ends(thoughtOf("audio", true)), [0.4, 2.4]);
  assert.deepEqual(ends(thought), [0.167, 1.25]);
  assert.deepEqual(ends(thoughtOf("video", true)), [0.05, 0.25]);
  assert.equal(learn(thought, []), thought);
});

test("with each run more is known, and the range gets narrower", () => {
  const widths = [0, 1, 3, 10, 40].map((count) => width(learn(thought, runs(count, 0.3))));
  assert.deepEqual(
    widths,
    widths.toSorted((a, b) => b - a),
  );
  assert.ok((widths[4] ?? 9) < 1.9, `${widths[4]}`);
  const middle = Math.exp(learn(thought, runs(40, 0.3)).middle);
  assert.ok(Math.abs(middle - 0.3) < 0.02, `${middle}`);
});

test("a machine that is far slower than others is believed after some runs, and not after one", () => {
  const slow = (count: number): number => Math.exp(learn(thought, runs(count, 4)).middle);
  assert.ok(slow(1) < 2 && slow(10) > 2.7, `${slow(1)} ${slow(10)}`);
});

test("one run that took a night changes next to nothing", () => {
  const plain = learn(thought, runs(12, 0.3));
  const night = learn(thought, [...runs(12, 0.3), Math.log(300)]);
  assert.ok(Math.abs(night.middle - plain.middle) < 0.12);
  assert.ok(width(night) < 1.5 * width(plain));
  assert.equal(plain.tail, 0);
  assert.ok(night.tail > 1 && night.tail < 2, `one of thirteen, twenty times as long: ${night.tail}`);
});

test("runs that are all alike leave a doubt: tomorrow is another day", () => {
  const alike = learn(thought, runs(40, 0.3, 0));
  assert.ok(width(alike) > 1.25, `${width(alike)}`);
});
