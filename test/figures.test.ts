/** The figures that the tables keep, against the films themselves. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it, type TestContext } from "node:test";
import { createFiguresLoop } from "../src/apps/figures-loop.ts";
import { dayOf } from "../src/apps/local-day.ts";
import { keptStats, readStats } from "../src/apps/stats.ts";
import { openDatabase } from "../src/edges/store/database.ts";
import { migrate, readMigrations } from "../src/edges/store/migrations.ts";
import { openStore, type Store } from "../src/edges/store/store.ts";
import { fillLibrary, openTestControl } from "./support/control.ts";
import { FILMS } from "./support/films.ts";
import { insert, NOW, newStore, queue } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const ALL = { libraries: ["movies", "series"] };
const DAY_MS = 86_400_000;

/** What the sums should be, read of every film. */
const summed = (file: string): unknown => {
  const raw = new DatabaseSync(file, { readOnly: true });
  try {
    return raw
      .prepare(
        `SELECT state, outcome, ifnull(work, '') AS work, count(*) AS films, total(playing_seconds) AS playingSeconds,
           total(size_bytes) AS sizeBytes, total(result_bytes) AS resultBytes
         FROM assets WHERE outcome IS NOT NULL GROUP BY 1, 2, 3`,
      )
      .all()
      .map((row) => ({ ...row }));
  } finally {
    raw.close();
  }
};

const inOrder = (rows: unknown): unknown => {
  assert.ok(Array.isArray(rows));
  return rows.map((each) => JSON.stringify(Object.entries(each).toSorted())).toSorted();
};

const play = (
  store: Store,
  path: string,
  more: Partial<{ playingSeconds: number; sizeBytes: number }> = {},
) => {
  const asset = insert(store, path, more);
  store.assets.apply(asset.id, "assessed-plays", { now: NOW, work: "none", playingSeconds: 60, ...more });
  return asset;
};

const convert = (
  store: Store,
  path: string,
  { work, seconds }: { work: "copy" | "video"; seconds: number },
) => {
  const asset = queue(store, path, { work, sizeBytes: 1000 });
  store.assets.touch(asset.id, { playingSeconds: 3600 });
  store.assets.apply(asset.id, "claimed", { now: NOW, token: path });
  const encoder = work === "copy" ? "copy" : "libx264";
  const job = store.jobs.start({
    assetId: asset.id,
    token: path,
    attempt: 1,
    work,
    encoder,
    command: [],
    startedAt: NOW,
  });
  store.assets.apply(asset.id, "published-kept", { now: NOW, token: path, resultBytes: 400 });
  store.jobs.finish(job, { outcome: "done", finishedAt: NOW + 1, seconds });
  return asset;
};

describe("the sums of films that play", () => {
  it("are those of the films, whatever becomes of them", (context) => {
    const { store, file } = newStore(context);
    const check = (what: string): void =>
      assert.deepEqual(inOrder(store.figures.outcomes(ALL)), inOrder(summed(file)), what);
    const first = play(store, "a");
    play(store, "b", { sizeBytes: 5000 });
    convert(store, "c", { work: "copy", seconds: 9 });
    check("made");
    store.assets.touch(first.id, { playingSeconds: 7200, sizeBytes: 1 });
    check("changed in place");
    store.assets.apply(first.id, "reprocess", { now: NOW });
    check("in the queue again");
    const third = convert(store, "d", { work: "video", seconds: 100 });
    store.assets.apply(third.id, "gone", { now: NOW });
    check("gone");
    assert.deepEqual(store.figures.outcomes({ libraries: ["other"] }), []);
  });

  it("get the lengths of films that an older version did not keep", (context) => {
    const { store, file } = newStore(context);
    store.probes.put("print", { durationSeconds: 5400.4, streams: [] } as never, {}, NOW);
    const asset = store.assets.insert({
      library: "movies",
      path: "a",
      sizeBytes: 1,
      modifiedUs: 1,
      fingerprint: "print",
      foundAt: NOW,
    });
    store.assets.apply(asset.id, "assessed-plays", { now: NOW, work: "none" });
    const unread = insert(store, "b");
    store.assets.apply(unread.id, "assessed-plays", { now: NOW, work: "none" });
    assert.equal(store.figures.readLengths({ after: 0, limit: 1 }), asset.id);
    assert.equal(store.figures.readLengths({ after: asset.id, limit: 1 }), unread.id);
    assert.equal(store.figures.readLengths({ after: unread.id, limit: 1 }), null, "each is read once");
    assert.equal(store.assets.byId(asset.id)?.playingSeconds, 5400);
    assert.deepEqual(inOrder(store.figures.outcomes(ALL)), inOrder(summed(file)));
  });
});

it("a library that gets another name keeps its figures", (context) => {
  const { store } = newStore(context);
  convert(store, "a", { work: "copy", seconds: 36 });
  store.figures.keepDay(dayOf(NOW));
  const all = (libraries: readonly string[]) => [
    store.figures.outcomes({ libraries }),
    store.figures.encoders({ libraries }),
    store.figures.ready({ libraries, since: "0" }),
  ];
  const before = all(["movies"]);
  store.libraries.rename("movies", "films");
  assert.deepEqual(all(["films"]), before);
  assert.deepEqual(all(["movies"]), [[], [], []]);
  const happened = store.activity.page({ library: "films", limit: 9 }).events.length;
  assert.ok(happened > 0, "what happened is found by the new name");
});

describe("the figures of days", () => {
  it("count what was done, and how fast, once an attempt ends", (context) => {
    const { store } = newStore(context);
    convert(store, "a", { work: "copy", seconds: 36 });
    convert(store, "b", { work: "video", seconds: 1800 });
    const failing = queue(store, "c", { work: "video" });
    store.assets.apply(failing.id, "claimed", { now: NOW, token: "t" });
    const job = store.jobs.start({
      assetId: failing.id,
      token: "t",
      attempt: 1,
      work: "video",
      encoder: "libx264",
      command: [],
      startedAt: NOW,
    });
    store.jobs.finish(job, { outcome: "failed", finishedAt: NOW, seconds: 5 });
    store.jobs.finish(job, { outcome: "failed", finishedAt: NOW, seconds: 5 });
    const day = dayOf(NOW);
    assert.deepEqual(store.figures.work({ ...ALL, since: day }), [
      { day, work: "copy", done: 1, failed: 0 },
      { day, work: "video", done: 1, failed: 1 },
    ]);
    assert.deepEqual(store.figures.encoders(ALL), [
      { encoder: "copy", films: 1, playingSeconds: 3600, workSeconds: 36 },
      { encoder: "libx264", films: 1, playingSeconds: 3600, workSeconds: 1800 },
    ]);
    store.jobs.prune(NOW + DAY_MS, 100);
    assert.equal(store.figures.encoders(ALL).length, 2, "they outlive the attempts");
  });

  it("keep how much plays, as it was at the end of each day", (context) => {
    const { store } = newStore(context);
    let now = NOW;
    const running = { store, now: () => now, signal: new AbortController().signal };
    const loop = createFiguresLoop(running as never);
    insert(store, "a");
    loop.pump();
    play(store, "b");
    now += 61_000;
    loop.pump();
    now += DAY_MS;
    insert(store, "c");
    loop.pump();
    assert.deepEqual(store.figures.ready({ ...ALL, since: dayOf(NOW) }), [
      { day: dayOf(NOW), films: 2, ready: 1 },
      { day: dayOf(now), films: 3, ready: 1 },
    ]);
  });
});

describe("the figures of days before the update", () => {
  it("are those that the events tell", (context) => {
    const file = join(tempFolder(context), "old.sqlite");
    const database = openDatabase(file);
    const all = readMigrations();
    migrate(
      database,
      all.filter(({ version }) => version < 12),
    );
    const add = (id: number, path: string, state: string, at: number): void =>
      void database
        .sql(
          `INSERT INTO assets (id, library, path, state, size_bytes, modified_us, found_at, state_at) VALUES (:id, 'movies', :path, :state, 1, 1, :at, :at)`,
        )
        .run({ id, path, state, at });
    const event = (at: number, assetId: number, kind: string, data: object): void =>
      void database
        .sql(`INSERT INTO events (at, asset_id, kind, path, data) VALUES (:at, :assetId, :kind, 'x', :data)`)
        .run({ at, assetId, kind, data: JSON.stringify({ library: "movies", ...data }) });
    // Day 0: two found, one plays. Day 1: the other plays, a third is found and plays. Day 2: the first is gone.
    for (const id of [1, 2]) event(NOW, id, "found", {});
    event(NOW, 1, "assessed-plays", { from: "New", to: "Completed", why: "" });
    event(NOW + DAY_MS, 2, "assessed-plays", { from: "New", to: "Completed", why: "" });
    event(NOW + DAY_MS, 3, "found", {});
    event(NOW + DAY_MS, 3, "assessed-plays", { from: "New", to: "Completed", why: "" });
    event(NOW + 2 * DAY_MS, 1, "output-moved", { from: "/a", to: "/b" });
    event(NOW + 2 * DAY_MS, 1, "gone", {});
    for (const id of [2, 3]) add(id, `f${id}`, "Completed", NOW);
    migrate(database, all);
    database.close();
    const store = openStore({ file });
    context.after(store.close);
    assert.deepEqual(
      store.figures.ready({ ...ALL, since: "0" }).map(({ films, ready }) => [films, ready]),
      [
        [2, 1],
        [3, 3],
        [2, 2],
      ],
    );
  });
});

describe("the stats", () => {
  const control = (context: TestContext) => {
    const opened = openTestControl(tempFolder(context));
    context.after(opened.close);
    fillLibrary(opened.control, Date.now());
    return opened.control;
  };

  it("have the counts that stand everywhere else, and a row a day", (context) => {
    const it = control(context);
    const stats = readStats(it, Date.now());
    assert.deepEqual([stats.films, stats.ready], [FILMS.length, 7]);
    assert.deepEqual(stats.readyByDay.at(-1), { day: dayOf(Date.now()), films: FILMS.length, ready: 7 });
    assert.equal(stats.doneByDay.length, 30);
    assert.deepEqual(stats.work, it.store.assets.counts().work);
    assert.deepEqual(
      stats.failures.map(({ code, films }) => [code, films]),
      [["source-damaged", 1]],
    );
    const first = (name: "container" | "codec" | "audio") =>
      stats.contents[name].map((each) => [each.name, each.films]);
    assert.deepEqual(first("codec"), [
      ["h264", 10],
      ["hevc", 2],
    ]);
    assert.deepEqual(first("container"), [
      ["matroska", 7],
      ["mp4", 5],
    ]);
    assert.deepEqual(
      [stats.space.films, stats.space.keptBytes, stats.space.archivedBytes],
      [3, 8_400_000_000, 1_300_000_000],
    );
    // All seven play with the picture untouched, an hour and a half each.
    assert.deepEqual(
      [stats.notEncoded.films, stats.notEncoded.playingSeconds, stats.notEncoded.isMeasured],
      [7, 7 * 5400, false],
    );
  });

  it("count what was saved by this machine's own speed once it has encoded", (context) => {
    const it = control(context);
    const before = readStats(it, Date.now()).notEncoded.playingSeconds;
    // Three of those seven were converted by copying or with their sound alone.
    const copied = 3 * 5400 + 3600;
    convert(it.store, "Long.mkv", { work: "video", seconds: 1200 });
    convert(it.store, "Short.mkv", { work: "copy", seconds: 20 });
    const { notEncoded } = readStats(it, Date.now());
    assert.deepEqual([notEncoded.isMeasured, notEncoded.speed], [true, 3]);
    assert.equal(notEncoded.savedSeconds, (before + 3600) / 3 - (copied * 20) / 3600);
  });

  it("are gathered once a minute", (context) => {
    let now = Date.now();
    const stats = keptStats(control(context), () => now);
    const first = stats();
    now += 59_000;
    assert.equal(stats(), first);
    now += 2000;
    assert.notEqual(stats(), first);
  });
});
