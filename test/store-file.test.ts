import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { lifecycleTriggerSql } from "../src/core/lifecycle.ts";
import { openDatabase } from "../src/edges/store/database.ts";
import { LIBRARY_TABLES } from "../src/edges/store/libraries.ts";
import { lockDataDirectory } from "../src/edges/store/lock.ts";
import { migrate } from "../src/edges/store/migrations.ts";
import { openStore } from "../src/edges/store/store.ts";
import { insert, isProblem, NOW, newStore } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

test("the migration holds the trigger that the table of transitions makes", () => {
  const sql = readFileSync(join(import.meta.dirname, "../src/edges/store/migrations/0001-first.sql"), "utf8");
  assert.ok(sql.includes(lifecycleTriggerSql()));
});

test("probes come back as they were put and are pruned with their last asset", (context) => {
  const { store } = newStore(context);
  const media = { container: "mp4", streams: [], isEncrypted: false } as never;
  assert.equal(store.probes.get("f"), null);
  store.probes.put("f", media, { format: "x".repeat(10_000) }, NOW);
  store.probes.put("f", media, { format: "y" }, NOW);
  assert.deepEqual(store.probes.get("f"), { media });
  store.probes.put("old", { container: "mp4", streams: [{ kind: "video" }] } as never, {}, NOW);
  assert.deepEqual(store.probes.get("old"), {
    media: {
      container: "mp4",
      isEncrypted: false,
      streams: [{ kind: "video", combing: null, insideBars: null }],
    },
  });
  store.probes.remove("old");
  assert.deepEqual(store.probes.raw("f"), { format: "y" });
  insert(store, "a", { fingerprint: "f" });
  assert.equal(store.probes.prune("", 100), null);
  store.probes.remove("f");
  assert.equal(store.probes.get("f"), null);
});

test("a job comes back as it was put, with the end of its log", (context) => {
  const { store } = newStore(context);
  const { id } = insert(store, "a");
  const start = {
    assetId: id,
    token: "t",
    attempt: 1,
    work: "video",
    encoder: null,
    command: ["-i", "a'b"],
    startedAt: NOW,
  } as const;
  const pace = [{ seconds: 1, speed: 2.5, fps: null, bitrateBps: 3_000_000, degrees: 61 }];
  const job = store.jobs.start(start);
  assert.deepEqual(
    store.jobs.unfinished().map((each) => each.id),
    [job],
  );
  store.jobs.finish(job, {
    finishedAt: NOW + 5,
    outcome: "failed",
    encoder: "libx264",
    problemCode: "disk-full",
    log: "x".repeat(100_000),
    seconds: 1.5,
    checks: [{ name: "size", passed: true }],
    pace,
  });
  const [found] = store.jobs.forAsset(id, 10);
  assert.deepEqual(found, {
    ...start,
    id: job,
    pool: null,
    worker: null,
    pace,
    encoder: "libx264",
    finishedAt: NOW + 5,
    outcome: "failed",
    problemCode: "disk-full",
    problemDetail: null,
    log: "x".repeat(65_536),
    seconds: 1.5,
    outputBytes: null,
    checks: [{ name: "size", passed: true }],
  });
  assert.equal(store.jobs.prune(NOW + 1, 100), 1);
});

test("journal and roots come back as they were put", (context) => {
  const { store } = newStore(context);
  const { id } = insert(store, "a");
  const entry = {
    token: "t",
    assetId: id,
    step: "planned",
    partialPath: "/a/.x.t.partial.mp4",
    finalPath: "/a/x.mp4",
    sidecars: [{ from: "/a/.x.vtt", to: "/a/x.vtt" }],
    superseded: [{ path: "/a/x.en.vtt", sizeBytes: 3, modifiedUs: 4 }],
    sourcePath: "/a/x.mkv",
    original: "archive",
    archivePath: "/a/.archive/x.mkv",
    sourceFingerprint: "s",
    outputFingerprint: "o",
    archiveFolder: null,
    createdAt: NOW,
  } as const;
  store.journal.put(entry);
  store.journal.advance("t", "published");
  assert.deepEqual(store.journal.all(), [{ ...entry, step: "published" }]);
  store.journal.remove("t");
  assert.deepEqual(store.journal.all(), []);

  const root = {
    library: "movies",
    root: "/m",
    device: "1",
    identity: "1:2",
    mounts: ["b"],
    fileCount: 3,
    scannedAt: NOW,
    problemCode: "root-empty",
  } as const;
  store.roots.put(root);
  const kept = { ...root, seenAt: null };
  assert.deepEqual([store.roots.get("movies"), store.roots.all()], [kept, [kept]]);
  store.roots.put({ ...root, problemCode: null });
  store.roots.put({ ...root, scannedAt: NOW + 1 });
  assert.equal(store.roots.get("movies")?.seenAt, NOW, "when it was last seen stays");
});

test("a transaction that throws leaves nothing, an inner one is part of the outer", (context) => {
  const { store } = newStore(context);
  assert.throws(() =>
    store.transaction(() => {
      insert(store, "a");
      store.transaction(() => insert(store, "b"));
      throw new Error("no");
    }),
  );
  assert.equal(store.assets.counts().total, 0);
  assert.equal(store.events.latest({ limit: 10 }).length, 0);
  insert(store, "c");
  assert.equal(store.assets.counts().total, 1);
});

test("a newer database, rubbish and a folder are refused and left as they are", (context) => {
  const { store, file } = newStore(context);
  store.close();
  const raw = new DatabaseSync(file);
  raw.exec("PRAGMA user_version = 999");
  raw.close();
  assert.throws(() => openStore({ file }), isProblem("database-newer"));
  const rubbish = join(tempFolder(context), "cvc.sqlite");
  writeFileSync(rubbish, "this is no database ".repeat(100));
  assert.throws(() => openStore({ file: rubbish }), isProblem("database-damaged"));
  assert.equal(readFileSync(rubbish, "utf8").slice(0, 7), "this is");
  assert.throws(() => openStore({ file: tempFolder(context) }), isProblem("database-unusable"));
});

test("a migration that fails changes nothing", (context) => {
  const file = join(tempFolder(context), "x.sqlite");
  const database = openDatabase(file);
  context.after(database.close);
  const first = { version: 1, name: "0001-a.sql", sql: "CREATE TABLE a (x); INSERT INTO a VALUES (1);" };
  const second = {
    version: 2,
    name: "0002-b.sql",
    sql: "INSERT INTO a VALUES (2); SELECT nonsense FROM nowhere;",
  };
  migrate(database, [first]);
  assert.throws(() => migrate(database, [first, second]));
  assert.deepEqual([database.version(), database.sql("SELECT count(*) AS n FROM a").get()?.n], [1, 1]);
  migrate(database, [first, { ...second, sql: "INSERT INTO a VALUES (2);" }]);
  assert.deepEqual([database.version(), database.sql("SELECT count(*) AS n FROM a").get()?.n], [2, 2]);
});

test("a second orchestrator on one data folder is refused until the first lets go or dies", async (context) => {
  const folder = tempFolder(context);
  const first = lockDataDirectory(folder);
  assert.throws(() => lockDataDirectory(folder), isProblem("already-running"));
  const module = new URL("../src/edges/store/lock.ts", import.meta.url).href;
  const { spawn } = await import("node:child_process");
  const script = `const { lockDataDirectory } = await import(${JSON.stringify(module)});
    try { globalThis.held = lockDataDirectory(${JSON.stringify(folder)}); console.log("held"); setInterval(() => {}, 1000); }
    catch (thrown) { console.log(thrown.code); }`;
  const start = () => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    context.after(() => child.kill("SIGKILL"));
    return child;
  };
  const refused = start();
  assert.equal(String((await once(refused.stdout, "data"))[0]).trim(), "already-running");
  first.release();
  const holder = start();
  assert.equal(String((await once(holder.stdout, "data"))[0]).trim(), "held");
  assert.throws(() => lockDataDirectory(folder), isProblem("already-running"));
  holder.kill("SIGKILL");
  await once(holder, "exit");
  lockDataDirectory(folder).release();
});

test("every table with the name of a library is known to who gives it another", (context) => {
  const { file } = newStore(context);
  const raw = new DatabaseSync(file, { readOnly: true });
  context.after(() => raw.close());
  const tables = raw
    .prepare(
      "SELECT m.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table' AND c.name = 'library'",
    )
    .all()
    .map(({ name }) => String(name));
  assert.deepEqual(
    tables.toSorted(),
    [...LIBRARY_TABLES, "asset_kinds", "outcome_sums", "workload"].toSorted(),
  );
});

test("a file that two programs make at once is made by one of them", (context) => {
  const file = join(tempFolder(context), "made.sqlite");
  const [first, second] = [openDatabase(file), openDatabase(file)];
  context.after(() => {
    for (const each of [first, second]) each.close();
  });
  const made = [{ version: 1, name: "one", sql: "CREATE TABLE one (a INTEGER) STRICT" }];
  const overtaken: typeof second = {
    ...second,
    transaction: (work) => {
      migrate(first, made);
      return second.transaction(work);
    },
  };
  migrate(overtaken, made);
  assert.equal(second.version(), 1);
});
