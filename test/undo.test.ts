/** Originals come back byte for byte, one or many, whatever is in the way and whenever the program ends. */
import assert from "node:assert/strict";
import { linkSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { WRITING } from "../src/apps/job.ts";
import { Problem } from "../src/core/problem.ts";
import { restore } from "../src/steps/restore.ts";
import { archivedFilm } from "./support/archived-film.ts";
import { putClip } from "./support/clips.ts";
import { filesBelow, newHouse, sha256, until } from "./support/orchestrator.ts";
import { isProblem, NOW } from "./support/store.ts";

const isLibraryThere = async (): Promise<boolean> => true;
const SET_ASIDE = "a/.chromecast-set-aside";

test("the converted film and its text are set aside, and are known there", async (context) => {
  const { store, asset, place, at } = await archivedFilm(context, { sidecars: ["Film.en.vtt"] });
  const back = await restore(
    { store, files: WRITING, isLibraryThere, now: () => NOW },
    asset,
    place.sourcePath,
  );
  assert.deepEqual([back.state, back.archivePath, back.outputPath], ["New", null, null]);
  assert.deepEqual(filesBelow(place.root), [
    `${SET_ASIDE}/Film.en.vtt`,
    `${SET_ASIDE}/Film.mp4`,
    "a/Film.mkv",
  ]);
  assert.equal(readFileSync(at("a/Film.mkv"), "utf8"), "the original");
  assert.deepEqual(
    store.archive.page({ limit: 10 }).files.map((each) => [each.kind, each.path, each.since]),
    ["Film.en.vtt", "Film.mp4"].map((name) => ["result", at(`${SET_ASIDE}/${name}`), NOW]),
  );
  assert.equal(store.restores.next(Number.MAX_SAFE_INTEGER), null);
});

test("a name that is taken among the files set aside is left to whoever has it", async (context) => {
  const { store, asset, place, at } = await archivedFilm(context, {
    files: { [`${SET_ASIDE}/Film.mp4`]: "of an earlier undo" },
  });
  await restore({ store, files: WRITING, isLibraryThere, now: () => NOW }, asset, place.sourcePath);
  assert.equal(readFileSync(at(`${SET_ASIDE}/Film.mp4`), "utf8"), "of an earlier undo");
  assert.equal(readFileSync(at(`${SET_ASIDE}/Film.2.mp4`), "utf8"), "the converted film");
});

test("a converted film that a person changed stays", async (context) => {
  const { store, asset, place, at } = await archivedFilm(context);
  writeFileSync(at("a/Film.mp4"), "my own cut");
  await restore({ store, files: WRITING, isLibraryThere, now: () => NOW }, asset, place.sourcePath);
  assert.deepEqual(filesBelow(place.root), ["a/Film.mkv", "a/Film.mp4"]);
  assert.equal(readFileSync(at("a/Film.mp4"), "utf8"), "my own cut");
});

test("an old place that is taken: refused, everything stays", async (context) => {
  const { store, asset, place, at } = await archivedFilm(context, { files: { "a/Film.mkv": "another" } });
  const deps = { store, files: WRITING, isLibraryThere, now: () => NOW };
  await assert.rejects(restore(deps, asset, place.sourcePath), isProblem("restore-failed"));
  assert.equal(store.assets.byId(asset.id)?.state, "Archived");
  assert.equal(readFileSync(asset.archivePath ?? "", "utf8"), "the original");
  assert.equal(readFileSync(at("a/Film.mkv"), "utf8"), "another");
  assert.equal(readFileSync(at("a/Film.mp4"), "utf8"), "the converted film");
});

for (const moves of [1, 2, 3])
  test(`ended before move ${moves} of it: done again from there`, async (context) => {
    const { store, asset, place } = await archivedFilm(context, { sidecars: ["Film.en.vtt"] });
    let left = moves;
    const moveOriginal: typeof WRITING.moveOriginal = async (from, to, code) => {
      if (--left === 0) throw new Problem("io-error", "the power is gone");
      return WRITING.moveOriginal(from, to, code);
    };
    const now = () => NOW;
    await assert.rejects(
      restore({ store, files: { ...WRITING, moveOriginal }, isLibraryThere, now }, asset, place.sourcePath),
    );
    assert.ok(store.restores.has(asset.id), "the wish stays until it is done");
    const back = await restore({ store, files: WRITING, isLibraryThere, now }, asset, place.sourcePath);
    assert.equal(back.state, "New");
    assert.deepEqual(filesBelow(place.root), [
      `${SET_ASIDE}/Film.en.vtt`,
      `${SET_ASIDE}/Film.mp4`,
      "a/Film.mkv",
    ]);
  });

test("ended between the link and its end while a film was set aside: not done again under the next name", async (context) => {
  const { store, asset, place, at } = await archivedFilm(context);
  const set = at(`${SET_ASIDE}/Film.mp4`);
  const moveOriginal: typeof WRITING.moveOriginal = async (from, to, code) => {
    if (to !== set) return WRITING.moveOriginal(from, to, code);
    mkdirSync(dirname(to), { recursive: true });
    linkSync(from, to);
    throw new Problem("io-error", "the power is gone");
  };
  const now = () => NOW;
  const deps = { store, files: { ...WRITING, moveOriginal }, isLibraryThere, now };
  await assert.rejects(restore(deps, asset, place.sourcePath), isProblem("io-error"));
  await restore({ ...deps, files: WRITING }, asset, place.sourcePath);
  assert.deepEqual(filesBelow(place.root), [`${SET_ASIDE}/Film.mp4`, "a/Film.mkv"]);
  assert.deepEqual(store.archive.totals().result, { files: 1, bytes: 18 });
});

for (const [name, isThere] of [
  ["its library is away", false],
  ["its archive is away", true],
] as const)
  test(`${name}: nothing is moved, and the wish waits`, async (context) => {
    const { store, asset, place } = await archivedFilm(context);
    if (isThere) renameSync(asset.archivePath ?? "", `${place.root}-away`);
    const before = filesBelow(place.root);
    const deps = { store, files: WRITING, isLibraryThere: async () => isThere, now: () => NOW };
    const code = isThere ? "file-missing" : "root-missing";
    await assert.rejects(restore(deps, asset, place.sourcePath), isProblem(code));
    assert.deepEqual(filesBelow(place.root), before);
    assert.ok(store.restores.has(asset.id));
  });

test("many, by a filter, one of them in the way; a restart carries the wish through", async (context) => {
  const house = newHouse(context, { library: { original: "archive" } });
  const films = ["x/A.mkv", "x/B.mkv", "y/C.mkv"];
  for (const film of films) await putClip("remux", join(house.root, film));
  const hashes = films.map((film) => sha256(join(house.root, film)));
  const { restoreAll } = await house.start();
  for (const film of films) await house.becomes(film, "Archived", "Failed");
  writeFileSync(join(house.root, "x/B.mkv"), "another film took its place");
  assert.equal(restoreAll({ q: "x/" }), 2);
  await house.stop();
  await house.start();
  await house.becomes("x/A.mkv", "Queued");
  const refused = await until("B says why", () => {
    const asset = house.at("x/B.mkv");
    return asset?.problemCode === "restore-failed" && asset;
  });
  assert.equal(refused.state, "Archived");
  assert.equal(house.at("y/C.mkv")?.state, "Archived");
  assert.equal(sha256(join(house.root, "x/A.mkv")), hashes[0]);
  assert.equal(sha256(join(house.root, ".chromecast-originals/x/B.mkv")), hashes[1]);
  assert.equal(sha256(join(house.root, ".chromecast-originals/y/C.mkv")), hashes[2]);
});
