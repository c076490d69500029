/** A disk goes away in the middle of an undo: the only original is never put below its mount point, and nothing is forgotten. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { WRITING } from "../src/apps/job.ts";
import { statFile, statRoot } from "../src/edges/library-walk.ts";
import { moveOriginal } from "../src/edges/library-write.ts";
import { publish } from "../src/steps/publish.ts";
import { type RestoreDeps, restore } from "../src/steps/restore.ts";
import { isRootThere } from "../src/steps/scan-root.ts";
import { archivedFilm } from "./support/archived-film.ts";
import { calls, withoutLinks } from "./support/odd-disk.ts";
import { filesBelow } from "./support/orchestrator.ts";
import { pulled, smallDisk } from "./support/small-disk.ts";
import { insert, isProblem, NOW, newStore } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";
import { onDisk } from "./support/verified.ts";

const OTHER_DISK = "/dev/shm";
const skip = existsSync(OTHER_DISK) ? false : "there is no second disk";

/** A film whose original lies in an archive outside of its library, whose disk can be pulled once. */
const archivedElsewhere = async (context: TestContext, archive: string) => {
  const film = await onDisk(context, "archive");
  const input = { ...film.input, archivePath: join(archive, "Film.mkv") };
  const asset = await publish(film.deps, input);
  let isIn = true;
  const pullOnce = (): void => {
    if (isIn) film.pull();
    isIn = false;
  };
  const stays = async (deps: RestoreDeps): Promise<void> => {
    await assert.rejects(restore(deps, asset, input.sourcePath), isProblem("root-missing"));
    assert.ok(!isIn, "its disk was pulled");
    assert.equal(readFileSync(input.archivePath, "utf8"), "the original film");
    const { state, archivePath } = film.store.assets.byId(asset.id) ?? assert.fail();
    assert.deepEqual([state, archivePath], ["Archived", input.archivePath]);
    film.putBack();
    await restore(deps, asset, input.sourcePath);
    assert.equal(readFileSync(input.sourcePath, "utf8"), "the original film");
    assert.deepEqual(filesBelow(archive), []);
  };
  return { ...film, input, pullOnce, stays };
};

test("the library goes while its archive is read: nothing is made or moved there", async (context) => {
  const { settling, input, pullOnce, stays } = await archivedElsewhere(context, tempFolder(context));
  const fingerprintFile: typeof WRITING.fingerprintFile = async (path, sizeBytes) => {
    const read = await WRITING.fingerprintFile(path, sizeBytes);
    if (path === input.archivePath) pullOnce();
    return read;
  };
  await stays({ ...settling, files: { ...WRITING, fingerprintFile } });
});

test("the library's folder is another and empty, on the same disk: nothing is put there, and no result is forgotten", async (context) => {
  const film = await archivedElsewhere(context, tempFolder(context));
  const { settling, input, store, root } = film;
  const away = `${root}-away`;
  const fingerprintFile: typeof WRITING.fingerprintFile = async (path, sizeBytes) => {
    const read = await WRITING.fingerprintFile(path, sizeBytes);
    if (path === input.archivePath && !existsSync(away)) {
      renameSync(root, away);
      mkdirSync(root);
    }
    return read;
  };
  const { asset } = input;
  const archived = store.assets.byId(asset.id) ?? assert.fail();
  const undo = restore({ ...settling, files: { ...WRITING, fingerprintFile } }, archived, input.sourcePath);
  await assert.rejects(undo, isProblem("folder-away"));
  assert.deepEqual(filesBelow(root), []);
  assert.equal(readFileSync(input.archivePath, "utf8"), "the original film");
  rmdirSync(root);
  renameSync(away, root);
  await restore(settling, archived, input.sourcePath);
  assert.equal(readFileSync(input.sourcePath, "utf8"), "the original film");
});

for (const [name, call] of [
  ["right before the name is given", "link"],
  ["right before its folder is asked for, where there are no hard links", "open"],
] as const)
  test(`the library goes ${name}: the original stays where it was`, async (context) => {
    const { settling, input, pullOnce, stays } = await archivedElsewhere(context, tempFolder(context));
    let isUndo = false;
    if (call === "open") withoutLinks(context);
    calls(context, call, async (run, args) => {
      if (isUndo && args.some((each) => String(each) === input.sourcePath)) pullOnce();
      return run(...args);
    });
    isUndo = true;
    await stays(settling);
  });

for (const [when, call] of [
  ["before it is copied", "copyFile"],
  ["once it was copied", "link"],
] as const)
  test(`from another disk, the library goes ${when}: the original stays`, { skip }, async (context) => {
    const { settling, pullOnce, stays, at } = await archivedElsewhere(
      context,
      tempFolder(context, OTHER_DISK),
    );
    calls(context, call, async (run, args) => {
      const isIt = call === "copyFile" || String(args[0]).endsWith(".partial.copy");
      if (isIt && String(args[1]).startsWith(at(""))) pullOnce();
      return run(...args);
    });
    await stays(settling);
  });

test("where the folder that must be there is not, nothing is made in its place", async (context) => {
  const folder = tempFolder(context);
  const [from, base] = [join(folder, "Film.mkv"), join(folder, "disk", "films")];
  writeFileSync(from, "the original film");
  const into = { base, prove: async () => {} };
  await assert.rejects(moveOriginal(from, join(base, "a", "Film.mkv"), "restore-failed", into));
  assert.deepEqual(filesBelow(folder), ["Film.mkv"]);
  assert.ok(!existsSync(join(folder, "disk")));
});

test("another disk than at the last scan, in which not one known film is, is not the library", async (context) => {
  const { store } = newStore(context);
  const root = tempFolder(context);
  const asset = insert(store, "a/Film.mkv", { sizeBytes: 4 });
  const isThere = () => isRootThere({ store, statRoot, statFile }, asset.library, root, asset.path);
  const scanned = (device: string) =>
    store.roots.put({
      ...{ library: asset.library, root, device, identity: "", mounts: [], fileCount: 1 },
      scannedAt: NOW,
      problemCode: null,
    });
  mkdirSync(join(root, "a"));
  scanned("no number of a disk");
  assert.equal(await isThere(), false, "a folder of ours below the mount point");
  writeFileSync(join(root, "a", "Film.mkv"), "film");
  assert.equal(await isThere(), true, "a share has another number after each start");
  store.assets.touch(asset.id, { sizeBytes: 5 });
  assert.equal(await isThere(), false);
  const found = await statRoot(root);
  scanned(found.kind === "ok" ? found.device : assert.fail());
  assert.equal(await isThere(), true);
});

/** As a scan keeps them. */
const numbersOf = (found: Awaited<ReturnType<typeof statRoot>>) =>
  found.kind === "ok" ? { device: found.device, identity: found.identity } : assert.fail();

test("an empty folder in the place of a library on the same disk is not the library, one that was emptied is", async (context) => {
  const { store } = newStore(context);
  const root = tempFolder(context);
  const asset = insert(store, "Film.mkv", { sizeBytes: 4 });
  const found = await statRoot(root);
  store.roots.put({
    ...{ library: asset.library, root, mounts: [], fileCount: 1, scannedAt: NOW, problemCode: null },
    ...numbersOf(found),
  });
  const isThere = () => isRootThere({ store, statRoot, statFile }, asset.library, root, asset.path);
  assert.equal(await isThere(), true);
  renameSync(root, `${root}-away`);
  mkdirSync(root);
  assert.equal(await isThere(), false);
  writeFileSync(join(root, "Film.mkv"), "film");
  assert.equal(await isThere(), true, "a share may number its folders anew");
  rmSync(join(root, "Film.mkv"));
  rmdirSync(root);
  renameSync(`${root}-away`, root);
  assert.equal(await isThere(), true);
});

test("a real disk is unmounted while the archive is read, and a folder lies below it", async (context) => {
  const disk = smallDisk(context, 1 << 20);
  if (disk === null) return context.skip("no disk may be mounted");
  const film = await archivedFilm(context);
  const { store, asset, at } = film;
  const root = `${film.place.root}-mounted`;
  mkdirSync(join(root, "a"), { recursive: true });
  const away = tempFolder(context);
  renameSync(at(".chromecast-originals"), join(away, "originals"));
  const archivePath = join(away, "originals", "a", "Film.mkv");
  const outputPath = join(root, "a", "Film.mp4");
  const mount = pulled(context, disk, root);
  mkdirSync(join(root, "a"));
  writeFileSync(outputPath, "the converted film");
  const made = (await WRITING.fileStat(outputPath)) ?? assert.fail();
  store.assets.touch(asset.id, {
    ...{ archivePath, outputPath, outputSizeBytes: made.sizeBytes, outputModifiedUs: made.modifiedUs },
  });
  const found = await statRoot(root);
  store.roots.put({
    ...{ library: asset.library, root, mounts: [], fileCount: 1, scannedAt: NOW, problemCode: null },
    ...numbersOf(found),
  });
  const fingerprintFile: typeof WRITING.fingerprintFile = async (path, sizeBytes) => {
    const read = await WRITING.fingerprintFile(path, sizeBytes);
    mount.pull();
    return read;
  };
  const isLibraryThere = () => isRootThere({ store, statRoot, statFile }, asset.library, root, asset.path);
  const deps = { store, isLibraryThere, now: () => NOW };
  const it = store.assets.byId(asset.id) ?? assert.fail();
  const sourcePath = join(root, "a", "Film.mkv");
  await assert.rejects(
    restore({ ...deps, files: { ...WRITING, fingerprintFile } }, it, sourcePath),
    isProblem("root-missing"),
  );
  assert.deepEqual(filesBelow(root), []);
  assert.equal(readFileSync(archivePath, "utf8"), "the original");
  mount.putBack();
  await restore({ ...deps, files: WRITING }, it, sourcePath);
  assert.equal(readFileSync(sourcePath, "utf8"), "the original");
  mount.pull();
  assert.deepEqual(filesBelow(root), []);
});
