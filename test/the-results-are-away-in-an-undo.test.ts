/** The disk of the results is away while an original is brought back: no converted film is forgotten. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, renameSync, rmdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { WRITING } from "../src/apps/job.ts";
import { HELD_UNTIL } from "../src/core/lifecycle.ts";
import { statFile, statRoot } from "../src/edges/library-walk.ts";
import { restore } from "../src/steps/restore.ts";
import { isRootThere } from "../src/steps/scan-root.ts";
import { archivedFilm } from "./support/archived-film.ts";
import { putClip } from "./support/clips.ts";
import { calls } from "./support/odd-disk.ts";
import { filesBelow, newHouse, until } from "./support/orchestrator.ts";
import { isProblem, NOW } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const RESULTS = ["Film.mp4", "Film.en.vtt"];

for (const staysEmpty of [true, false])
  test(`the disk of the results is away, its mount point ${staysEmpty ? "is empty" : "went too"}: the undo waits and says so`, async (context) => {
    const { store, asset, place, at } = await archivedFilm(context, { sidecars: ["Film.en.vtt"] });
    const output = `${place.root}-results`;
    mkdirSync(join(output, "a"), { recursive: true });
    for (const name of RESULTS) renameSync(at(`a/${name}`), join(output, "a", name));
    const [outputPath = "", sidecar = ""] = RESULTS.map((name) => join(output, "a", name));
    store.assets.touch(asset.id, { outputPath, sidecarPaths: [sidecar] });
    const it = store.assets.byId(asset.id) ?? assert.fail();
    renameSync(output, `${output}-away`);
    if (staysEmpty) mkdirSync(output);
    const deps = { store, files: WRITING, isLibraryThere: async () => true, now: () => NOW };
    await assert.rejects(restore(deps, it, place.sourcePath), isProblem("folder-away"));
    assert.deepEqual(store.assets.byId(asset.id), it);
    assert.ok(store.restores.has(asset.id), "the wish waits");
    assert.deepEqual(filesBelow(place.root), [".chromecast-originals/a/Film.mkv"], "nothing was moved");
    if (staysEmpty) rmdirSync(output);
    renameSync(`${output}-away`, output);
    const back = await restore(deps, it, place.sourcePath);
    assert.deepEqual([back.state, back.outputPath], ["New", null]);
    assert.deepEqual(
      filesBelow(output),
      [...RESULTS].sort().map((name) => `a/.chromecast-set-aside/${name}`),
    );
    assert.equal(store.archive.totals().result.files, 2);
  });

test("the disk of the results goes while the original is brought back: the converted film is not forgotten", async (context) => {
  const { store, asset, place, at } = await archivedFilm(context);
  const output = `${place.root}-results`;
  mkdirSync(output);
  const outputPath = join(output, "Film.mp4");
  renameSync(at("a/Film.mp4"), outputPath);
  store.assets.touch(asset.id, { outputPath });
  const it = store.assets.byId(asset.id) ?? assert.fail();
  const moves: typeof WRITING.moveOriginal = async (...move) => {
    await WRITING.moveOriginal(...move);
    if (move[1] === place.sourcePath && existsSync(outputPath)) renameSync(output, `${output}-away`);
  };
  const deps = { store, isLibraryThere: async () => true, now: () => NOW };
  await assert.rejects(
    restore({ ...deps, files: { ...WRITING, moveOriginal: moves } }, it, place.sourcePath),
    isProblem("folder-away"),
  );
  assert.equal(store.assets.byId(asset.id)?.outputPath, outputPath);
  renameSync(`${output}-away`, output);
  const back = await restore({ ...deps, files: WRITING }, it, place.sourcePath);
  assert.equal(back.state, "New");
  assert.deepEqual(filesBelow(output), [".chromecast-set-aside/Film.mp4"]);
});

test("killed once the only result of a folder was set aside: the undo goes on", async (context) => {
  const { store, asset, place, at } = await archivedFilm(context);
  const output = `${place.root}-results`;
  mkdirSync(output);
  const outputPath = join(output, "Film.mp4");
  renameSync(at("a/Film.mp4"), outputPath);
  store.assets.touch(asset.id, { outputPath });
  const it = store.assets.byId(asset.id) ?? assert.fail();
  const moves: typeof WRITING.moveOriginal = async (...move) => {
    await WRITING.moveOriginal(...move);
    if (move[0] === outputPath) throw new Error("killed");
  };
  const deps = { store, isLibraryThere: async () => true, now: () => NOW };
  await assert.rejects(
    restore({ ...deps, files: { ...WRITING, moveOriginal: moves } }, it, place.sourcePath),
  );
  assert.equal((await restore({ ...deps, files: WRITING }, it, place.sourcePath)).state, "New");
});

test("the results are on a disk of their own in the library, which is away: the undo waits", async (context) => {
  const { store, asset, place, at } = await archivedFilm(context);
  const outputPath = at("results/a/Film.mp4");
  mkdirSync(at("results/a"), { recursive: true });
  renameSync(at("a/Film.mp4"), outputPath);
  store.assets.touch(asset.id, { outputPath });
  const it = store.assets.byId(asset.id) ?? assert.fail();
  renameSync(at("results"), `${place.root}-away`);
  mkdirSync(at("results"));
  const [library, device] = [it.library, String(statSync(place.root).dev)];
  const seen = { device, identity: "", mounts: ["results"], fileCount: 1, scannedAt: NOW, problemCode: null };
  store.roots.put({ library, root: place.root, ...seen });
  const isLibraryThere = (path = it.path) =>
    isRootThere({ store, statRoot, statFile }, library, place.root, path);
  const undo = () => restore({ store, files: WRITING, isLibraryThere, now: () => NOW }, it, place.sourcePath);
  await assert.rejects(undo(), isProblem("root-missing"));
  assert.deepEqual(store.assets.byId(asset.id), it);
  rmdirSync(at("results"));
  renameSync(`${place.root}-away`, at("results"));
  assert.equal((await undo()).state, "New");
  assert.ok(existsSync(at("results/a/.chromecast-set-aside/Film.mp4")));
});

test("the disk of the results goes once the original is back: the wish of one who waited is carried through", async (context) => {
  const output = join(tempFolder(context), "results");
  mkdirSync(output);
  const house = newHouse(context, { library: { original: "archive", output } });
  const sourcePath = join(house.root, "Film.mkv");
  await putClip("remux", sourcePath);
  const { restore: bringBack, store } = await house.start();
  const { id, archivePath } = await house.becomes("Film.mkv", "Archived");
  let isIn = true;
  calls(context, "unlink", async (run, args) => {
    if (isIn && String(args[0]) === archivePath) renameSync(output, `${output}-away`);
    isIn &&= String(args[0]) !== archivePath;
    return run(...args);
  });
  await assert.rejects(bringBack(id), isProblem("folder-away"));
  await assert.rejects(bringBack(id), isProblem("folder-away"));
  assert.ok(existsSync(sourcePath));
  assert.ok(store.restores.has(id), "asked twice or not");
  await house.scan();
  assert.equal(house.at("Film.mkv")?.state, "Archived", "not taken for one that a person put back");
  renameSync(`${output}-away`, output);
  store.restores.postpone(id, 0);
  await until("the rest is done", () => !store.restores.has(id));
  const back = await house.becomes("Film.mkv", "Queued");
  assert.deepEqual([back.availableAt, back.outputPath], [HELD_UNTIL, null]);
  assert.deepEqual(filesBelow(output), [".chromecast-set-aside/Film.mp4"]);
});
