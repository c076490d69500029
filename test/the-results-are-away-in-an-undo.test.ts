/** The disk of the results is away while an original is brought back: no converted film is forgotten. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, renameSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { WRITING } from "../src/apps/job.ts";
import { restore } from "../src/steps/restore.ts";
import { archivedFilm } from "./support/archived-film.ts";
import { filesBelow } from "./support/orchestrator.ts";
import { isProblem, NOW } from "./support/store.ts";

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
