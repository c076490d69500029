/** What leaves the archive, and what must never. */
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { WRITING } from "../src/apps/job.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { Problem } from "../src/core/problem.ts";
import { type RetireDeps, retire } from "../src/steps/retire.ts";
import { archivedFilm } from "./support/archived-film.ts";
import { filesBelow } from "./support/orchestrator.ts";
import { isProblem, NOW } from "./support/store.ts";

const DAY = 86_400_000;
const FILM = ".chromecast-originals/a/Film.mkv";

/** A film archived a month ago, whose days are over, announced two days ago; `changes` to what is asked of the world. */
const due = async (context: TestContext, changes: Partial<RetireDeps> = {}) => {
  const film = await archivedFilm(context);
  const { store, asset, place } = film;
  let now = NOW + 30 * DAY;
  const reads: string[] = [];
  const deps: RetireDeps = {
    store,
    files: WRITING,
    reread: async (path) => {
      reads.push(path);
      return { complaints: "", hashes: "" };
    },
    lacking: () => [],
    isLibraryThere: async () => true,
    now: () => now,
    ...changes,
  };
  assert.deepEqual(await retire(deps, 30), { announced: 1, removed: 0, kept: 0 });
  assert.deepEqual(store.archive.leaving(), { files: 1, bytes: 12 });
  now += DAY;
  const again = () => retire(deps, 30);
  const state = () => ({
    files: filesBelow(place.root),
    archivePath: store.assets.byId(asset.id)?.archivePath ?? null,
    why: store.archive.page({ limit: 1 }).files[0]?.removal?.why ?? null,
  });
  return { ...film, reads, again, state, pass: (days: number) => (now += days * DAY) };
};

test("nothing is announced while it has days left, nor removed within a day of the announcement", async (context) => {
  const { store, asset } = await archivedFilm(context);
  const deps = (now: number): RetireDeps => ({
    store,
    files: WRITING,
    reread: async () => ({ complaints: "", hashes: "" }),
    lacking: () => [],
    isLibraryThere: async () => true,
    now: () => now,
  });
  const none = { announced: 0, removed: 0, kept: 0 };
  assert.deepEqual(await retire(deps(NOW + 29 * DAY), 30), none);
  assert.deepEqual(await retire(deps(NOW + 99 * DAY), 30), { ...none, announced: 1 });
  assert.deepEqual(await retire(deps(NOW + 99 * DAY + DAY - 1), 30), none);
  assert.notEqual(store.assets.byId(asset.id)?.archivePath, null);
});

test("an original goes once its film was read to the end, and history says so", async (context) => {
  const { store, asset, again, state, reads, at } = await due(context);
  assert.deepEqual(await again(), { announced: 0, removed: 1, kept: 0 });
  assert.deepEqual(state(), { files: ["a/Film.mp4"], archivePath: null, why: null });
  assert.deepEqual(reads, [at("a/Film.mp4")]);
  assert.equal(store.events.forAsset(asset.id, 1)[0]?.kind, "original-removed");
  assert.deepEqual(await again(), { announced: 0, removed: 0, kept: 0 });
});

type Kept = {
  readonly name: string;
  readonly changes?: Partial<RetireDeps>;
  readonly before?: (film: Awaited<ReturnType<typeof due>>) => void;
  readonly why: RegExp;
};

const KEPT: readonly Kept[] = [
  {
    name: "the converted film has a fault",
    changes: { reread: async () => ({ complaints: "error while decoding MB 3 4", hashes: "" }) },
    why: /faults: error while decoding/,
  },
  {
    name: "the original holds more",
    changes: { lacking: () => ["audio track 2 is left out"] },
    why: /audio track 2/,
  },
  { name: "nobody knows what it holds", changes: { lacking: () => null }, why: /not known/ },
  {
    name: "the converted film is gone",
    before: ({ at }) => rmSync(at("a/Film.mp4")),
    why: /not where it was published/,
  },
  {
    name: "the converted film was changed",
    before: ({ write }) => write("a/Film.mp4", "another, longer film"),
    why: /not where it was published/,
  },
  {
    name: "another file lies in its place",
    before: ({ write }) => write(FILM, "the 0riginal"),
    why: /not the original/,
  },
  { name: "its disk is away", before: ({ at }) => rmSync(at(FILM)), why: /It is not there/ },
];

for (const { name, changes, before, why } of KEPT)
  test(`it stays where ${name}, and is asked about again a week later`, async (context) => {
    const film = await due(context, changes);
    before?.(film);
    const files = filesBelow(film.place.root);
    assert.deepEqual(await film.again(), { announced: 0, removed: 0, kept: 1 });
    const after = film.state();
    assert.match(after.why ?? "", why);
    assert.deepEqual([after.files, after.archivePath], [files, film.at(FILM)]);
    film.pass(6);
    assert.equal((await film.again()).kept, 0);
    film.pass(1);
    assert.equal((await film.again()).kept, 1);
  });

test("changed while it was read: it stays", async (context) => {
  const film = await due(context, {
    reread: async (path) => {
      writeFileSync(path, "another");
      return { complaints: "", hashes: "" };
    },
  });
  assert.equal((await film.again()).kept, 1);
  assert.match(film.state().why ?? "", /meanwhile/);
});

test("a stop in the middle of reading leaves all as it is", async (context) => {
  const film = await due(context, {
    reread: async () => {
      throw new Problem("interrupted");
    },
  });
  await assert.rejects(film.again(), isProblem("interrupted"));
  assert.equal(film.state().archivePath, film.at(FILM));
});

test("a crash between the removal and the row: the row follows", async (context) => {
  const { store, at, again, state } = await due(context);
  store.archive.putRemoval(at(FILM), { step: "removing", at: NOW + 31 * DAY, why: null });
  rmSync(at(FILM));
  assert.equal((await again()).removed, 1);
  assert.equal(state().archivePath, null);
});

test("one that a person asked back is left alone", async (context) => {
  const { store, asset, again, state, at } = await due(context);
  store.restores.ask(asset.id, NOW);
  assert.deepEqual(await again(), { announced: 0, removed: 0, kept: 0 });
  assert.equal(state().archivePath, at(FILM));
});

test("a converted film that was set aside goes too, unless a person changed it", async (context) => {
  const { store, asset, write, at, again } = await due(context);
  for (const name of ["ours.mp4", "theirs.mp4"]) {
    const path = at(`.chromecast-set-aside/${name}`);
    write(`.chromecast-set-aside/${name}`, "converted");
    const found = await WRITING.fileStat(path);
    assert.ok(found);
    store.archive.setAside({ ...found, path, assetId: asset.id, library: "movies", since: NOW });
    store.archive.putRemoval(path, { step: "announced", at: NOW + 30 * DAY, why: null });
  }
  write(".chromecast-set-aside/theirs.mp4", "my own cut");
  assert.deepEqual(await again(), { announced: 0, removed: 2, kept: 1 });
  assert.deepEqual(store.archive.totals().result, { files: 1, bytes: 9 });
});

test("retention needs the second lock, and is off by default", () => {
  const operational = { archive_retention_days: 30 };
  assert.throws(() => settingsFrom({ operational }), isProblem("settings-invalid"));
  assert.equal(settingsFrom({}).operational.archive_retention_days, 0);
  const both = settingsFrom({ operational: { ...operational, remove_original_after_success: true } });
  assert.equal(both.operational.archive_retention_days, 30);
});
