import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import fc from "fast-check";
import { ASSET_EVENTS, STATES, type State, transition } from "../src/core/lifecycle.ts";
import { WORKS } from "../src/core/work.ts";
import { KEY_SORTS, linesSql } from "../src/edges/store/asset-order.ts";
import { ASSET_SORTS, type AssetQuery } from "../src/edges/store/asset-page.ts";
import type { Store } from "../src/edges/store/store.ts";
import { insert, NOW, newStore, queue } from "./support/store.ts";

const pages = (store: Store, query: Omit<AssetQuery, "cursor">): { ids: number[]; totals: Set<number> } => {
  const ids: number[] = [];
  const totals = new Set<number>();
  let cursor: string | null = "";
  for (let guard = 0; cursor !== null && guard < 2000; guard++) {
    const page = store.assets.page({ ...query, cursor });
    ids.push(...page.assets.map((each) => each.id));
    totals.add(page.total);
    cursor = page.next;
  }
  return { ids, totals };
};

test("keyset pages visit each of 1000 rows once, in each order, both ways, and with filters", (context) => {
  const { store } = newStore(context);
  store.transaction(() => {
    for (let index = 0; index < 1000; index++) {
      const name = `${index % 2 ? "Film" : "film"} ${index % 37}${index % 3 ? "_x" : "%y"} ${index}`;
      const { id } = insert(store, name, { sizeBytes: index % 10, library: index % 4 ? "movies" : "series" });
      if (index % 5 === 0)
        store.assets.apply(id, "assessed-hopeless", {
          now: NOW + (index % 7),
          work: "impossible",
          reasonCodes: ["audio-channels", "encrypted"],
          problemCode: "source-encrypted",
        });
    }
  });
  for (const sort of ASSET_SORTS)
    for (const isReversed of [false, true]) {
      const { ids, totals } = pages(store, { sort, isReversed, limit: 33 });
      assert.equal(new Set(ids).size, 1000, sort);
      assert.equal(ids.length, 1000, sort);
      assert.deepEqual([...totals], [1000]);
    }
  const rows: readonly (readonly [Omit<AssetQuery, "limit">, number])[] = [
    [{ state: "Failed" }, 200],
    [{ state: "Failed", library: "series" }, 50],
    [{ work: "impossible", library: "movies" }, 150],
    [{ problem: "source-encrypted", sort: "size" }, 200],
    [{ reason: "encrypted" }, 200],
    [{ reason: "encrypt" }, 0],
    [
      { q: "FILM 1" },
      [...Array(1000).keys()].filter((index) => `${index % 37} ${index}`.match(/(^| )1/)).length,
    ],
    [{ q: "x" }, 666],
    [{ q: "fi Y" }, 334],
    [{ q: "ilm" }, 0],
    [{ q: "\\" }, 0],
    [{ q: "y", state: "New" }, 267],
  ];
  for (const [filter, count] of rows) {
    const { ids, totals } = pages(store, { ...filter, limit: 50 });
    assert.deepEqual(
      [ids.length, new Set(ids).size, [...totals]],
      [count, count, [count]],
      JSON.stringify(filter),
    );
  }
  const paths = store.assets.page({ limit: 200 }).assets.map((each) => each.path.toLowerCase());
  assert.deepEqual(paths, [...paths].sort());
  assert.equal(store.assets.page({ limit: 100_000 }).assets.length, 200, "at most 200");
  assert.equal(store.assets.page({ limit: 5, cursor: "rubbish" }).assets.length, 5);
});

test("pages are read by an index, never sorted, and a key that many films have is not passed film by film", (context) => {
  const { store, file } = newStore(context);
  insert(store, "a");
  const raw = new DatabaseSync(file);
  context.after(() => raw.close());
  for (const sort of KEY_SORTS)
    for (const wanted of ["kind", "all"] as const)
      for (const part of ["same-key", "beyond"] as const)
        for (const isDown of [false, true]) {
          if (sort === "id" && part === "same-key") continue;
          const plan = raw
            .prepare(`EXPLAIN QUERY PLAN ${linesSql({ sort, isDown }, wanted, part)}`)
            .all({
              count: 50,
              afterKey: 1,
              ...(part === "same-key" ? { afterId: 1 } : {}),
              ...(wanted === "kind" ? { kind: 1 } : {}),
            })
            .map((each) => String(each.detail))
            .join("; ");
          assert.doesNotMatch(plan, /TEMP B-TREE/, plan);
          assert.match(
            plan,
            part === "beyond" ? /^SEARCH .*\w[<>]\?\)$/ : /^SEARCH .*=\? AND rowid[<>]\?\)$/,
            plan,
          );
        }
});

test("the counts equal a GROUP BY after any operations", (context) => {
  const { store, file } = newStore(context);
  const raw = new DatabaseSync(file);
  context.after(() => raw.close());
  const step = fc.record({
    insert: fc.boolean(),
    pick: fc.nat(),
    event: fc.constantFrom(...ASSET_EVENTS),
    work: fc.constantFrom(...WORKS, null),
  });
  let next = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      for (const each of steps) {
        const all = STATES.flatMap((state) => store.assets.inState(state));
        if (each.insert || all.length === 0) insert(store, `film ${next++}`);
        const asset = all[each.pick % Math.max(1, all.length)];
        if (!asset) continue;
        const expected = transition(asset.state, each.event);
        const token = { token: asset.token ?? "t" };
        const result = store.assets.apply(asset.id, each.event, { now: NOW, work: each.work, ...token });
        assert.equal(result.kind, expected.kind);
        if (result.kind === "moved" && expected.kind === "moved")
          assert.equal(result.asset.state, expected.to);
      }
      const counts = store.assets.counts();
      for (const column of ["state", "work"] as const) {
        const rows = raw
          .prepare(
            `SELECT ${column} AS name, count(*) AS n FROM assets WHERE ${column} IS NOT NULL GROUP BY 1`,
          )
          .all();
        const expected = Object.fromEntries(rows.map((row) => [String(row.name), Number(row.n)]));
        const filled = Object.fromEntries(Object.entries(counts[column]).filter(([, n]) => n > 0));
        assert.deepEqual(filled, expected);
      }
      assert.equal(counts.total, Number(raw.prepare("SELECT count(*) AS n FROM assets").get()?.n));
    }),
    { numRuns: 25 },
  );
});

test("an asset row is well under 1 kB", (context) => {
  const { store, file } = newStore(context);
  store.transaction(() => {
    for (let index = 0; index < 2000; index++)
      queue(store, `Some Film (2010)/Some.Film.2010.1080p.BluRay.DTS.x264-GROUP.${index}.mkv`, {
        fingerprint: String(index).padStart(32, "0"),
      });
  });
  const raw = new DatabaseSync(file);
  context.after(() => raw.close());
  const used = raw.prepare("SELECT sum(pgsize) AS bytes FROM dbstat WHERE name LIKE '%assets%'").get();
  assert.ok(Number(used?.bytes) / 2000 < 1000, `${Number(used?.bytes) / 2000} bytes a row with its indexes`);
});

test("every state can be counted and listed", (context) => {
  const { store } = newStore(context);
  const states: readonly State[] = STATES;
  for (const state of states) assert.deepEqual(store.assets.inState(state), []);
  const { facets: _, ...page } = store.assets.page({ limit: 10 });
  assert.deepEqual(page, { assets: [], next: null, total: 0, isTotalExact: true });
});
