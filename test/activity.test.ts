import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, test } from "node:test";
import { dayOf, rangeOf } from "../src/apps/local-day.ts";
import { EVENT_WORDS, kindsOf } from "../src/core/event-words.ts";
import type { ActivityFilter } from "../src/edges/store/activity.ts";
import type { Store } from "../src/edges/store/store.ts";
import { HOSTILE_MARKUP } from "./support/films.ts";
import { film, suite } from "./support/server.ts";
import { insert, NOW, newStore } from "./support/store.ts";

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name));

test("every kind of event that the program writes has words", () => {
  const kinds = filesBelow(join(import.meta.dirname, "../src")).flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/events\.append\(\{([\s\S]{0,300}?)\bkind:(.*)/g)].flatMap(
      ([, , said = ""]) =>
        [...(said.split(/,\s*path/)[0]?.matchAll(/"([a-z-]+)"/g) ?? [])].map(([, kind = ""]) => kind),
    ),
  );
  const isKind = (text: string): boolean => text !== "original";
  assert.ok(kinds.length >= 10, kinds.join());
  assert.deepEqual(
    [...new Set(kinds)].filter((kind) => isKind(kind) && !Object.hasOwn(EVENT_WORDS, kind)),
    [],
  );
});

/** Events at rising times, several of one millisecond among them. */
const fill = (store: Store, count: number): void => {
  const kinds = ["found", "failed", "interrupted", "claimed", "made-of-cheese"];
  store.transaction(() => {
    for (let each = 0; each < count; each++)
      store.events.append({
        at: NOW + Math.floor(each / 3),
        assetId: null,
        kind: kinds[each % 5] ?? "",
        path: `Film ${each}.mkv`,
        data: { library: each % 2 === 0 ? "movies" : "series" },
      });
  });
};
const walk = (store: Store, filter: ActivityFilter, limit: number): readonly number[] => {
  const ids: number[] = [];
  let cursor: string | null = "";
  for (let pages = 0; cursor !== null; pages++) {
    assert.ok(pages < 1000, "it ends");
    const page = store.activity.page({ ...filter, limit, ...(cursor === "" ? {} : { cursor }) });
    assert.ok(page.events.length <= limit);
    ids.push(...page.events.map((each) => each.id));
    cursor = page.next;
  }
  return ids;
};
const expected = (store: Store, isWanted: (each: { kind: string; id: number; path: string }) => boolean) =>
  store.events
    .latest({ limit: 100_000 })
    .filter(isWanted)
    .map((each) => each.id);

describe("the pages of what happened", () => {
  const rows: readonly [string, ActivityFilter, Parameters<typeof expected>[1]][] = [
    ["of everything", {}, () => true],
    ["of one kind", { kinds: ["failed"] }, ({ kind }) => kind === "failed"],
    ["of several kinds", { kinds: kindsOf("trouble") }, ({ kind }) => kindsOf("trouble").includes(kind)],
    ["of one library", { library: "series" }, ({ id }) => id % 2 === 0],
    ["with a text", { q: "film 1" }, ({ path }) => path.startsWith("Film 1")],
    ["with a sign that SQL would take for any", { q: "%" }, () => false],
    ["of a time", { from: NOW + 10, to: NOW + 20 }, ({ id }) => id > 30 && id <= 60],
    [
      "of all at once",
      { kinds: ["failed", "found"], library: "movies", q: "film", from: NOW + 5 },
      ({ id, kind }) => id > 15 && id % 2 === 1 && (kind === "failed" || kind === "found"),
    ],
  ];
  for (const [name, filter, isWanted] of rows)
    it(`${name} have each event once, newest first, whatever their size`, (context) => {
      const { store } = newStore(context);
      fill(store, 200);
      for (const limit of [1, 7, 500])
        assert.deepEqual(walk(store, filter, limit), expected(store, isWanted), String(limit));
    });

  it("look through a bounded number of events, say how far, and go on from there", (context) => {
    const { store } = newStore(context);
    store.events.append({ at: NOW - 1, assetId: null, kind: "failed", path: "needle", data: {} });
    fill(store, 60_000);
    const first = store.activity.page({ q: "needle", limit: 50 });
    assert.deepEqual(first.events, []);
    assert.equal(first.lookedBackTo, NOW + Math.floor(10_000 / 3));
    const second = store.activity.page({ q: "needle", limit: 50, cursor: first.next ?? "" });
    assert.deepEqual([second.events.map((each) => each.path), second.next], [["needle"], null]);
    assert.equal(store.activity.page({ kinds: ["failed"], q: "needle", limit: 50 }).events.length, 1);
  });

  it("come with the film as it stands, and without it once it is gone", (context) => {
    const { store } = newStore(context);
    const { id } = insert(store, "A.mkv");
    assert.equal(store.activity.page({ limit: 1 }).events[0]?.film?.state, "New");
    store.assets.apply(id, "gone", { now: NOW });
    const { events } = store.activity.page({ limit: 9 });
    assert.deepEqual(
      events.map((each) => [each.kind, each.film, each.library]),
      [
        ["gone", null, "movies"],
        ["found", null, "movies"],
      ],
    );
  });

  it("begin anew with a cursor that is none", (context) => {
    const { store } = newStore(context);
    fill(store, 3);
    for (const cursor of ["x", "1-", "9".repeat(40)])
      assert.equal(store.activity.page({ limit: 9, cursor }).events.length, 3, cursor);
  });
});

test("a day is from midnight to midnight of this machine's clock", () => {
  const range = rangeOf("2026-02-28");
  assert.ok(range);
  assert.deepEqual(
    [dayOf(range.from), dayOf(range.to - 1), dayOf(range.to)],
    ["2026-02-28", "2026-02-28", "2026-03-01"],
  );
  for (const wrong of ["2026-02-30", "2026-13-01", "today", ""]) assert.equal(rangeOf(wrong), null, wrong);
});

suite("the activity over HTTP", (the) => {
  test("the page shows what happened, with names that are text", async () => {
    const { body } = await the().app.inject("/activity");
    assert.match(body, /Converted, original kept/);
    assert.match(body, /4\.2 GB<\/data> <span aria-label="became">→<\/span> <data value="\d+">3\.9 GB/);
    assert.match(body, /Cannot be mended/);
    assert.doesNotMatch(body, /<img/);
    assert.match(body, /&lt;img/);
  });

  test("a topic, a library, a text and a day each leave what they say", async () => {
    const { app } = the();
    const ask = async (query: string) => (await app.inject(`/api/activity?${query}`)).json().events;
    const isOf = async (query: string, isSo: (each: Record<string, unknown>) => boolean) => {
      const events = await ask(query);
      assert.ok(events.length > 0, query);
      assert.ok(events.every(isSo), query);
    };
    await isOf("topic=converted", ({ topic }) => topic === "converted");
    await isOf("kind=assessed-plays", ({ kind }) => kind === "assessed-plays");
    await isOf("library=series", ({ library }) => library === "series");
    await isOf("q=ikiru", ({ path }) => String(path).startsWith("Ikiru"));
    await isOf(
      `day=${dayOf(Date.now() - 1500 * 60_000)}`,
      ({ at }) => dayOf(Number(at)) === dayOf(Date.now() - 1500 * 60_000),
    );
    assert.deepEqual(await ask("day=1999-01-01"), []);
    assert.equal((await app.inject("/api/activity?day=tomorrow")).statusCode, 400);
  });

  test("the pages of the API follow each other", async () => {
    const { app } = the();
    const all = (await app.inject("/api/activity?limit=200")).json();
    const first = (await app.inject("/api/activity?limit=5")).json();
    const second = (await app.inject(`/api/activity?limit=5&cursor=${first.next}`)).json();
    assert.deepEqual([...first.events, ...second.events], all.events.slice(0, 10));
    assert.equal(all.next, null);
  });

  test("the files hold every event, and nothing that a spreadsheet would run", async () => {
    const { app, control, films } = the();
    control.store.events.append({
      at: Date.now(),
      assetId: null,
      kind: "gone",
      path: "=cmd|'/C calc'!A0",
      data: { library: "movies" },
    });
    const csv = await app.inject("/api/activity.csv");
    const count = control.store.activity.page({ limit: 500 }).events.length;
    assert.match(String(csv.headers["content-type"]), /^text\/csv/);
    assert.match(
      String(csv.headers["content-disposition"]),
      /^attachment; filename="activity-\d{4}-\d\d-\d\d\.csv"$/,
    );
    assert.equal(csv.body.split("\r\n").length, count + 2);
    assert.ok(csv.body.startsWith('\uFEFF"time","kind"'));
    assert.match(csv.body, /"'=cmd\|'/);
    assert.doesNotMatch(csv.body, /"[=+@-]/);
    const ndjson = (await app.inject("/api/activity.ndjson?q=onerror")).body
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      new Set(ndjson.map(({ assetId }) => assetId)),
      new Set([film(films, HOSTILE_MARKUP).id]),
    );
  });
});

suite("the log over HTTP", (the) => {
  const say = (level: number, source: string, msg: string, more: object = {}): void =>
    the().said.write(`${JSON.stringify({ level, time: new Date().toISOString(), source, msg, ...more })}\n`);

  test("level, source and text leave what they say, newest first", async () => {
    say(30, "scan", "scanned", { library: "movies" });
    say(40, "jobs", "attempt failed", { path: "<img src=x>" });
    say(50, "backup", "database not backed up", { err: { message: "no room" } });
    const ask = async (query: string) =>
      (await the().app.inject(`/api/logs?${query}`))
        .json()
        .lines.map((each: { message: string }) => each.message);
    assert.deepEqual(await ask(""), ["database not backed up", "attempt failed", "scanned"]);
    assert.deepEqual(await ask("level=warn"), ["database not backed up", "attempt failed"]);
    assert.deepEqual(await ask("source=scan"), ["scanned"]);
    assert.deepEqual(await ask("q=NO+ROOM"), ["database not backed up"]);
    assert.deepEqual(await ask("limit=1&before=3"), ["attempt failed"]);
    assert.equal((await the().app.inject("/api/logs?level=loud")).statusCode, 400);
  });

  test("the page shows them as text, and only what is new is sent to one that follows", async () => {
    const { app, said } = the();
    const { body } = await app.inject("/activity/logs");
    assert.match(body, /attempt failed/);
    assert.doesNotMatch(body, /<img/);
    const nothing = await app.inject(`/activity/logs/new?after=${said.lastId()}`);
    assert.deepEqual([nothing.statusCode, nothing.body], [204, ""]);
    const before = said.lastId();
    say(30, "scan", "scanned once more");
    const news = (await app.inject(`/activity/logs/new?after=${before}`)).body;
    assert.match(news, /scanned once more[\s\S]*hx-swap-oob="true"[^>]*after=4/);
    assert.doesNotMatch(news, /attempt failed/);
  });
});
