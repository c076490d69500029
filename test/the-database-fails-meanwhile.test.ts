/** A database that cannot be read or written any more while the program runs: all work waits, and no film is blamed. */
import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { createBackupLoop } from "../src/apps/backup-loop.ts";
import { createDatabaseWatch } from "../src/apps/database-watch.ts";
import { overview } from "../src/apps/overview.ts";
import type { Running } from "../src/apps/running.ts";
import { openStore } from "../src/edges/store/store.ts";
import { putClip } from "./support/clips.ts";
import { DAY_MS, type DataFolder, damage, middlePage, newDataFolder } from "./support/data-folder.ts";
import { assertNoPartials, filesBelow, newHouse, sha256, standIn, until } from "./support/orchestrator.ts";
import { newBench } from "./support/running.ts";
import { fillDisk, smallDisk } from "./support/small-disk.ts";
import { insert, isProblem } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

test("a disk that fills up under the database while a film is in work", async (context) => {
  const disk = smallDisk(context, 16 * 2 ** 20);
  if (disk === null) return context.skip("no disk may be mounted here");
  const house = newHouse(context, { data: join(disk, "data") });
  const source = await putClip("picture", join(house.root, "Film.avi"));
  const before = sha256(source);
  const { store, overview: look } = await house.start(standIn("takes-its-time"));
  await until("ffmpeg writes", () => filesBelow(house.root).some((each) => each.includes(".partial.")));
  const ballast = fillDisk(disk);
  const waiting = await until("it is said", () => look().waiting);
  assert.equal(waiting.code, "database-full");
  assert.match(waiting.sentence, /^All work waits\. The disk of the database is full\. .*library\.sqlite/);
  await until("nothing is in work", () => look().waiting !== null && house.now().progressOf(1) === null);
  assert.deepEqual(
    filesBelow(house.root),
    ["Film.avi"],
    "nothing is published that could not be written down",
  );
  assert.equal(sha256(source), before);
  assert.equal(store.assets.byId(1)?.problemCode, null);
  rmSync(ballast);
  await until("it goes on", () => look().waiting === null);
  await house.becomes("Film.avi", "Queued");
  house.now().reprocess(1);
  const done = await house.becomes("Film.avi", "Completed", "Failed");
  assert.deepEqual([done.state, done.attempt], ["Completed", 0]);
  assert.deepEqual(
    store.jobs.forAsset(1, 9).map((job) => job.outcome),
    ["done", "interrupted"],
  );
  assertNoPartials(house.root);
  assert.equal(sha256(source), before);
  await house.stop();
});

/** The loops' surroundings over a database that lies in `folder`; the clock is moved by hand. */
const newWatch = (context: TestContext, { file }: DataFolder) => {
  const { running: bench, pass } = newBench(context, tempFolder(context));
  const store = openStore({ file });
  context.after(store.close);
  let told = 0;
  const running: Running = { ...bench, store, changed: () => void told++ };
  const scans = { scanning: () => [], badNames: () => [] };
  const waits = () => overview(running, { scans, startedAt: 0, problems: [] }).waiting;
  return { running, store, pass, waits, told: () => told, isThere: createDatabaseWatch(running) };
};

test("held by another program: work waits, is tried again after a while, and goes on", (context) => {
  const folder = newDataFolder(context);
  const { store, pass, waits, told, isThere } = newWatch(context, folder);
  const other = new DatabaseSync(folder.file);
  context.after(() => other.isOpen && other.close());
  other.exec("BEGIN IMMEDIATE");
  assert.ok(isThere());
  assert.throws(() => insert(store, "New.mkv"), isProblem("database-locked"));
  assert.deepEqual([isThere(), isThere(), told()], [false, false, 1], "said once");
  assert.match(waits()?.sentence ?? "", /^All work waits\. Another program holds the database\./);
  other.exec("ROLLBACK");
  pass(14_000);
  assert.equal(isThere(), false, "not at every look");
  pass(2000);
  assert.deepEqual([isThere(), told(), waits()], [true, 2, null]);
  insert(store, "New.mkv");
});

test("damage that is met: nothing more is written, and time does not mend it", (context) => {
  const folder = newDataFolder(context);
  const middle = middlePage(folder.file);
  // Behind the first pages, which hold the names of the tables.
  damage(folder.file, middle, Math.floor(middle / 2));
  const before = readFileSync(folder.file);
  const { store, pass, isThere } = newWatch(context, folder);
  const read = () => {
    for (const each of store.assets.iterate("movies")) assert.ok(each);
  };
  assert.throws(read, isProblem("database-damaged"));
  assert.equal(isThere(), false);
  assert.throws(() => insert(store, "New.mkv"), isProblem("database-damaged"));
  assert.throws(() => store.assets.touch(1, { priority: 1 }), isProblem("database-damaged"));
  pass(3600_000);
  assert.deepEqual([isThere(), store.database.trouble()?.code], [false, "database-damaged"]);
  store.close();
  assert.deepEqual(readFileSync(folder.file), before);
});

test("damage that no film has met yet is found by the daily backup", async (context) => {
  const folder = newDataFolder(context);
  const { running, store, pass, isThere } = newWatch(context, folder);
  const loop = createBackupLoop(running, { dataDirectory: folder.directory, scanning: () => [] });
  // The films are read, so that they are in memory; then the disk loses them.
  assert.equal([...store.assets.iterate("movies")].length, 200);
  damage(folder.file, middlePage(folder.file));
  pass(DAY_MS);
  loop.pump();
  await loop.idle();
  assert.equal(loop.problem()?.code, "database-damaged");
  assert.deepEqual(filesBelow(folder.backups), []);
  assert.equal(isThere(), false);
});
