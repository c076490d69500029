import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  above,
  type DirtyFolder,
  dirtyFolders,
  isFolderPath,
  newNoisy,
  noteNoise,
  PATIENCE_MS,
  parentOf,
  QUIET_MS,
  takeQuiet,
} from "./dirty-folders.ts";

for (const [path, wanted] of [
  ["", true],
  ["A", true],
  ["A/B c/.hidden", true],
  ["🎬\n", true],
  ["...", true],
  ["..", false],
  ["A/../B", false],
  ["A/.", false],
  ["/A", false],
  ["A/", false],
  ["A//B", false],
  ["A\0", false],
  ["\ud800", false],
  ["a".repeat(4097), false],
] as const)
  test(`a folder's path: ${JSON.stringify(path.slice(0, 20))}`, () =>
    assert.equal(isFolderPath(path), wanted));

test("what is above a folder", () => {
  assert.deepEqual([...above("A/B/C")], ["A/B", "A", ""]);
  assert.deepEqual([...above("")], []);
  assert.deepEqual(["A/B", "A", ""].map(parentOf), ["A", "", ""]);
});

test("folders below another's tree are left out", () =>
  assert.deepEqual(
    dirtyFolders(
      new Map([
        ["A/B", false],
        ["A", true],
        ["AB", false],
        ["A/C", true],
      ]),
    ),
    [
      { path: "A", isTree: true },
      { path: "AB", isTree: false },
    ],
  ));

/** What is told of folder A when something happens in it at these times. */
const toldAt = (times: readonly number[], until: number): readonly number[] => {
  const noisy = newNoisy();
  const told: number[] = [];
  for (let now = 0; now <= until; now += 10) {
    if (times.includes(now)) noteNoise(noisy, { path: "A", isTree: false }, now, 100);
    if (takeQuiet(noisy, now).folders.length > 0) told.push(now);
  }
  return told;
};
const every = (step: number, until: number): readonly number[] =>
  Array.from({ length: Math.floor(until / step) + 1 }, (_, index) => index * step);

for (const [name, times, until, wanted] of [
  ["nothing", [], 1000, []],
  ["one change is told when it is quiet", [0], 1000, [200]],
  ["changes that follow are one", [0, 100, 250], 1000, [450]],
  ["two with a pause are two", [0, 500], 1000, [200, 700]],
  ["what goes on is told ever more rarely", every(100, 8000), 8200, [1000, 3100, 7200, 8200]],
] as const)
  test(`told: ${name}`, () => assert.deepEqual(toldAt(times, until), wanted));

test("too many folders at once are all of the library, and stay so until it is told", () => {
  const noisy = newNoisy();
  for (let index = 0; index < 12; index++) noteNoise(noisy, { path: `f${index}`, isTree: false }, index, 10);
  assert.deepEqual(takeQuiet(noisy, 1000).folders, [{ path: "", isTree: true }]);
});

const event = fc.record({
  path: fc.constantFrom("", "A", "A/B", "C", "D/E/F"),
  isTree: fc.boolean(),
  pauseMs: fc.oneof(fc.nat(300), fc.nat(40_000)),
});

test("whatever happens when: each folder is told after its last change, soon, and none otherwise", () =>
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), fc.integer({ min: 3, max: 20 }), (events, max) => {
      const noisy = newNoisy();
      const owed = new Map<string, { readonly since: number; last: number }>();
      let now = 0;
      const take = (at: number): number | null => {
        const { folders, nextAt } = takeQuiet(noisy, at);
        const isHeld = (path: string, { path: told, isTree }: DirtyFolder): boolean =>
          told === path || (isTree && (told === "" || path.startsWith(`${told}/`)));
        for (const [path, { since, last }] of owed)
          if (folders.some((each) => isHeld(path, each))) {
            assert.ok(at >= last, "not before");
            assert.ok(at - since <= PATIENCE_MS.max + QUIET_MS, "soon");
            owed.delete(path);
          }
        return nextAt;
      };
      for (const { path, isTree, pauseMs } of events) {
        for (let next = take(now); next !== null && next <= now + pauseMs; next = take(next));
        now += pauseMs;
        noteNoise(noisy, { path, isTree }, now, max);
        owed.set(path, { since: owed.get(path)?.since ?? now, last: now });
      }
      for (let next = take(now); next !== null; next = take(next));
      assert.deepEqual([...owed], [], "nothing is lost");
      assert.equal(noisy.waiting.size, 0);
    }),
  ));
