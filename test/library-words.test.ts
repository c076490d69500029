/** Words, shows and very many films of the list. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { AssetQuery } from "../src/edges/store/asset-page.ts";
import type { Store } from "../src/edges/store/store.ts";
import { insert, NOW, newStore } from "./support/store.ts";

const paths = (store: Store, query: Omit<AssetQuery, "limit">): readonly string[] =>
  store.assets.page({ sort: "path", ...query, limit: 200 }).assets.map((each) => each.path);

test("words are found by their beginnings, in any order, without accents; what is typed is never a query language", (context) => {
  const { store } = newStore(context);
  for (const each of [
    "Severance/Season 1/Severance S01E01.mkv",
    "Severance/Season 1/Severance S01E02.mkv",
    "Amélie (2001).mkv",
    "Ame\u0301lie 2.mkv",
  ])
    insert(store, each);
  assert.equal(paths(store, { q: "sever s01" }).length, 2);
  assert.deepEqual(paths(store, { q: "S01E02 SEV" }), ["Severance/Season 1/Severance S01E02.mkv"]);
  assert.equal(paths(store, { q: "amelie" }).length, 2);
  assert.equal(paths(store, { q: "AMÉ" }).length, 2);
  assert.equal(paths(store, { q: "everance" }).length, 0);
  const hostile = [
    '"',
    "sever* OR amelie",
    "path:sever",
    "sever NOT s01",
    "^sever",
    "sever AND",
    "NEAR(a b)",
    "-",
    "'; DROP TABLE assets; --",
    "\u0000",
    "{path} : x",
    "🎥",
    "a".repeat(500),
    "a ".repeat(200),
  ];
  for (const q of hostile) assert.doesNotThrow(() => paths(store, { q }), q);
  assert.deepEqual(paths(store, { q: "sever* OR amelie" }), []);
  const { id } = insert(store, "Old name.mkv");
  store.assets.touch(id, { path: "New name.mkv" });
  assert.deepEqual([paths(store, { q: "old name" }), paths(store, { q: "new" })], [[], ["New name.mkv"]]);
  store.assets.apply(id, "gone", { now: NOW });
  assert.deepEqual(paths(store, { q: "new" }), []);
});

const many = (context: TestContext): Store => {
  const { store } = newStore(context);
  store.transaction(() => {
    for (let index = 0; index < 6000; index++) {
      const { id } = insert(store, `Word ${String(index).padStart(4, "0")}.mkv`);
      if (index % 1000 === 999)
        store.assets.apply(id, "assessed-hopeless", {
          now: NOW,
          problemCode: "no-video",
          work: "impossible",
        });
    }
  });
  return store;
};

test("words of very many films are listed in order all the same, and their number is said to be the least", (context) => {
  const store = many(context);
  const first = store.assets.page({ q: "wor", sort: "title", isReversed: true, limit: 2 });
  assert.deepEqual(
    first.assets.map((each) => each.path),
    ["Word 5999.mkv", "Word 5998.mkv"],
  );
  assert.deepEqual([first.isTotalExact, first.facets()], [false, null]);
  assert.ok(first.total >= 5000);
  assert.equal(store.assets.matched({ q: "wor" }).ids.length, 6000);
  const failed = store.assets.page({ q: "wor", state: "Failed", limit: 9 });
  assert.deepEqual([failed.total, failed.isTotalExact, failed.assets.length], [6, true, 6]);
  assert.equal(store.assets.page({ q: "word 5", sort: "size", limit: 1 }).total, 1000);
});

test("a rolled back transaction leaves no kind behind that another gets", (context) => {
  const { store } = newStore(context);
  const { id } = insert(store, "a");
  assert.throws(() =>
    store.transaction(() => {
      store.assets.apply(id, "assessed-hopeless", { now: NOW, work: "impossible" });
      assert.equal(store.assets.count({ state: "Failed" }).total, 1);
      throw new Error("undone");
    }),
  );
  store.assets.apply(id, "assessed-plays", { now: NOW, work: "none" });
  assert.deepEqual(
    [store.assets.count({ state: "Failed" }).total, store.assets.count({ state: "Completed" }).total],
    [0, 1],
  );
});

test("shows have their seasons and states, page by page, however a folder writes them", (context) => {
  const { store } = newStore(context);
  for (const each of [
    "Zoo/Season 1/Zoo S01E01.mkv",
    "Zoo/Season 1/Zoo S01E02.mkv",
    "ZOO/Season 2/1.mkv",
    "Alf.S01E01.mkv",
    "Film.mkv",
    "Élan S00E01.mkv",
  ])
    insert(store, each);
  const zoo = store.assets.byPath("movies", "ZOO/Season 2/1.mkv")?.id ?? 0;
  store.assets.apply(zoo, "assessed-hopeless", { now: NOW, work: "impossible" });
  const all = store.assets.shows({ limit: 9 });
  assert.deepEqual(
    all.shows.map(({ show, films, seasons }) => [
      show.toLowerCase(),
      films,
      seasons.map((each) => [each.season, each.films]),
    ]),
    [
      ["alf", 1, [[1, 1]]],
      [
        "zoo",
        3,
        [
          [1, 2],
          [2, 1],
        ],
      ],
      ["élan", 1, [[0, 1]]],
    ],
  );
  assert.deepEqual(all.shows[1]?.states, { New: 2, Failed: 1 });
  const names: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page = store.assets.shows({ limit: 1, cursor });
    names.push(...page.shows.map((each) => each.show));
    cursor = page.next;
  }
  assert.equal(names.length, 3);
  assert.deepEqual(
    store.assets.shows({ limit: 9, state: "Failed" }).shows.map((each) => each.films),
    [1],
  );
  assert.deepEqual(
    store.assets.shows({ limit: 9, q: "alf" }).shows.map((each) => each.show),
    ["Alf"],
  );
  assert.equal(paths(store, { show: "zoo" }).length, 3);
  const big = many(context);
  big.transaction(() => {
    for (let index = 0; index < 5200; index++) insert(big, `Show ${index % 26}/Season 1/S01E${index}.mkv`);
  });
  const page = big.assets.shows({ limit: 5 });
  assert.deepEqual(
    page.shows.map((each) => each.films),
    [200, 200, 200, 200, 200],
  );
  assert.equal(big.assets.shows({ limit: 200, cursor: page.next ?? "" }).shows.length, 21);
});
