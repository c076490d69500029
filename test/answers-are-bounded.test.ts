/** What one request may cost: files of the activity, figures that are kept, and counts without the films themselves. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { exported } from "../src/apps/http/activity-export.ts";
import { named } from "../src/apps/named-store.ts";
import { keptStats, readStats } from "../src/apps/stats.ts";
import type { Activity } from "../src/edges/store/activity.ts";
import type { Store } from "../src/edges/store/store.ts";
import { fillLibrary, openTestControl, testSettings } from "./support/control.ts";
import { suite } from "./support/server.ts";
import { NOW, newStore } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

test("a search that finds nothing ends when nobody waits for its file any more", async () => {
  let pages = 0;
  const ending = new AbortController();
  const activity: Activity = {
    page: () => {
      pages++;
      assert.ok(pages < 100, "it goes on");
      if (pages === 3) ending.abort();
      return { events: [], next: "1-1", lookedBackTo: null };
    },
  };
  for await (const piece of exported(activity, {}, "ndjson", ending.signal)) assert.fail(piece);
  assert.equal(pages, 3);
});

suite("files of the activity", (the) => {
  test("two are made at once, others are refused, and the places are free again", async () => {
    const { app } = the();
    for (let round = 0; round < 2; round++) {
      const answers = await Promise.all([1, 2, 3].map(() => app.inject("/api/activity.csv")));
      assert.deepEqual(answers.map((each) => each.statusCode).toSorted(), [200, 200, 429]);
    }
    const asked = [1, 2, 3, 4].map(() => app.inject({ method: "HEAD", url: "/api/activity.csv" }));
    const heads = await Promise.all(asked);
    assert.deepEqual(
      new Set(heads.map((each) => each.statusCode)),
      new Set([200]),
      "nothing is made for them",
    );
  });
});

const filled = (context: TestContext) => {
  const { control, close } = openTestControl(tempFolder(context));
  context.after(close);
  fillLibrary(control, NOW);
  return control;
};

test("figures that are kept are gathered anew once other settings are in use", (context) => {
  const { store, overview, settings: first } = filled(context);
  let settings = first;
  const asked = {
    store,
    overview,
    get settings() {
      return settings;
    },
  };
  const stats = keptStats(asked, () => NOW);
  const before = stats();
  assert.equal(stats(), before);
  settings = { ...settings, libraries: {} };
  assert.notEqual(stats(), before);
});

/** An archived film as an older run left it; null: its original is gone. */
const archive = (
  { database }: Store,
  library: string,
  archivePath: string | null = `/a/${library}.mkv`,
): void => {
  const raw = new DatabaseSync(database.file);
  raw
    .prepare(
      `INSERT INTO assets (library, path, state, outcome, work, size_bytes, modified_us, found_at, state_at, archive_path)
       VALUES (?, ?, 'Archived', 'converted', 'copy', 7000, 1, 1, 1, ?)`,
    )
    .run(library, archivePath === null ? "gone.mkv" : "archived.mkv", archivePath);
  raw.close();
};

test("figures of the archive are of the libraries of the settings, as the others are", (context) => {
  const it = filled(context);
  const before = readStats(it, NOW).space.archivedBytes;
  const all = it.store.archive.totals().original.bytes;
  for (const library of ["movies", "left"]) archive(it.store, library);
  assert.equal(readStats(it, NOW).space.archivedBytes, before + 7000);
  assert.equal(it.store.archive.totals().original.bytes, all + 14_000, "the archive itself has both");
});

test("films that can be brought back are counted as they are found", (context) => {
  const { store } = newStore(context);
  for (const library of ["movies", "series", "left"]) archive(store, library);
  archive(store, "movies", null);
  const { assets } = named(store, testSettings());
  for (const [filter, count] of [
    [{}, 2],
    [{ library: "movies" }, 1],
    [{ library: "left" }, 0],
    [{ q: "archived" }, 2],
    [{ q: "gone" }, 0],
    [{ ids: [1, 3, 4] }, 1],
  ] as const) {
    assert.equal(assets.archivedCount(filter), count, JSON.stringify(filter));
    assert.equal(assets.archived(filter).length, count, JSON.stringify(filter));
  }
});
