/** Backups of the database: made daily and before a migration, checked, kept for some days, never in anybody's way. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { createBackupLoop } from "../src/apps/backup-loop.ts";
import { Problem } from "../src/core/problem.ts";
import { listBackups, makeBackup } from "../src/edges/store/backups.ts";
import { openDatabase } from "../src/edges/store/database.ts";
import { inspectDatabase } from "../src/edges/store/inspect-database.ts";
import { migrate, readMigrations } from "../src/edges/store/migrations.ts";
import { backupFolder, databaseFile, openLibrary } from "../src/edges/store/open-library.ts";
import { openStore } from "../src/edges/store/store.ts";
import { backUp, DAY_MS, damage, middlePage, newDataFolder, runSql } from "./support/data-folder.ts";
import { filesBelow } from "./support/orchestrator.ts";
import { newBench } from "./support/running.ts";
import { fillDisk, smallDisk } from "./support/small-disk.ts";
import { insert, isProblem, NOW } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const filmsIn = (path: string): number => {
  const found = inspectDatabase(path, "integrity_check");
  return found.kind === "good" ? found.films : assert.fail(found.problem.message);
};

test("a backup is one whole file, of the very moment, while films are added", async (context) => {
  const { file, backups } = newDataFolder(context);
  const store = openStore({ file });
  context.after(store.close);
  let added = 0;
  const adding = setInterval(() => insert(store, `Added ${added++}`), 1);
  context.after(() => clearInterval(adding));
  const making = makeBackup(store.database, backups, { reason: "daily", now: NOW });
  // While the thread copies, too.
  for (let n = 0; n < 50; n++) insert(store, `At once ${n}`);
  const made = await making;
  clearInterval(adding);
  assert.equal(made.name, "library-2023-11-14T22-13-20Z-daily.sqlite");
  assert.deepEqual(filesBelow(backups), [made.name]);
  const films = filmsIn(made.path);
  assert.ok(films >= 200 && films <= 250 + added, `${films} of ${250 + added}`);
  assert.deepEqual(filesBelow(backups), [made.name], "to look at it makes nothing");
});

/** A data folder as the program before migration 3 left it, with three films. */
const oldFolder = (context: TestContext) => {
  const directory = tempFolder(context);
  const [file, backups] = [databaseFile(directory), backupFolder(directory)];
  const database = openDatabase(file);
  migrate(
    database,
    readMigrations().filter(({ version }) => version <= 2),
  );
  for (const path of ["a", "b", "c"])
    database.exec(
      `INSERT INTO assets (library, path, size_bytes, modified_us, found_at, state_at) VALUES ('films', '${path}', 1, 1, 1, 1)`,
    );
  database.close();
  return { directory, file, backups };
};

test("backed up before it is migrated; once for a migration that fails at every start", async (context) => {
  const { directory, file, backups } = oldFolder(context);
  runSql(file, "ALTER TABLE journal ADD COLUMN superseded TEXT");
  await assert.rejects(openLibrary(directory, NOW), /duplicate column/);
  await assert.rejects(openLibrary(directory, NOW + 5000), /duplicate column/);
  const newest = readMigrations().at(-1)?.version;
  const name = `library-2023-11-14T22-13-20Z-before-migration-2-to-${newest}.sqlite`;
  assert.deepEqual(filesBelow(backups), [name]);
  const found = inspectDatabase(join(backups, name), "integrity_check");
  assert.ok(found.kind === "good" && found.version === 2 && found.isOlder && found.films === 3);
  runSql(file, "ALTER TABLE journal DROP COLUMN superseded");
  const store = await openLibrary(directory, NOW + 10_000);
  assert.equal(store.assets.counts().total, 3);
  store.close();
  assert.equal(listBackups(backups).length, 2, "of another content, so another backup");
});

test("no migration without a backup", async (context) => {
  const { directory, file, backups } = oldFolder(context);
  writeFileSync(backups, "a file where the folder should be");
  await assert.rejects(openLibrary(directory, NOW), (thrown) => {
    assert.ok(thrown instanceof Problem && /nothing was changed/.test(thrown.hint));
    return thrown.code === "backup-failed";
  });
  const database = openDatabase(file);
  assert.equal(database.version(), 2);
  database.close();
});

test("what a kill left of a backup goes with the next, and none is overwritten", async (context) => {
  const folder = newDataFolder(context);
  mkdirSync(folder.backups);
  const left = ".library-2023-11-14T00-00-00Z-daily.sqlite.partial";
  for (const name of [left, `${left}-journal`, "notes of mine.txt"])
    writeFileSync(join(folder.backups, name), "x");
  const names = [await backUp(folder), await backUp(folder)];
  assert.equal(new Set(names).size, 2);
  assert.deepEqual(filesBelow(folder.backups), [...names, "notes of mine.txt"].sort());
});

test("a damaged database makes no backup, and is known to be damaged", async (context) => {
  const folder = newDataFolder(context);
  damage(folder.file, middlePage(folder.file));
  const database = openDatabase(folder.file);
  context.after(database.close);
  const input = { reason: "daily", now: NOW } as const;
  await assert.rejects(makeBackup(database, folder.backups, input), isProblem("database-damaged"));
  assert.equal(database.trouble()?.code, "database-damaged");
  assert.deepEqual(filesBelow(folder.backups), []);
});

test("no backup takes the last room of a disk", async (context) => {
  const disk = smallDisk(context, 8 * 2 ** 20);
  if (disk === null) return context.skip("no disk may be mounted here");
  const folder = newDataFolder(context, disk);
  fillDisk(disk, 400_000);
  await assert.rejects(backUp(folder), (thrown) => {
    assert.match(String(thrown), /backups: [\d.]+ [kM]B must be free, \d+ kB are\./);
    return isProblem("backup-failed")(thrown);
  });
  assert.deepEqual(filesBelow(folder.backups), []);
});

/** A loop over a real store, with a clock that the test moves. */
const newLoop = (context: TestContext) => {
  const dataDirectory = tempFolder(context);
  const { running, pass } = newBench(context, join(dataDirectory, "films"));
  const folder = backupFolder(dataDirectory);
  const scanning: string[] = [];
  const start = () => createBackupLoop(running, { dataDirectory, scanning: () => scanning });
  let loop = start();
  return {
    running,
    folder,
    scanning,
    problem: () => loop.problem(),
    restart: () => {
      loop = start();
    },
    /** After `ms` the loop looks, twice at once; how many backups there are then. */
    after: async (ms: number): Promise<number> => {
      pass(ms);
      loop.pump();
      loop.pump();
      await loop.idle();
      return listBackups(folder).length;
    },
  };
};

test("daily, from the first film on, also over a restart, and kept for the days of the settings", async (context) => {
  const { running, folder, scanning, after, restart } = newLoop(context);
  assert.equal(await after(0), 0, "nothing is there to be kept");
  insert(running.store, "Film.mkv");
  scanning.push("films");
  assert.equal(await after(0), 0, "not in the middle of a scan");
  scanning.pop();
  assert.equal(await after(0), 1);
  assert.equal(await after(DAY_MS - 1000), 1);
  restart();
  assert.equal(await after(500), 1);
  assert.equal(await after(500), 2);
  for (let day = 2; day < 16; day++) await after(DAY_MS);
  assert.equal(listBackups(folder).length, 15, "14 days, and today");
  assert.equal(await after(100 * DAY_MS), 1, "the newest stays, however old those before it are");
  assert.equal(await after(-50 * DAY_MS), 2, "a clock that is put back is a new day too");
  assert.equal(await after(1000), 2);
});

test("a backup that fails is said, stops nothing, removes nothing, and is tried again in an hour", async (context) => {
  const { running, folder, after, problem } = newLoop(context);
  insert(running.store, "Film.mkv");
  assert.equal(await after(0), 1);
  const [first] = listBackups(folder);
  const blocked = join(folder, ".library-x.sqlite.partial");
  mkdirSync(blocked);
  writeFileSync(join(blocked, "a file"), "");
  assert.equal(await after(20 * DAY_MS), 1, "the only one stays, though it is old");
  assert.equal(problem()?.code, "backup-failed");
  assert.deepEqual(listBackups(folder), [first]);
  rmSync(blocked, { recursive: true });
  await after(3599_000);
  assert.equal(problem()?.code, "backup-failed");
  assert.equal(await after(1000), 1, "made, and the old one went");
  assert.equal(problem(), null);
  assert.notEqual(listBackups(folder)[0]?.name, first?.name);
});

test("a backup is opened by any SQLite tool, without any file beside it", async (context) => {
  const folder = newDataFolder(context);
  const path = join(folder.backups, await backUp(folder));
  const database = new DatabaseSync(path, { readOnly: true });
  assert.equal(database.prepare("PRAGMA journal_mode").get()?.journal_mode, "delete");
  assert.equal(database.prepare("SELECT count(*) AS n FROM assets").get()?.n, 200);
  assert.equal(readdirSync(folder.backups).length, 1);
  database.close();
});
