import assert from "node:assert/strict";
import { test } from "node:test";
import { createPathTable, createPossible } from "./path-table.ts";

const pathOf = (index: number): string => `Shelf ${index % 50}/Film ${index} (1999)/Film ${index}.mkv`;
const ALL = 100_000;

test("each path has its numbers, one that was not added has none, whatever was expected", () => {
  for (const expected of [0, ALL]) {
    const table = createPathTable(expected, 7);
    for (let index = 0; index < ALL; index++) table.add(pathOf(index), index, -index, index % 4);
    for (let index = 0; index < ALL; index++) {
      const place = table.find(pathOf(index));
      assert.deepEqual(
        [table.sizeBytes(place), table.modifiedUs(place), table.flags(place)],
        [index, -index, index % 4],
      );
      assert.equal(table.find(pathOf(ALL + index)), -1);
    }
  }
});

test("flags are added to those that are there", () => {
  const table = createPathTable(1, 1);
  const place = table.add("Film.mkv", 1, 2, 1);
  table.mark(place, 4);
  table.mark(place, 4);
  assert.equal(table.flags(place), 5);
});

test("paths that differ in little, and other seeds, give other hashes", () => {
  const paths = ["", "a", "b", "ab", "ba", "aa", "a\0", "\0a", "ä", "a/b", "b/a", "é", "e\u0301"];
  for (const seed of [0, 1, -1, 1e12]) {
    const table = createPathTable(0, seed);
    for (const each of paths) {
      assert.equal(table.find(each), -1, each);
      table.add(each, 0, 0, 0);
    }
  }
});

test("a number that was added may be there, most others are surely not", () => {
  const possible = createPossible(ALL);
  for (let index = 0; index < ALL; index++) possible.add(700_000_000 * index);
  let wrong = 0;
  for (let index = 0; index < ALL; index++) {
    assert.ok(possible.has(700_000_000 * index));
    if (possible.has(700_000_000 * index + 1)) wrong++;
  }
  assert.ok(wrong < ALL / 10, `${wrong} of ${ALL}`);
});
