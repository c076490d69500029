import assert from "node:assert/strict";
import { test } from "node:test";
import { type CardLoad, IDLE, nextCard, placesOn, refusedBy, workedOn } from "./card-balance.ts";

const running = (count: number): CardLoad => ({ ...IDLE, running: count });
const HOT: CardLoad = { ...IDLE, isHot: true };
const FULL: CardLoad = { ...running(2), learned: { places: 2, until: 1000, times: 0 } };

/** Loads of the cards; which takes the next film. */
const ROWS: readonly (readonly [string, readonly CardLoad[], number | null])[] = [
  ["the first of those alike", [IDLE, IDLE], 0],
  ["the one with less to do", [running(2), running(1), running(2)], 1],
  ["not a hot one", [HOT, running(3)], 1],
  ["not one that takes no more", [FULL, running(5)], 1],
  ["not one that refused a moment ago", [{ ...IDLE, restsUntil: 1 }, running(1)], 1],
  ["none", [HOT, FULL], null],
  ["none of none", [], null],
];
for (const [name, cards, wanted] of ROWS) test(name, () => assert.equal(nextCard(cards, 0), wanted));

test("what a card takes is learned, and tried again later", () => {
  const refused = refusedBy(running(3), 2, 0);
  assert.equal(placesOn(refused, 8, 0), 2);
  assert.equal(placesOn(refused, 8, 10 * 60_000), 3);
  assert.equal(placesOn(workedOn({ ...refused, running: 3 }, 5), 8, 5), 4, "and one more at once");
  const others = refusedBy(running(1), 0, 0);
  assert.deepEqual(
    [placesOn(others, 8, 59_999), placesOn(others, 8, 60_000)],
    [0, 8],
    "others have its sessions",
  );
});
