/** The places in the queue: the order that claims take, and what moves a film in it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { HELD_UNTIL } from "../src/core/lifecycle.ts";
import type { Where } from "../src/edges/store/queue.ts";
import type { Store } from "../src/edges/store/store.ts";
import { NOW, newStore, queue } from "./support/store.ts";

const LINE = { works: ["copy", "audio"], now: NOW } as const;

/** Sizes that are told apart by the time they take. */
const MB = 1e6;

const pathsOf = (
  store: Store,
  line: { works: readonly ("copy" | "audio" | "video")[] } = LINE,
  limit = 200,
) => {
  const paths: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page = store.queue.page({ ...line, now: NOW }, { limit, cursor });
    paths.push(...page.assets.map((each) => each.path));
    cursor = page.next;
  }
  return paths;
};

const claimed = (
  store: Store,
  works: readonly ("copy" | "audio" | "video")[] = LINE.works,
): readonly string[] => {
  const paths: string[] = [];
  for (let count = 0; ; count++) {
    const asset = store.assets.claim({ works, token: `t${count}`, now: NOW });
    if (!asset) return paths;
    paths.push(asset.path);
  }
};

test("the queue is shown in the order in which it is claimed, whatever the page's size", (context) => {
  const { store } = newStore(context);
  const rows = [
    ["e", { work: "audio", sizeBytes: 20 * MB }],
    ["d", { work: "copy", sizeBytes: 90 * MB, library: "b" }],
    ["c", { work: "copy", sizeBytes: 50 * MB }],
    ["c2", { work: "copy", sizeBytes: 50 * MB }],
    ["b", { work: "audio", sizeBytes: 70 * MB, priority: 2, library: "b" }],
    ["a", { work: "copy", sizeBytes: 70 * MB, priority: 2 }],
    ["z", { work: "copy", sizeBytes: MB, priority: -1 }],
    ["y", { work: "audio", sizeBytes: MB, priority: -1, library: "b" }],
    ["encode", { work: "video", sizeBytes: MB, priority: 1 }],
  ] as const;
  for (const [path, more] of rows) queue(store, path, more);
  const order = ["a", "b", "c", "c2", "d", "e", "z", "y"];
  for (const limit of [1, 2, 3, 200]) assert.deepEqual(pathsOf(store, LINE, limit), order);
  assert.deepEqual(pathsOf(store, { works: ["copy", "audio", "video"] }), [
    "a",
    "b",
    "encode",
    ...order.slice(2),
  ]);
  assert.deepEqual(
    store.queue
      .page({ ...LINE, libraries: ["b"] }, { limit: 9, cursor: "nonsense" })
      .assets.map(({ path }) => path),
    ["b", "d", "y"],
  );
  assert.deepEqual(claimed(store), order);
});

const STEPS: readonly (readonly [string, Where, string])[] = [
  ["d", "first", "dabce"],
  ["a", "first", "abcde"],
  ["a", "last", "bcdea"],
  ["e", "last", "abcde"],
  ["d", "up", "abdce"],
  ["b", "up", "bacde"],
  ["a", "up", "abcde"],
  ["a", "down", "bacde"],
  ["d", "down", "abced"],
  ["e", "down", "abcde"],
];

for (const priorities of [
  [0, 0, 0, 0, 0],
  [4, 4, 0, 0, -2],
  [9, 8, 7, 6, 5],
  [2, 1, 1, 1, 0],
])
  for (const [path, where, expected] of STEPS)
    test(`of abcde with priorities ${priorities.join(" ")}, ${path} goes ${where}`, (context) => {
      const { store } = newStore(context);
      const films = [..."abcde"].map((name, at) =>
        queue(store, name, {
          work: at < 3 ? "copy" : "audio",
          sizeBytes: at * MB,
          priority: priorities[at] ?? 0,
          library: at % 2 === 0 ? "x" : "y",
        }),
      );
      queue(store, "encode", { work: "video", priority: 3 });
      const { id } = films.find((each) => each.path === path) ?? assert.fail();
      assert.equal(store.queue.move(id, where, LINE), "done");
      assert.equal(pathsOf(store).join(""), expected);
      assert.equal(claimed(store).join(""), expected);
    });

test("any row of moves keeps every film in the line once, and moves only the one", (context) => {
  const { store } = newStore(context);
  const films = Array.from({ length: 12 }, (_, at) =>
    queue(store, `film ${at}`, { sizeBytes: (at % 3) * MB }),
  );
  let order = pathsOf(store);
  for (let step = 0; step < 200; step++) {
    const { id, path } = films[(step * 7) % films.length] ?? assert.fail();
    const where = (["up", "down", "first", "last", "up"] as const)[step % 5] ?? "up";
    const at = order.indexOf(path);
    const others = order.filter((each) => each !== path);
    const to = { up: Math.max(0, at - 1), down: at + 1, first: 0, last: others.length }[where];
    order = others.toSpliced(to, 0, path);
    assert.equal(store.queue.move(id, where, LINE), "done");
    assert.deepEqual(pathsOf(store), order, `step ${step}: ${path} ${where}`);
  }
});

test("one step changes a thousand films at the most, and is refused beyond", (context) => {
  const { store } = newStore(context);
  const last = store.transaction(() => {
    for (let at = 0; at < 1200; at++) queue(store, `film ${at}`, { sizeBytes: at * MB });
    return queue(store, "last", { sizeBytes: 9000 * MB });
  });
  assert.equal(store.queue.move(last.id, "up", LINE), "too-far");
  assert.deepEqual(pathsOf(store).at(-1), "last", "nothing was done");
  assert.equal(store.queue.move(last.id, "first", LINE), "done");
  assert.equal(store.queue.move(last.id, "down", LINE), "done");
  assert.deepEqual(pathsOf(store).slice(0, 3), ["film 0", "last", "film 1"]);
});

test("films that wait for a person have no place and are counted by themselves", (context) => {
  const { store } = newStore(context);
  queue(store, "a");
  const held = queue(store, "b");
  queue(store, "other", { library: "other" });
  store.assets.touch(held.id, { availableAt: HELD_UNTIL });
  const waits = queue(store, "waits");
  store.assets.touch(waits.id, { availableAt: NOW + 1 });
  assert.deepEqual(pathsOf(store).toSorted(), ["a", "other", "waits"]);
  assert.deepEqual(store.queue.counts({ ...LINE, libraries: ["movies"] }), { queued: 3, held: 1 });
  assert.deepEqual(store.queue.counts({ works: ["video"] }), { queued: 0, held: 0 });
  assert.equal(store.queue.move(held.id, "first", LINE), "done");
  assert.equal(store.assets.byId(held.id)?.priority, 0);
});

test("the place is of one time in the queue: a published film has none any more", (context) => {
  const { store } = newStore(context);
  const { id } = queue(store, "a", { priority: 5 });
  store.assets.claim({ works: ["copy"], token: "t", now: NOW });
  store.assets.apply(id, "published-kept", { now: NOW, token: "t" });
  assert.equal(store.assets.byId(id)?.priority, 0);
});
