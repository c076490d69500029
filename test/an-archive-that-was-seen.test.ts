/** What the documentation says to do with an archive of an earlier version that a scan saw, done to a library. */
import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { putClip } from "./support/clips.ts";
import { filesBelow, newHouse, sha256, until } from "./support/orchestrator.ts";

test("renamed to a hidden name, with a link at the old one: its originals are no films, and come back", async (context) => {
  const house = newHouse(context, { library: { original: "archive" } });
  const hidden = join(house.root, ".chromecast-originals");
  const seen = join(house.root, "originals");
  const film = await putClip("remux", join(house.root, "a", "Film.mkv"));
  const before = sha256(film);
  await house.start();
  await house.becomes("a/Film.mkv", "Archived");
  await house.stop();
  // As it was: the row names the place that a scan saw, and a scan took the original for a film.
  const database = new DatabaseSync(join(house.data, "library.sqlite"));
  database
    .prepare("UPDATE assets SET archive_path = ?, path = 'a/Film.mkv'")
    .run(join(seen, "a", "Film.mkv"));
  database.exec(`INSERT INTO assets (library, path, size_bytes, modified_us, found_at, state_at)
    VALUES ('films', 'originals/a/Film.mkv', 1, 1, 1, 1)`);
  database.close();
  symlinkSync(".chromecast-originals", seen);
  const { restoreAll } = await house.start();
  await house.scan();
  assert.equal(house.at("originals/a/Film.mkv"), null);
  assert.equal(restoreAll({}), 1);
  await until("it is back", () => house.at("a/Film.mkv")?.archivePath === null);
  assert.equal(sha256(film), before);
  assert.deepEqual(filesBelow(hidden), []);
});
