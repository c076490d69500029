/** A data folder of the very first version is taken up by this one, and goes back to it by the backup made in between. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { listBackups } from "../src/edges/store/backups.ts";
import { packJson } from "../src/edges/store/columns.ts";
import { openDatabase } from "../src/edges/store/database.ts";
import { migrate, newestVersion, readMigrations } from "../src/edges/store/migrations.ts";
import { backupFolder, databaseFile, openLibrary } from "../src/edges/store/open-library.ts";
import { restoreBackup } from "../src/edges/store/restore-backup.ts";
import { media } from "./support/media.ts";
import { isProblem, NOW } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const FIRST = readMigrations().filter((each) => each.version === 1);
const NEWEST = newestVersion(readMigrations());

/** As the first version wrote it: a row in every table, and room that it never gave back. */
const ROWS = `
  INSERT INTO assets (id, library, path, size_bytes, modified_us, fingerprint, found_at, state_at)
    VALUES (1, 'movies', 'New.mkv', 10, 1, 'f1', 1, 1), (2, 'movies', 'Plays.mp4', 20, 2, 'f2', 2, 2),
      (3, 'series', 'Show/Season 1/Show S01E02.mkv', 30, 3, 'f3', 3, 3), (4, 'movies', 'Broken.avi', 40, 4, NULL, 4, 4),
      (5, 'movies', 'Old.avi', 50, 5, 'f5', 5, 5), (6, 'movies', 'Made.mkv', 60, 6, 'f6', 6, 6);
  UPDATE assets SET state = 'Completed', outcome = 'direct-play', work = 'none' WHERE id = 2;
  UPDATE assets SET state = 'Queued', work = 'video', priority = 7, reason_codes = '["video-codec-not-supported"]' WHERE id IN (3, 5, 6);
  UPDATE assets SET state = 'Failed', problem_code = 'not-media', work = 'impossible' WHERE id = 4;
  UPDATE assets SET state = 'Processing', token = 'aa' WHERE id IN (5, 6);
  UPDATE assets SET state = 'Archived', token = NULL, outcome = 'converted', archive_path = '/archive/Old.avi',
    output_path = '/films/Old.mp4', output_size_bytes = 25, output_modified_us = 1, result_bytes = 25 WHERE id = 5;
  UPDATE assets SET state = 'Completed', token = NULL, outcome = 'converted', output_path = '/films/Made.mp4',
    output_size_bytes = 30, output_modified_us = 1, result_bytes = 30, sidecar_paths = '["/films/Made.vtt"]' WHERE id = 6;
  INSERT INTO jobs (asset_id, token, attempt, work, encoder, started_at, finished_at, outcome, problem_code, log, seconds)
    VALUES (6, 'bb', 1, 'video', 'libx264', 10, 20, 'failed', 'io-error', 'what ffmpeg said', 10),
      (6, 'aa', 2, 'video', 'libx264', 30, 40, 'done', NULL, '', 10);
  INSERT INTO events (at, asset_id, kind, path, data) VALUES (1, 1, 'found', 'New.mkv', '{"library":"movies"}'),
    (2, 99, 'gone', 'Away.mkv', '{"library":"movies"}');
  INSERT INTO journal VALUES ('cc', 3, 'planned', '/p', '/f', '[]', '/s', 'keep', NULL, 'f3', 'f9', 5);
  INSERT INTO roots VALUES ('movies', '/films', '1', '[]', 5, 100, NULL), ('series', '/series', '1', '[]', 1, 90, 'root-missing');
  INSERT INTO wishes VALUES ('movies', '{}');
  CREATE TABLE large (rest BLOB); INSERT INTO large VALUES (zeroblob(3000000)); DROP TABLE large;`;

const folderOfTheFirst = (directory: string): void => {
  mkdirSync(directory);
  // As the first version opened it.
  const raw = new DatabaseSync(databaseFile(directory));
  raw.exec("PRAGMA journal_mode = WAL");
  raw.close();
  const database = openDatabase(databaseFile(directory));
  migrate(database, FIRST);
  database.exec(ROWS);
  for (const each of ["f2", "f6"])
    database
      .sql("INSERT INTO probes VALUES (:each, :media, :media, 1)")
      .run({ each, media: packJson(media()) });
  database.close();
};

const dump = (file: string): readonly unknown[] => {
  const database = new DatabaseSync(file, { readOnly: true });
  const all = ["assets", "jobs", "events", "journal", "roots", "wishes", "probes"].map((table) =>
    database.prepare(`SELECT * FROM ${table} ORDER BY 1`).all(),
  );
  database.close();
  return all;
};

test("nothing of it is lost", async (context) => {
  const directory = join(tempFolder(context), "data");
  folderOfTheFirst(directory);
  const store = await openLibrary(directory, NOW);
  context.after(store.close);
  assert.deepEqual(
    store.assets
      .page({ limit: 10, sort: "path" })
      .assets.map(({ path, state }) => `${path} ${state}`)
      .toSorted(),
    [
      "Broken.avi Failed",
      "Made.mkv Completed",
      "New.mkv New",
      "Old.avi Archived",
      "Plays.mp4 Completed",
      "Show/Season 1/Show S01E02.mkv Queued",
    ],
  );
  const made = store.assets.byId(6);
  assert.deepEqual([made?.outputPath, made?.sidecarPaths], ["/films/Made.mp4", ["/films/Made.vtt"]]);
  assert.equal(store.assets.byId(5)?.archivePath, "/archive/Old.avi");
  assert.equal(store.assets.byId(3)?.priority, 7);
  assert.deepEqual(
    store.jobs.forAsset(6, 5).map(({ outcome, problemCode, log }) => [outcome, problemCode, log]),
    [
      ["done", null, ""],
      ["failed", "io-error", "what ffmpeg said"],
    ],
  );
  assert.ok(
    store.events.latest({ limit: 9 }).some((each) => each.kind === "gone" && each.path === "Away.mkv"),
  );
  assert.equal(store.journal.all()[0]?.token, "cc");
  assert.deepEqual(
    store.roots.all().map(({ library, seenAt }) => [library, seenAt]),
    [
      ["movies", 100],
      ["series", null],
    ],
  );
  // What was read of films whose results play stays; the others are looked at anew.
  assert.deepEqual([store.probes.get("f6") !== null, store.probes.get("f2")], [true, null]);
  assert.equal(store.assets.page({ q: "broken", limit: 5 }).total, 1, "it is searched by words");
  assert.equal(store.workload.queued(["series"]).video.films, 1, "what waits is added up");
  assert.deepEqual(
    store.figures.encoders({ libraries: ["movies"] }).length +
      store.figures.outcomes({ libraries: ["movies"] }).length,
    3,
  );
  const room = store.database.room();
  assert.ok(room.shrinks && room.freeBytes === 0, "and it gives room back from now on");
});

test("the backup made before goes back to the first version, as it was", async (context) => {
  const directory = join(tempFolder(context), "data");
  folderOfTheFirst(directory);
  const before = dump(databaseFile(directory));
  (await openLibrary(directory, NOW)).close();
  const [backup] = listBackups(backupFolder(directory));
  assert.equal(backup?.reason, `before-migration-1-to-${NEWEST}`);

  // The first version refuses what this one left.
  const newer = openDatabase(databaseFile(directory));
  assert.throws(() => migrate(newer, FIRST), isProblem("database-newer"));
  newer.close();

  await restoreBackup(directory, backup?.name ?? "", NOW);
  const database = openDatabase(databaseFile(directory));
  migrate(database, FIRST);
  assert.equal(database.version(), 1);
  database.close();
  assert.deepEqual(dump(databaseFile(directory)), before);

  // And forward once more: neither way is a dead end.
  const again = await openLibrary(directory, NOW + 1000);
  assert.equal(again.assets.counts().total, 6);
  again.close();
});
