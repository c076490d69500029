/** Words, shows and very many films of the list. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
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

/** So many films, each thousandth of them failed. */
const many = (context: TestContext, count: number): Store => {
  const { store, file } = newStore(context);
  const raw = new DatabaseSync(file);
  raw.exec(`PRAGMA synchronous = OFF; WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1})
    INSERT INTO assets (library, path, state, problem_code, size_bytes, modified_us, found_at, state_at, sort_name)
    SELECT 'movies', printf('Word %05d.mkv', i), iif(i % 1000 = 999, 'Failed', 'New'), iif(i % 1000 = 999, 'no-video', NULL),
      1, 1, 1, 1, printf('word %05d', i) FROM n`);
  raw.close();
  return store;
};

test("words of very many films are listed in order all the same, and counted where that is soon done", (context) => {
  const store = many(context, 6000);
  const first = store.assets.page({ q: "wor", sort: "title", isReversed: true, limit: 2 });
  assert.deepEqual(
    first.assets.map((each) => each.path),
    ["Word 05999.mkv", "Word 05998.mkv"],
  );
  assert.deepEqual([first.total, first.isTotalExact, first.facets()], [6000, true, null]);
  assert.equal(store.assets.matched({ q: "wor" }).ids.length, 6000);
  const failed = store.assets.page({ q: "wor", state: "Failed", limit: 9 });
  assert.deepEqual([failed.total, failed.isTotalExact, failed.assets.length], [6, true, 6]);
  const some = store.assets.page({ q: "word 05", sort: "size", limit: 1 });
  assert.deepEqual([some.total, some.facets()?.state], [1000, { New: 999, Failed: 1 }]);
});

test("words of more films than are soon counted: the least number is said, and every page is right", (context) => {
  const store = many(context, 61_000);
  const first = store.assets.page({ q: "wor", sort: "title", isReversed: true, limit: 2 });
  assert.deepEqual([first.isTotalExact, first.facets(), first.total], [false, null, 5001]);
  assert.deepEqual(
    first.assets.map((each) => each.path),
    ["Word 60999.mkv", "Word 60998.mkv"],
  );
  const second = store.assets.page({
    q: "wor",
    sort: "title",
    isReversed: true,
    limit: 1,
    cursor: first.next ?? "",
  });
  assert.equal(second.assets[0]?.path, "Word 60997.mkv");
  const waiting = store.assets.page({ q: "word 6", state: "New", limit: 3, sort: "why" });
  assert.equal(waiting.assets.length, 3);
  assert.equal(store.assets.matched({ q: "wor" }).ids.length, 61_000);
  assert.deepEqual(store.assets.matched({ q: "wor", state: "Failed" }).states, { Failed: 61 });
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
  const big = many(context, 100);
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
