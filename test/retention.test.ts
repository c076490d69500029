/** What leaves the archive, and what must never. */
import assert from "node:assert/strict";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { WRITING } from "../src/apps/job.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { Problem } from "../src/core/problem.ts";
import { restore } from "../src/steps/restore.ts";
import { type RetireDeps, retire } from "../src/steps/retire.ts";
import { archivedFilm } from "./support/archived-film.ts";
import { filesBelow } from "./support/orchestrator.ts";
import { isProblem, NOW } from "./support/store.ts";

const DAY = 86_400_000;
const FILM = ".chromecast-originals/a/Film.mkv";

/** A film archived a month ago, whose days are over, announced two days ago; `changes` to what is asked of the world. */
const due = async (context: TestContext, changes: Partial<RetireDeps> = {}) => {
  const film = await archivedFilm(context);
  const { store, asset, place, at } = film;
  store.archive.putResult(asset.id, { lacks: [], copied: [] });
  let now = NOW + 30 * DAY;
  const reads: string[] = [];
  const deps: RetireDeps = {
    store,
    files: WRITING,
    reread: async (path) => {
      reads.push(path);
      return { complaints: "", hashes: "" };
    },
    sourcePath: () => at("a/Film.mkv"),
    isFolderThere: async () => true,
    now: () => now,
    ...changes,
  };
  assert.deepEqual(await retire(deps, 30), { announced: 1, removed: 0, kept: 0 });
  assert.equal(store.archive.leaving(), 1);
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
    sourcePath: () => null,
    isFolderThere: async () => true,
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
    before: ({ store, asset }) =>
      store.archive.putResult(asset.id, { lacks: ["audio track 2 is left out"], copied: [] }),
    why: /audio track 2/,
  },
  {
    name: "nobody knows what it holds",
    before: ({ store, asset }) => store.archive.putResult(asset.id, null),
    why: /not known/,
  },
  {
    name: "its subtitles are gone",
    before: ({ store, asset, at }) => store.assets.touch(asset.id, { sidecarPaths: [at("a/Film.en.vtt")] }),
    why: /Its subtitles .*Film\.en\.vtt are not there as they were made/,
  },
  {
    name: "its subtitles were emptied",
    before: ({ store, asset, at }) => {
      store.assets.touch(asset.id, { sidecarPaths: [at("a/Film.en.vtt")] });
      writeFileSync(at("a/Film.en.vtt"), "");
    },
    why: /Its subtitles .*Film\.en\.vtt are not there as they were made/,
  },
  {
    name: "what was copied is not the same",
    changes: {
      reread: async (_, { side }) => ({ complaints: "", hashes: `0,v,MURMUR3=${side}\n` }),
    },
    before: ({ store, asset }) =>
      store.archive.putResult(asset.id, {
        lacks: [],
        copied: [{ kind: "video", source: 0, output: 0, filter: null }],
      }),
    why: /not what the original holds/,
  },
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
  test(`it stays where ${name}, and is announced again a week later`, async (context) => {
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
    assert.deepEqual(await film.again(), { announced: 1, removed: 0, kept: 0 });
    film.pass(1);
    assert.equal((await film.again()).kept, 1);
  });

const MEANWHILE = {
  "the converted film is changed": ({ write }) => write("a/Film.mp4", "another"),
  "its subtitles are changed": ({ at }) => writeFileSync(at("a/Film.en.vtt"), ""),
  "another film is put in its place": ({ at }) => writeFileSync(at(FILM), "a person's own film"),
  "its disk is taken away": ({ at, place }) => renameSync(at(FILM), `${place.root}-away`),
} satisfies Record<string, (film: Awaited<ReturnType<typeof due>>) => void>;

for (const [name, change] of Object.entries(MEANWHILE))
  test(`it stays where ${name} while it is read`, async (context) => {
    const film = await due(context, {
      reread: async () => {
        change(film);
        return { complaints: "", hashes: "" };
      },
    });
    film.write("a/Film.en.vtt", "WEBVTT");
    film.store.assets.touch(film.asset.id, { sidecarPaths: [film.at("a/Film.en.vtt")] });
    assert.deepEqual(await film.again(), { announced: 0, removed: 0, kept: 1 });
    assert.match(film.state().why ?? "", /meanwhile/);
    assert.equal(film.state().archivePath, film.at(FILM));
    if (name.includes("another film"))
      assert.equal(readFileSync(film.at(FILM), "utf8"), "a person's own film");
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

test("a crash between the removal and the row: the row follows, but not of a disk that is away", async (context) => {
  let isThere = false;
  const dies = async (path: string): Promise<never> => {
    rmSync(path);
    throw new Problem("interrupted");
  };
  const files = { ...WRITING, removeUnchanged: dies };
  const { store, asset, at, again, state } = await due(context, {
    files,
    isFolderThere: async () => isThere,
  });
  await assert.rejects(again(), isProblem("interrupted"));
  assert.equal(store.archive.byPath(at(FILM))?.removal?.step, "removing");
  assert.equal((await again()).kept, 1);
  assert.notEqual(store.assets.byId(asset.id)?.archivePath, null);
  store.archive.putRemoval(at(FILM), { step: "removing", at: NOW + 32 * DAY, why: null });
  isThere = true;
  files.removeUnchanged = () => assert.fail("there is nothing to remove");
  assert.equal((await again()).removed, 1);
  assert.equal(state().archivePath, null);
});

test("one that a person asks back while its film is read is left alone, and comes back", async (context) => {
  const film = await due(context, {
    reread: async () => {
      film.store.restores.ask(film.asset.id, NOW);
      return { complaints: "", hashes: "" };
    },
  });
  assert.deepEqual(await film.again(), { announced: 0, removed: 0, kept: 0 });
  assert.equal(film.state().archivePath, film.at(FILM));
  const deps = { store: film.store, files: WRITING, isLibraryThere: async () => true, now: () => NOW };
  assert.equal((await restore(deps, film.asset, film.place.sourcePath)).state, "New");
});

test("one that is being removed is not promised to anybody", async (context) => {
  const { store, asset, place, at } = await due(context);
  store.archive.putRemoval(at(FILM), { step: "removing", at: NOW + 31 * DAY, why: null });
  const deps = { store, files: WRITING, isLibraryThere: async () => true, now: () => NOW };
  await assert.rejects(restore(deps, asset, place.sourcePath), isProblem("restore-failed"));
});

test("one that was brought back and archived anew while others were read has all its days again", async (context) => {
  const film = await due(context, {
    reread: async () => {
      const { store, asset } = film;
      const token = "b".repeat(32);
      const [now, availableAt] = [NOW + 31 * DAY, null];
      store.assets.apply(asset.id, "restored", { now, outputPath: null });
      store.assets.apply(asset.id, "assessed-needs-work", { now, work: "copy", availableAt });
      store.assets.claim({ works: ["copy"], token, now });
      const { outputPath, archivePath } = asset;
      store.assets.apply(asset.id, "published-moved", { now, token, outputPath, archivePath });
      return { complaints: "", hashes: "" };
    },
  });
  assert.deepEqual(await film.again(), { announced: 0, removed: 0, kept: 0 });
  assert.deepEqual(film.state().archivePath, film.at(FILM));
  assert.equal(film.store.archive.byPath(film.at(FILM))?.removal, null);
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

test("a converted film that was set aside stays while nothing else is left of the film", async (context) => {
  const { store, asset, write, at, again } = await due(context, {
    sourcePath: (film) => `/nowhere/${film.path}`,
  });
  const path = at(".chromecast-set-aside/ours.mp4");
  write(".chromecast-set-aside/ours.mp4", "converted");
  const found = await WRITING.fileStat(path);
  assert.ok(found);
  store.archive.setAside({ ...found, path, assetId: asset.id, library: "movies", since: NOW });
  store.archive.putRemoval(path, { step: "announced", at: NOW + 30 * DAY, why: null });
  rmSync(at("a/Film.mp4"));
  assert.equal((await again()).removed, 0);
  assert.match(store.archive.byPath(path)?.removal?.why ?? "", /Nothing else is left/);
});

test("retention needs the second lock, and is off by default", () => {
  const operational = { archive_retention_days: 30 };
  assert.throws(() => settingsFrom({ operational }), isProblem("settings-invalid"));
  assert.equal(settingsFrom({}).operational.archive_retention_days, 0);
  const both = settingsFrom({ operational: { ...operational, remove_original_after_success: true } });
  assert.equal(both.operational.archive_retention_days, 30);
});
