/** What is old goes, a little at a time, and the database gives the room of it back to the disk. */
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { createCleanUpLoop } from "../src/apps/clean-up-loop.ts";
import type { JobProgress } from "../src/apps/control.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { openDatabase } from "../src/edges/store/database.ts";
import { makeShrinkable } from "../src/edges/store/make-shrinkable.ts";
import { newBench } from "./support/running.ts";
import { insert, NOW, newStore } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const DAY_MS = 86_400_000;

const cleanUp = async (running: Parameters<typeof createCleanUpLoop>[0]): Promise<void> => {
  const loop = createCleanUpLoop(running, { scanning: () => [] });
  loop.pump();
  await loop.idle();
};

/** Writes `count` old events straight into the file, as long years do. */
const addOldEvents = (file: string, count: number, at: number): void => {
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA synchronous = OFF; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO events (at, asset_id, kind, path, data)
      SELECT ${at} + i, i % 5000, 'found', 'Movies/Some film of a year (' || i || ').mkv', '{"library":"movies"}' FROM n;
    PRAGMA wal_checkpoint(TRUNCATE);`);
  database.close();
};

test("each kind goes by its own days, and what is young stays", async (context) => {
  const { running } = newBench(context, tempFolder(context));
  const { store } = running;
  const ages = [1, 6, 8, 29, 31, 400];
  for (const days of ages) {
    const at = NOW - days * DAY_MS;
    store.events.append({ at, assetId: null, kind: "found", path: `${days}`, data: {} });
    const start = {
      assetId: days,
      token: "t",
      attempt: 1,
      work: "copy",
      encoder: null,
      command: [],
    } as const;
    const id = store.jobs.start({ ...start, startedAt: at });
    store.jobs.finish(id, { finishedAt: at, outcome: "done", log: "said" });
  }
  const unfinished = store.jobs.start({
    ...{ assetId: 9, token: "u", attempt: 1, work: "copy", encoder: null, command: [] },
    startedAt: 0,
  });
  insert(store, "a.mkv", { fingerprint: "kept" });
  for (const each of ["gone", "kept"]) store.probes.put(each, {} as never, {}, NOW);
  await cleanUp(running);
  assert.deepEqual(
    store.events
      .latest({ limit: 20 })
      .flatMap((each) => (each.kind === "found" && each.path.length < 4 ? [each.path] : [])),
    ["29", "8", "6", "1"],
  );
  assert.deepEqual(
    ages.filter((days) => store.jobs.forAsset(days, 1).length > 0),
    [1, 6],
  );
  assert.equal(store.jobs.unfinished()[0]?.id, unfinished);
  assert.deepEqual([store.probes.raw("gone"), store.probes.raw("kept")], [null, {}]);
});

test("history is kept for its own days when they are more than those of the logs", async (context) => {
  const { running } = newBench(context, tempFolder(context));
  const settings = {
    ...running.settings,
    ...settingsFrom({ logging: { history_days: 365, retention_days: 7 } }),
  };
  running.store.events.append({ at: NOW - 300 * DAY_MS, assetId: null, kind: "found", path: "a", data: {} });
  running.store.events.append({ at: NOW - 366 * DAY_MS, assetId: null, kind: "found", path: "b", data: {} });
  await cleanUp({ ...running, settings });
  assert.deepEqual(
    running.store.events.latest({ limit: 5 }).map((each) => each.path),
    ["a"],
  );
});

test("of what ffmpeg said only so much is kept, of the newest attempts, and how each ended stays", async (context) => {
  const { running } = newBench(context, tempFolder(context));
  const settings = { ...running.settings, ...settingsFrom({ logging: { attempts_max_size_mb: 5 } }) };
  const { jobs } = running.store;
  for (let film = 1; film <= 120; film++) {
    const start = {
      assetId: film,
      token: "t",
      attempt: 1,
      work: "copy",
      encoder: null,
      command: [],
    } as const;
    const id = jobs.start({ ...start, startedAt: NOW });
    jobs.finish(id, {
      finishedAt: NOW,
      outcome: "failed",
      problemCode: "io-error",
      log: `${film} ${"é".repeat(32_000)}`,
    });
  }
  assert.equal(jobs.amount().rows, 120);
  await cleanUp({ ...running, settings });
  assert.ok(jobs.amount().bytes <= 5e6 && jobs.amount().bytes > 4.8e6, String(jobs.amount().bytes));
  const kept = (film: number) => jobs.forAsset(film, 1)[0];
  assert.deepEqual([kept(1)?.log, kept(1)?.problemCode], ["", "io-error"]);
  assert.match(kept(120)?.log ?? "", /^120 é/);
});

test("many old events go a little at a time, and the file gets smaller", async (context) => {
  const { store, file } = newStore(context);
  const { running } = newBench(context, tempFolder(context));
  addOldEvents(file, 50_000, NOW - 200 * DAY_MS);
  const before = statSync(file).size;
  store.events.append({ at: NOW, assetId: null, kind: "found", path: "young", data: {} });
  assert.ok(Math.abs(store.events.amount().rows - 50_001) < 5);
  let longest = 0;
  let last = performance.now();
  const watch = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  const began = performance.now();
  await cleanUp({ ...running, store });
  clearInterval(watch);
  const seconds = Math.round((performance.now() - began) / 1000);
  assert.equal(store.events.amount().rows, 1);
  store.database.shrink(0);
  store.close();
  const after = statSync(file).size;
  context.diagnostic(
    `${seconds} s, nothing waited longer than ${Math.round(longest)} ms, ${before} bytes became ${after}`,
  );
  assert.ok(after < before / 5, `${before} ${after}`);
});

test("room is given back only while nothing is in work", async (context) => {
  const { store, file } = newStore(context);
  const { running } = newBench(context, tempFolder(context));
  addOldEvents(file, 40_000, NOW - 200 * DAY_MS);
  const busy = { ...running, store, progress: new Map([[1, {} as JobProgress]]) };
  await cleanUp(busy);
  const { freeBytes } = store.database.room();
  assert.ok(freeBytes > 4e6, String(freeBytes));
  await cleanUp({ ...running, store });
  assert.ok(store.database.room().freeBytes < 2e6);
});

test("a database of before is made over once, with everything in it", async (context) => {
  const file = join(tempFolder(context), "old.sqlite");
  const old = new DatabaseSync(file);
  old.exec(`PRAGMA journal_mode = WAL; CREATE TABLE a (b TEXT) STRICT; INSERT INTO a VALUES ('kept');
    CREATE TABLE c (d BLOB) STRICT; INSERT INTO c VALUES (zeroblob(9000000)); DELETE FROM c;`);
  old.close();
  const database = openDatabase(file);
  context.after(database.close);
  assert.equal(database.room().shrinks, false);
  await makeShrinkable(database);
  const room = database.room();
  assert.equal(room.shrinks, true);
  assert.ok(room.sizeBytes < 100_000 && statSync(file).size < 100_000);
  assert.equal(database.sql("SELECT b FROM a").get()?.b, "kept");
  assert.equal(database.check(), null);
});
