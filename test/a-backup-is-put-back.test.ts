/** An older database in the place of the newer: nothing is deleted for it. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inspectDatabase } from "../src/edges/store/inspect-database.ts";
import { lockDataDirectory } from "../src/edges/store/lock.ts";
import { openLibrary } from "../src/edges/store/open-library.ts";
import { restoreBackup, restoredMark } from "../src/edges/store/restore-backup.ts";
import { runCli } from "./support/cli.ts";
import { backUp, DAY_MS, damage, middlePage, newDataFolder, runSql } from "./support/data-folder.ts";
import { filesBelow, sha256 } from "./support/orchestrator.ts";
import { isProblem, NOW } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const filmsIn = async (directory: string): Promise<number> => {
  const store = await openLibrary(directory, NOW);
  const { total } = store.assets.counts();
  store.close();
  return total;
};

const ASIDE = "library-replaced-2023-11-14T22-13-20Z.sqlite";

test("the backup is in its place, and what was there lies beside it with its log", async (context) => {
  const folder = newDataFolder(context);
  const { directory, file } = folder;
  const name = await backUp(folder);
  runSql(file, "DELETE FROM assets WHERE id > 50");
  writeFileSync(`${file}-wal`, "what was written last");
  writeFileSync(`${file}-shm`, "");
  const before = sha256(file);
  const restored = await restoreBackup(directory, name, NOW);
  assert.equal(restored.backup.name, name);
  assert.equal(restored.inspection.films, 200);
  assert.deepEqual(restored.keptAside, [ASIDE, `${ASIDE}-wal`, `${ASIDE}-shm`]);
  assert.equal(sha256(join(directory, ASIDE)), before);
  assert.equal(readFileSync(join(directory, `${ASIDE}-wal`), "utf8"), "what was written last");
  assert.equal(await filmsIn(directory), 200);
  assert.ok(existsSync(restoredMark(directory)));
  const again = await restoreBackup(directory, "newest", NOW);
  assert.deepEqual(again.keptAside, ["library-replaced-2023-11-14T22-13-21Z.sqlite"]);
  assert.equal(sha256(join(directory, ASIDE)), before, "not overwritten");
});

test("of a database that is gone, and again after a crash in the middle", async (context) => {
  const folder = newDataFolder(context);
  const { directory, file } = folder;
  await backUp(folder);
  // As after a crash: the database is aside, its log not yet, and a copy was begun.
  renameSync(file, join(directory, ASIDE));
  writeFileSync(`${file}-wal`, "its log");
  writeFileSync(join(directory, ".library.sqlite.partial"), "half a copy");
  await assert.rejects(openLibrary(directory, NOW), isProblem("database-missing"));
  const { keptAside } = await restoreBackup(directory, "newest", NOW);
  assert.deepEqual(keptAside, ["library-replaced-2023-11-14T22-13-21Z.sqlite-wal"]);
  assert.ok(existsSync(join(directory, ASIDE)));
  assert.equal(await filmsIn(directory), 200);
});

test("refused, and nothing is changed", async (context) => {
  const folder = newDataFolder(context);
  const { directory, backups, file } = folder;
  const damaged = await backUp(folder);
  damage(join(backups, damaged), middlePage(file));
  const newer = await backUp(folder, NOW + DAY_MS);
  runSql(join(backups, newer), "PRAGMA user_version = 999");
  const foreign = "library-2020-01-01T00-00-00Z-daily.sqlite";
  runSql(join(backups, foreign), "CREATE TABLE recipes (name)");
  const before = filesBelow(directory).map((each) => [each, sha256(join(directory, each))]);
  const rows = [
    [damaged, "backup-damaged"],
    [newer, "database-newer"],
    [foreign, "backup-damaged"],
    ["newest", "backup-damaged"],
    ["library-2001-01-01T00-00-00Z-daily.sqlite", "usage-invalid"],
    ["../library.sqlite", "usage-invalid"],
  ] as const;
  for (const [name, code] of rows) await assert.rejects(restoreBackup(directory, name, NOW), isProblem(code));
  const lock = lockDataDirectory(directory);
  await assert.rejects(restoreBackup(directory, "newest", NOW), isProblem("already-running"));
  lock.release();
  const after = filesBelow(directory).filter((each) => each !== "orchestrator.lock");
  assert.deepEqual(
    after.map((each) => [each, sha256(join(directory, each))]),
    before,
  );
  const nowhere = join(directory, "nowhere");
  await assert.rejects(restoreBackup(nowhere, "newest", NOW), isProblem("usage-invalid"));
  assert.ok(!existsSync(nowhere), "a mistyped folder is not made");
});

test("doctor lists the database and its backups, puts one back, and says so", async (context) => {
  const folder = newDataFolder(context);
  const { directory, file, backups } = folder;
  const good = await backUp(folder);
  const bad = await backUp(folder, NOW + DAY_MS);
  damage(join(backups, bad), middlePage(file));
  damage(file, middlePage(file));
  const settings = join(tempFolder(context), "settings.yaml");
  const films = join(directory, "films");
  mkdirSync(films);
  const said = {
    libraries: { films: { root: films } },
    operational: { encoder: "software", gpu_only: false },
  };
  writeFileSync(settings, JSON.stringify(said));
  const before = filesBelow(directory);
  const args = ["doctor", "--settings", settings, "--data", directory];
  // Without ffmpeg it is quick; the database needs none.
  const found = await runCli(context, [...args, "--json"], { PATH: "/nowhere" });
  assert.equal(found.code, 3);
  const finding = (check: string) => found.lines().find((each) => each.check === check);
  assert.equal(finding("database")?.state, "bad");
  assert.ok(String(finding("database")?.mend).includes(`cvc doctor --restore-database ${good} --data`));
  assert.equal(finding(`backup ${bad}`)?.state, "note");
  assert.match(
    String(finding(`backup ${good}`)?.detail),
    /^good, made 2023-11-14 22:13 UTC, version \d+, \d+ kB, 200 films$/,
  );
  assert.deepEqual(filesBelow(directory), before, "asking makes nothing");

  const restored = await runCli(context, [...args, "--restore-database", "newest"]);
  assert.equal(restored.code, 0, restored.err);
  assert.match(restored.out, new RegExp(`^Put back: ${good}, made 2023-11-14 22:13 UTC, .*200 films\\.\n`));
  assert.match(restored.out, /Kept aside in .*, nothing was deleted: library-replaced-.*\.sqlite\./);
  assert.equal(inspectDatabase(file, "integrity_check").kind, "good");
  rmSync(file);
  const json = await runCli(context, [...args, "--restore-database", good, "--json"]);
  const { madeAt, ...line } = json.lines()[0] ?? {};
  assert.deepEqual(Object.keys(line).sort(), ["films", "keptAside", "name", "type", "version"]);
  assert.equal(madeAt, NOW);
});
