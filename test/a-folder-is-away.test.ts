/** The folders that the settings name for results and originals: on a disk that is away nothing is made in their place. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { WRITING } from "../src/apps/job.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { Problem } from "../src/core/problem.ts";
import { wishOf } from "../src/core/wish.ts";
import { fingerprintFile, statRoot, walkLibrary } from "../src/edges/library-walk.ts";
import { fileStat } from "../src/edges/library-write.ts";
import { adoptArchived } from "../src/steps/adopt-archived.ts";
import { requireFolder } from "../src/steps/named-folder.ts";
import { publish } from "../src/steps/publish.ts";
import { recover } from "../src/steps/recover.ts";
import { restore } from "../src/steps/restore.ts";
import { runCli } from "./support/cli.ts";
import { putClip } from "./support/clips.ts";
import { calls } from "./support/odd-disk.ts";
import { filesBelow, type House, newHouse, sha256 } from "./support/orchestrator.ts";
import { pulled, smallDisk } from "./support/small-disk.ts";
import { insert, isProblem, NOW, newStore } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";
import { onDisk } from "./support/verified.ts";

/** Its disk away: the mount point stays, empty. Gives what brings it back. */
const pull = (folder: string): (() => void) => {
  renameSync(folder, `${folder}-away`);
  mkdirSync(folder);
  return () => {
    rmdirSync(folder);
    renameSync(`${folder}-away`, folder);
  };
};

const DELETES = { remove_original_after_success: true } as const;

/** A film waits for the folder: nothing was run, made or moved. */
const waits = async (house: House, film: string, says: RegExp): Promise<void> => {
  const before = sha256(join(house.root, film));
  const { problem, asset } = await house.failsOnce(film);
  assert.equal(problem, "folder-away", `${asset.problemDetail}`);
  assert.match(asset.problemDetail ?? "", says);
  assert.deepEqual([asset.state, asset.attempt], ["Queued", 0]);
  assert.deepEqual(house.now().store.jobs.forAsset(asset.id, 1)[0]?.command, [], "nothing was run");
  assert.equal(sha256(join(house.root, film)), before);
  assert.equal(house.now().overview().waiting?.code, "folder-away");
  await house.scan();
  assert.equal(house.now().overview().waiting?.code, "folder-away", "a scan says nothing of it");
};

for (const [key, original] of [
  ["archive", "archive"],
  ["output", "delete"],
] as const)
  test(`${key}: a folder that is missing, or empty though films are known in it, is waited for`, async (context) => {
    const folder = join(tempFolder(context), "disk");
    const house = newHouse(context, { library: { original, [key]: folder }, operational: DELETES });
    await putClip("remux", join(house.root, "First.mkv"));
    await house.start();
    await waits(house, "First.mkv", /^There is no folder .*\/disk\.$/);
    assert.ok(!existsSync(folder), "it was not made");

    mkdirSync(folder);
    house.now().reprocess(house.at("First.mkv")?.id ?? 0);
    await house.becomes("First.mkv", "Archived");
    const held = filesBelow(folder);
    assert.deepEqual(held, [key === "archive" ? "First.mkv" : "First.mp4"]);

    const putBack = pull(folder);
    await putClip("remux", join(house.root, "Second.mkv"));
    await house.scan();
    await waits(house, "Second.mkv", /disk is empty, though files are known to be in it\.$/);
    assert.deepEqual(filesBelow(folder), []);

    putBack();
    house.now().reprocess(house.at("Second.mkv")?.id ?? 0);
    await house.becomes("Second.mkv", "Archived");
    assert.equal(filesBelow(folder).length, 2);
  });

/** A film that is to be archived in a folder of a disk of its own, which holds another original if it `isUsed`. */
const archiving = async (context: TestContext, isUsed: boolean) => {
  const film = await onDisk(context, "archive");
  const { store, asset, settling, root } = film;
  const archive = `${root}-archive`;
  mkdirSync(archive);
  if (isUsed) {
    writeFileSync(join(archive, "Other.mkv"), "another original");
    store.assets.touch(insert(store, "Other.mkv").id, { archivePath: join(archive, "Other.mkv") });
  }
  return {
    ...film,
    archive,
    input: { ...film.input, archivePath: join(archive, "Film.mkv") },
    recovering: () => recover(settling, () => [root]),
    row: () => store.assets.byId(asset.id),
  };
};

for (const staysEmpty of [true, false])
  test(`the archive goes while a film is converted, its mount point ${staysEmpty ? "stays" : "goes too"}: it is carried through later`, async (context) => {
    const { archive, deps, input, recovering, row } = await archiving(context, staysEmpty);
    const putBack = pull(archive);
    if (!staysEmpty) rmdirSync(archive);
    await assert.rejects(publish(deps, input), isProblem("folder-away"));
    assert.equal((await recovering()).finished, 0);
    assert.equal(row()?.state, "Processing");
    assert.equal(readFileSync(input.sourcePath, "utf8"), "the original film");
    assert.deepEqual(filesBelow(archive), []);
    assert.equal(existsSync(archive), staysEmpty, "nothing was made");
    if (!staysEmpty) mkdirSync(archive);
    putBack();
    assert.equal((await recovering()).finished, 1);
    assert.deepEqual([row()?.state, row()?.archivePath], ["Archived", input.archivePath]);
    assert.equal(readFileSync(input.archivePath, "utf8"), "the original film");
  });

test("the archive goes in the very moment in which the original is moved to it: the original stays", async (context) => {
  const disk = smallDisk(context, 1 << 20);
  if (disk === null) return context.skip("no disk may be mounted");
  const { archive, deps, input, recovering, row } = await archiving(context, false);
  const mount = pulled(context, disk, archive);
  try {
    let isMet = false;
    calls(context, "link", async (run, args) => {
      if (args[1] === input.archivePath && !isMet) {
        isMet = true;
        mount.pull();
      }
      return run(...args);
    });
    await assert.rejects(publish(deps, input), isProblem("folder-away"));
    assert.equal(readFileSync(input.sourcePath, "utf8"), "the original film");
    assert.deepEqual(filesBelow(archive), []);
    mount.putBack();
    assert.equal((await recovering()).finished, 1);
    assert.deepEqual([row()?.state, row()?.archivePath], ["Archived", input.archivePath]);
    assert.equal(readFileSync(input.archivePath, "utf8"), "the original film");
  } finally {
    mount.pull();
  }
});

test("the disk of the results goes before a film is converted to it, with a folder below: its original stays", async (context) => {
  const disk = smallDisk(context, 32 << 20);
  if (disk === null) return context.skip("no disk may be mounted");
  const output = join(tempFolder(context), "disk");
  mkdirSync(join(output, "a folder"), { recursive: true });
  const mount = pulled(context, disk, output);
  try {
    const house = newHouse(context, { library: { original: "delete", output }, operational: DELETES });
    const film = await putClip("remux", join(house.root, "x", "Film.mkv"));
    const before = sha256(film);
    let isMet = false;
    calls(context, "lstat", async (run, args) => {
      if (!isMet && args[0] === join(output, "x")) {
        isMet = true;
        mount.pull();
      }
      return run(...args);
    });
    await house.start();
    const { problem } = await house.failsOnce("x/Film.mkv");
    assert.ok(isMet);
    assert.equal(problem, "folder-away");
    assert.equal(sha256(film), before);
    assert.deepEqual(filesBelow(output), []);
    mount.putBack();
    house.now().reprocess(house.at("x/Film.mkv")?.id ?? 0);
    await house.becomes("x/Film.mkv", "Archived");
    assert.deepEqual(filesBelow(output), ["x/Film.mp4"]);
    await house.stop();
  } finally {
    mount.pull();
  }
});

test("the archive is away after a crash that followed the move: its original is not given up", async (context) => {
  const { archive, deps, input, recovering, row } = await archiving(context, false);
  const moveOriginal: typeof WRITING.moveOriginal = async (...move) => {
    await WRITING.moveOriginal(...move);
    throw new Error("killed");
  };
  await assert.rejects(publish({ ...deps, files: { ...WRITING, moveOriginal } }, input));
  const putBack = pull(archive);
  assert.equal((await recovering()).finished, 0);
  // It waits, and says for what.
  assert.deepEqual([row()?.state, row()?.problemCode], ["Processing", "folder-away"]);
  putBack();
  assert.equal((await recovering()).finished, 1);
  assert.deepEqual([row()?.state, row()?.archivePath], ["Archived", input.archivePath]);
});

test("an original is not called gone while its archive is away, and is brought back later", async (context) => {
  const { archive, deps, settling, input, store } = await archiving(context, true);
  const asset = await publish(deps, input);
  const bringBack = () => restore(settling, asset, input.sourcePath);
  const putBack = pull(archive);
  await assert.rejects(bringBack(), isProblem("folder-away"));
  assert.ok(store.restores.has(asset.id), "the wish waits");
  assert.equal(store.assets.byId(asset.id)?.state, "Archived");
  putBack();
  const taken = pull(input.archivePath);
  rmdirSync(input.archivePath);
  await assert.rejects(bringBack(), isProblem("file-missing"), "of an archive that is there it is gone");
  mkdirSync(input.archivePath);
  taken();
  await bringBack();
  assert.equal(readFileSync(input.sourcePath, "utf8"), "the original film");
});

test("a film that a person took away after a crash is not looked for in an archive that is there and empty", async (context) => {
  const { deps, input, recovering, row, archive } = await archiving(context, false);
  const files = { ...deps.files, moveOriginal: () => Promise.reject(new Problem("folder-away", "cut off")) };
  await assert.rejects(publish({ ...deps, files }, input), isProblem("folder-away"));
  rmSync(input.sourcePath);
  assert.equal((await recovering()).finished, 1);
  assert.deepEqual([row()?.state, row()?.problemCode], ["Completed", "file-missing"]);
  assert.deepEqual(filesBelow(archive), []);
});

test("after a backup was put back an archive that is away is looked through later", async (context) => {
  const { store } = newStore(context);
  const folder = tempFolder(context);
  const [root, archive] = [join(folder, "films"), join(folder, "archive")];
  for (const each of [root, archive]) mkdirSync(each);
  writeFileSync(join(root, "Other.mkv"), "a film");
  const { libraries, ...rest } = settingsFrom({
    libraries: { films: { root, original: "archive", archive } },
  });
  const library = libraries.films ?? assert.fail();
  const adopted = () =>
    adoptArchived(
      {
        ...{ store, walkLibrary, statRoot, fileStat, fingerprintFile, now: () => NOW, newToken: () => "t" },
        probe: () => assert.fail("nothing is probed"),
      },
      { name: "films", library, wish: wishOf({ libraries, ...rest }, library) },
    );
  assert.equal(await adopted(), null);
  mkdirSync(join(archive, "its disk is there"));
  assert.equal(await adopted(), 0);
});

test("convert makes the folder named in its line, but never where the original leaves its place for it", async (context) => {
  const folder = tempFolder(context);
  const film = await putClip("remux", join(folder, "Film.mkv"));
  const out = join(folder, "disk", "ready");
  const convert = (...more: readonly string[]) =>
    runCli(context, ["convert", film, "--out", out, "--encoder", "libx264", "--json", ...more]);
  const refused = await convert("--original", "delete");
  const result = refused.lines().at(-1)?.problem as { readonly code: string } | undefined;
  assert.deepEqual([refused.code, result?.code], [1, "folder-away"], refused.err);
  assert.deepEqual(filesBelow(folder), ["Film.mkv"]);
  assert.equal((await convert()).code, 0);
  assert.deepEqual(filesBelow(folder), ["Film.mkv", "disk/ready/Film.mp4"]);
});

test("all was undone, and only what was set aside is left of the results: the next is converted", async (context) => {
  const output = tempFolder(context);
  const house = newHouse(context, { library: { original: "archive", output } });
  await putClip("remux", join(house.root, "Film.mkv"));
  const { restore: bringBack, reprocess } = await house.start();
  const { id } = await house.becomes("Film.mkv", "Archived");
  await bringBack(id);
  await house.becomes("Film.mkv", "Queued");
  assert.deepEqual(filesBelow(output), [".chromecast-set-aside/Film.mp4"]);
  reprocess(id);
  const { problemCode } = await house.becomes("Film.mkv", "Archived");
  assert.equal(problemCode, null);
  const pool = { store: house.now().store, files: { statRoot } };
  const putBack = pull(output);
  await assert.rejects(requireFolder(pool, output), isProblem("folder-away"));
  putBack();
});
