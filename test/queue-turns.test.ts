/** The orders of the queue: by which a claim goes, and that the page shows the same. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LONG_WAIT_MS, QUEUE_ORDERS, TURN_EVERY } from "../src/core/queue-order.ts";
import type { Store } from "../src/edges/store/store.ts";
import { type Asked, add, claim, claimAll, page, WORKS } from "./support/queue.ts";
import { NOW, newStore } from "./support/store.ts";

const HOUR = 3600_000;
const DAY = 24 * HOUR;
/** The page, which a claim of everything has to follow. */
const check = (
  store: Store,
  asked: Asked,
  works: readonly ("copy" | "audio" | "video")[],
  expected: string[],
) => {
  assert.deepEqual(page(store, asked, works, 2), expected);
  assert.deepEqual(claimAll(store, asked, works), expected);
};

test("quick: what takes the least work, in bytes for copies, in playing time for sound, and by the picture for encodes", (context) => {
  const { store } = newStore(context);
  add(store, "a large copy takes longer than short sound", { sizeBytes: 40e9 });
  add(store, "short sound", { work: "audio", sizeBytes: 1e9, playingSeconds: 1200 });
  add(store, "a small copy", { sizeBytes: 2e9 });
  check(store, { now: NOW }, WORKS, [
    "a small copy",
    "short sound",
    "a large copy takes longer than short sound",
  ]);
  add(store, "two hours", { work: "video", sizeBytes: 1e9, playingSeconds: 7200 });
  add(store, "one hour", { work: "video", sizeBytes: 9e9, playingSeconds: 3600 });
  const large = add(store, "one hour in 4K", { work: "video", sizeBytes: 1e9, playingSeconds: 3600 });
  store.assets.touch(large, {
    media: {
      container: "matroska",
      codec: "hevc",
      resolution: "2160p",
      hdr: "hdr10",
      audio: "aac",
      channels: "stereo",
      subtitles: ["none"],
      playsOn: [],
      failsOn: [],
    },
  });
  check(store, { now: NOW }, ["video"], ["one hour", "two hours", "one hour in 4K"]);
});

test("newest: the latest day it was first seen, of one day the latest file", (context) => {
  const { store } = newStore(context);
  const day = Math.floor(NOW / DAY) * DAY;
  add(store, "of the first scan, an old file", { foundAt: day, modifiedAt: NOW - 900 * DAY });
  add(store, "of the first scan, a late file", { foundAt: day + HOUR, modifiedAt: NOW - DAY });
  add(store, "of the first scan, from 1969", { foundAt: day + 2 * HOUR, modifiedAt: -DAY });
  add(store, "added later, with the time of an old file", {
    foundAt: day + 2 * DAY,
    modifiedAt: NOW - 999 * DAY,
  });
  check(store, { now: NOW + 3 * DAY, order: "newest" }, WORKS, [
    "added later, with the time of an old file",
    "of the first scan, a late file",
    "of the first scan, an old file",
    "of the first scan, from 1969",
  ]);
});

test("priority: library by library, and in each the one that waits longest; what a person moved goes before", (context) => {
  const { store } = newStore(context);
  const libraries = ["series", "movies", "empty"];
  add(store, "movies late", { queuedAt: NOW + 3 });
  add(store, "movies early", { queuedAt: NOW + 1 });
  add(store, "series late", { library: "series", queuedAt: NOW + 9 });
  add(store, "series early", { library: "series", queuedAt: NOW + 8 });
  add(store, "moved back", { library: "series", priority: -1 });
  add(store, "moved", { priority: 1, queuedAt: NOW + 10 });
  add(store, "not named", { library: "other" });
  check(store, { now: NOW + 11, order: "priority", libraries }, WORKS, [
    "moved",
    "series early",
    "series late",
    "movies early",
    "movies late",
    "moved back",
  ]);
});

test("of films that wait a week, the one that waits longest gets every fifth place, and the page says so", (context) => {
  const { store } = newStore(context);
  for (let each = 0; each < 9; each++)
    add(store, `quick ${each}`, { sizeBytes: (each + 1) * 1e8, foundAt: NOW });
  add(store, "slow, longest", { sizeBytes: 9e11, queuedAt: NOW - 9 });
  add(store, "slower", { sizeBytes: 9.1e11, queuedAt: NOW - 8 });
  const before = page(store, { now: NOW + LONG_WAIT_MS - 10 }, WORKS);
  assert.deepEqual(before.slice(-2), ["slow, longest", "slower"], "not yet a week");
  const now = NOW + LONG_WAIT_MS - 1;
  const read = store.queue.page({ works: WORKS, now }, { limit: 200 });
  const turns = read.assets.filter(({ id }) => read.turns.has(id)).map((each) => each.path);
  assert.deepEqual(turns, ["slow, longest", "slower"]);
  check(store, { now }, WORKS, [
    ...["quick 0", "quick 1", "quick 2", "quick 3", "slow, longest"],
    ...["quick 4", "quick 5", "quick 6", "quick 7", "slower", "quick 8"],
  ]);
});

test("a film waits from its first time in the queue, whatever is tried and planned meanwhile", (context) => {
  const { store } = newStore(context);
  const id = add(store, "long", { sizeBytes: 9e11, queuedAt: NOW });
  store.assets.claim({ works: WORKS, token: "t", now: NOW + DAY, id });
  store.assets.apply(id, "interrupted", { now: NOW + 2 * DAY, token: "t" });
  store.assets.apply(id, "changed", { now: NOW + 3 * DAY });
  store.assets.apply(id, "assessed-needs-work", { now: NOW + 4 * DAY, work: "copy" });
  const now = NOW + LONG_WAIT_MS;
  for (let each = 0; each < 9; each++) add(store, `quick ${each}`, { foundAt: now - 1 });
  assert.equal(page(store, { now }, WORKS)[4], "long");
  store.assets.claim({ works: WORKS, token: "t", now, id });
  store.assets.apply(id, "failed", { now, token: "t" });
  store.assets.apply(id, "reprocess", { now });
  assert.equal(page(store, { now }, WORKS).at(-1), "long", "after a failure it waits anew");
});

test("turns are counted for each line", (context) => {
  const { store } = newStore(context);
  const [then, now] = [NOW, NOW + LONG_WAIT_MS];
  add(store, "long", { sizeBytes: 9e11, queuedAt: then });
  add(store, "long encode", { work: "video", sizeBytes: 9e11, queuedAt: then });
  for (let each = 0; each < 9; each++) {
    add(store, `quick ${each}`, { foundAt: now });
    add(store, `encode ${each}`, { work: "video", foundAt: now });
  }
  for (let each = 0; each < TURN_EVERY - 1; each++) assert.match(claim(store, { now }) ?? "", /^quick/);
  assert.match(claim(store, { now }, ["video"]) ?? "", /^encode/);
  assert.equal(claim(store, { now }), "long");
  assert.match(claim(store, { now }) ?? "", /^quick/);
});

test("whatever is moved, claimed and added, the page shows what a claim takes next", (context) => {
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("add" as const),
        library: fc.constantFrom("a", "b"),
        work: fc.constantFrom(...WORKS),
        sizeBytes: fc.integer({ min: 1, max: 6 }).map((each) => each * 1e9),
        ageMs: fc.integer({ min: 0, max: 3 * LONG_WAIT_MS }),
        modifiedAt: fc.integer({ min: 0, max: NOW }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("move" as const),
        pick: fc.nat(),
        where: fc.constantFrom("first", "up", "down", "last"),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("claim" as const) }) },
  );
  const { store } = newStore(context);
  let names = 0;
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 5, maxLength: 30 }),
      fc.constantFrom(...QUEUE_ORDERS),
      fc.constantFrom(1, 3, 200),
      (steps, order, limit) => {
        const asked = { order, now: NOW, libraries: ["b", "a"] } as const;
        for (const each of steps) {
          const shown = page(store, asked, WORKS, limit);
          if (each.kind === "add") {
            const at = NOW - each.ageMs;
            add(store, `film ${names++}`, { ...each, foundAt: at, queuedAt: at });
          } else if (each.kind === "claim") assert.equal(claim(store, asked), shown[0] ?? null);
          else if (shown.length > 0) {
            const at = each.pick % shown.length;
            const path = shown[at] ?? assert.fail();
            const film = ["a", "b"].map((name) => store.assets.byPath(name, path)).find((found) => found);
            store.queue.move(film?.id ?? 0, each.where, { works: WORKS, ...asked });
            const moved = page(store, asked, WORKS);
            const others = shown.toSpliced(at, 1);
            const to = { first: 0, up: Math.max(0, at - 1), down: at + 1, last: others.length }[each.where];
            assert.equal(moved.indexOf(path), Math.min(to, others.length), `${each.where} from ${at}`);
            const seen = each.where === "up" || each.where === "down" ? Math.max(at, to) + 1 : 0;
            const expected = others.toSpliced(to, 0, path);
            assert.deepEqual(moved.slice(0, seen), expected.slice(0, seen), "as it was seen");
          }
        }
        const shown = page(store, asked, WORKS, limit);
        assert.equal(new Set(shown).size, shown.length, "each film once");
        assert.equal(shown.length, store.queue.counts({ works: WORKS }).queued);
        assert.deepEqual(claimAll(store, asked, WORKS), shown);
      },
    ),
    { numRuns: 25 },
  );
});
