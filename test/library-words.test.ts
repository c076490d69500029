/** Words, shows and very many films of the list. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { KEY_SORTS } from "../src/edges/store/asset-order.ts";
import { numberedSql } from "../src/edges/store/asset-order-words.ts";
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

/** Films of which every `each`-th, and all from `from` on, hold the word `rare`; every hundredth of all has failed. */
const withRare = (context: TestContext, count: number, each: number, from: number): Store => {
  const { store, file } = newStore(context);
  const raw = new DatabaseSync(file);
  raw.exec(`PRAGMA synchronous = OFF; WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1}),
    f (i, name) AS (SELECT i, printf('Film %06d%s', i, iif(i % ${each} = 0 OR i >= ${from}, ' Räre', '')) FROM n)
    INSERT INTO assets (library, path, state, problem_code, size_bytes, modified_us, found_at, state_at, sort_name, year)
    SELECT 'movies', name || '.mkv', iif(i % 100 = 0, 'Failed', 'New'), iif(i % 100 = 0, 'no-video', NULL),
      1 + i % 7, 1, 1, i / 10, lower(name), 2000 + i % 3 FROM f`);
  raw.close();
  return store;
};

test("rare words of very many films: each order has each of them once, behind films that have not the words", (context) => {
  const count = 64_000;
  const store = withRare(context, count, 20, count - 2500);
  const found = Array.from({ length: count }, (_, index) => index).filter(
    (index) => index % 20 === 0 || index >= count - 2500,
  );
  assert.ok(found.length > 5001, "more than are counted");
  const keys = {
    path: (i: number) => i,
    size: (i: number) => 1 + (i % 7),
    year: (i: number) => 2000 + (i % 3),
  };
  const stateAt = (i: number): number => Math.floor(i / 10);
  const number = (path: string): number => Number(/\d+/.exec(path)?.[0]);
  for (const [sort, key] of Object.entries({
    ...keys,
    title: keys.path,
    id: keys.path,
    state_at: stateAt,
  }) as ["path", (i: number) => number][])
    for (const isReversed of [false, true])
      for (const state of [undefined, "Failed"] as const) {
        const isDown = ["size", "year", "state_at"].includes(sort) !== isReversed;
        const expected = found
          .filter((index) => state === undefined || index % 100 === 0)
          .toSorted((a, b) => (isDown ? -1 : 1) * (key(a) - key(b) || a - b));
        const query = { q: "rare film", sort, isReversed, limit: 150, ...(state && { state }) } as const;
        const listed: number[] = [];
        // Pages behind pages: within films of one key too.
        for (let [cursor, page] = ["", 0] as [string | null, number]; cursor !== null && page < 6; page++) {
          const got = store.assets.page({ ...query, cursor });
          listed.push(...got.assets.map((each) => number(each.path)));
          cursor = got.next;
        }
        assert.deepEqual(listed, expected.slice(0, 900), `${sort} ${isReversed} ${state}`);
      }
  assert.deepEqual(
    store.assets.matched({ q: "rare" }).ids,
    found.map((index) => index + 1),
  );
});

test("films of rare words are passed over in an index, and no others are read", (context) => {
  const { store, file } = newStore(context);
  insert(store, "a");
  const raw = new DatabaseSync(file);
  context.after(() => raw.close());
  for (const sort of KEY_SORTS)
    for (const isDown of [false, true])
      for (const isBehind of [false, true]) {
        const values = {
          match: "a",
          ...(isBehind ? { afterId: 1, ...(sort !== "id" && { afterKey: 1 }) } : {}),
        };
        const plan = raw
          .prepare(`EXPLAIN QUERY PLAN ${numberedSql({ sort, isDown, isBehind })}`)
          .all(values)
          .map((each) => String(each.detail))
          .join("; ");
        assert.doesNotMatch(plan, /ORDER BY/, plan);
        assert.match(plan, sort === "id" ? /PRIMARY KEY|rowid/ : /USING INDEX assets_by_/, plan);
      }
});

test("what words find is asked for again when a path changes, whatever else was undone meanwhile", (context) => {
  const { store } = newStore(context);
  const { id } = insert(store, "One.mkv");
  assert.deepEqual(paths(store, { q: "one" }), ["One.mkv"]);
  assert.throws(() =>
    store.transaction(() => {
      insert(store, "One more.mkv");
      assert.equal(paths(store, { q: "one" }).length, 2);
      throw new Error("undone");
    }),
  );
  insert(store, "Another one.mkv");
  assert.deepEqual(paths(store, { q: "one" }), ["Another one.mkv", "One.mkv"]);
  store.assets.apply(id, "assessed-plays", { now: NOW, work: "none" });
  assert.deepEqual(paths(store, { q: "one", state: "Completed" }), ["One.mkv"]);
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

test("shows of words that very many films hold are those with such films, and count no others", (context) => {
  const { store } = newStore(context);
  store.transaction(() => {
    for (let index = 0; index < 5200; index++)
      insert(store, `Show ${index % 26}/Season 1/S01E${index}${index === 0 ? "" : " alpha"}.mkv`);
    for (const each of ["Another/Season 1/S01E01.mkv", "Show 3/Season 2/S02E01.mkv", "Zoo alpha.S01E01.mkv"])
      insert(store, each);
  });
  const counted = (cursor: string): readonly (readonly [string, number, number])[] =>
    store.assets
      .shows({ q: "alpha", limit: 20, cursor })
      .shows.map(({ show, films, seasons }) => [show, films, seasons.length]);
  const [first, second] = [counted(""), counted("Show 3")];
  assert.deepEqual([first.length, first[0]], [20, ["Show 0", 199, 1]]);
  assert.deepEqual(
    first.find(([show]) => show === "Show 3"),
    ["Show 3", 200, 1],
  );
  assert.deepEqual(second.at(-1), ["Zoo alpha", 1, 1]);
});
