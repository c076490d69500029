/** Sources, folders and disks that change under a running conversion. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { putClip } from "./support/clips.ts";
import { filesBelow, newHouse, sha256, standIn, until } from "./support/orchestrator.ts";
import { isRoot, smallDisk } from "./support/small-disk.ts";
import { tempFolder } from "./support/temp.ts";

test("a source that another film replaced is converted as what it is now", async (context) => {
  const house = newHouse(context);
  const source = await putClip("picture", join(house.root, "Film.avi"));
  await house.start(standIn("takes-its-time"));
  await until("ffmpeg writes", () => filesBelow(house.root).some((each) => each.includes(".partial.")));
  const next = await putClip("sound", join(tempFolder(context), "next"));
  // As a download program does: written elsewhere, then moved over it.
  copyFileSync(next, join(house.root, ".incoming"));
  renameSync(join(house.root, ".incoming"), source);
  const { problem } = await house.failsOnce("Film.avi");
  assert.equal(problem, "source-changed");
  const asset = await until("it was converted again", () => {
    const found = house.at("Film.avi");
    if (found?.state === "Queued" && found.availableAt !== null) house.now().reprocess(found.id);
    return found?.state === "Completed" && found.outcome === "converted" && found;
  });
  assert.equal(asset.work, "audio", "by the plan of the new film");
  assert.equal(sha256(source), sha256(next));
  assert.deepEqual(filesBelow(house.root), ["Film.avi", "Film.mp4"]);
});

test("a source that is written to meanwhile is not published, nor removed, though its blocks look the same", async (context) => {
  const house = newHouse(context, {
    library: { original: "delete" },
    operational: { remove_original_after_success: true },
  });
  const source = await putClip("picture", join(house.root, "Film.avi"));
  await house.start(standIn("takes-its-time"));
  await until("ffmpeg writes", () => filesBelow(house.root).some((each) => each.includes(".partial.")));
  utimesSync(source, new Date(), new Date());
  const { problem } = await house.failsOnce("Film.avi");
  assert.equal(problem, "source-changed");
  assert.deepEqual(filesBelow(house.root), ["Film.avi"]);
});

test("a source that is renamed in mid-work is not taken for one whose copy is bad, and not encoded", async (context) => {
  const house = newHouse(context);
  const source = await putClip("remux", join(house.root, "Film.mkv"));
  await house.start(standIn("ends-late"));
  await until("ffmpeg writes", () => filesBelow(house.root).some((each) => each.includes(".partial.")));
  renameSync(source, join(house.root, "Other.mkv"));
  const asset = await until("it was converted under its new name", () => {
    const found = house.at("Other.mkv");
    if (found?.state === "Queued" && found.availableAt !== null) house.now().reprocess(found.id);
    return found?.state === "Completed" && found;
  });
  assert.equal(asset.work, "copy");
  assert.deepEqual(filesBelow(house.root), ["Other.mkv", "Other.mp4"]);
});

test("a source that is taken away in mid-work leaves neither a film nor a row", async (context) => {
  const house = newHouse(context);
  const source = await putClip("picture", join(house.root, "Film.avi"));
  await putClip("plays", join(house.root, "plays.mp4"));
  await house.start(standIn("takes-its-time"));
  await until("ffmpeg writes", () => filesBelow(house.root).some((each) => each.includes(".partial.")));
  rmSync(source);
  await until("its row is gone", () => house.at("Film.avi") === null);
  assert.deepEqual(filesBelow(house.root), ["plays.mp4"]);
});

test("a root that goes away in mid-work takes nothing with it", async (context) => {
  const house = newHouse(context);
  const source = await putClip("picture", join(house.root, "Film.avi"));
  const before = sha256(source);
  await house.start(standIn("takes-its-time"));
  await until("ffmpeg writes", () => filesBelow(house.root).some((each) => each.includes(".partial.")));
  renameSync(house.root, `${house.root}-away`);
  const { asset } = await house.failsOnce("Film.avi");
  assert.equal(asset.state, "Queued");
  assert.ok(!existsSync(house.root), "no folder is made where a disk is to be mounted");
  // A scan that ends between may put the library off once more: a person presses the button again.
  const press = (): true => {
    try {
      if (house.at("Film.avi")?.state === "Queued") house.now().reprocess(asset.id);
    } catch {
      // It is in the queue already; what the library waited for is tried now all the same.
    }
    return true;
  };
  const jobs = (): number =>
    house
      .now()
      .store.jobs.forAsset(asset.id, 9)
      .filter((each) => each.outcome).length;
  await until("it was tried again", () => press() && jobs() >= 2);
  assert.ok(!existsSync(house.root));
  renameSync(`${house.root}-away`, house.root);
  await until("it is done", () => press() && house.at("Film.avi")?.state === "Completed");
  assert.equal(sha256(join(house.root, "Film.avi")), before);
});

test("a folder that cannot be written to is said before hours are spent", async (context) => {
  const root = isRoot ? smallDisk(context, 64 * 2 ** 20) : join(tempFolder(context), "films");
  if (root === null) return context.skip("no disk may be mounted here");
  const house = newHouse(context, { root });
  const source = await putClip("remux", join(root, "Film.mkv"));
  if (isRoot) execFileSync("mount", ["-o", "remount,ro", root]);
  else chmodSync(root, 0o555);
  context.after(() => isRoot || chmodSync(root, 0o755));
  await house.start(standIn("hangs"));
  const { asset, problem } = await house.failsOnce("Film.mkv");
  assert.equal(problem, "folder-not-writable");
  assert.deepEqual([asset.state, asset.attempt], ["Queued", 1]);
  assert.ok(statSync(source).size > 0);
  await house.stop();
});

test("a disk that fills in mid-work is waited for, and the film is done when there is room", async (context) => {
  const root = isRoot ? smallDisk(context, 2 * 2 ** 20) : null;
  if (root === null) return context.skip("no disk may be mounted here");
  const house = newHouse(context, { root });
  const source = await putClip("remux", join(root, "Film.mkv"));
  const before = sha256(source);
  const room = 2 * 2 ** 20 - statSync(source).size - 30_000;
  mkdirSync(join(root, ".others"));
  await house.start(standIn("takes-its-time"));
  // Else it would not be begun.
  await until("ffmpeg writes", () => filesBelow(root).some((each) => each.includes(".partial.")));
  writeFileSync(join(root, ".others", "ballast"), Buffer.alloc(room));
  const { asset, problem } = await house.failsOnce("Film.mkv");
  assert.equal(problem, "disk-full");
  assert.deepEqual([asset.state, asset.attempt], ["Queued", 0]);
  assert.equal(sha256(source), before);
  assert.deepEqual(filesBelow(root), [".others/ballast", "Film.mkv"]);
  rmSync(join(root, ".others", "ballast"));
  house.now().reprocess(asset.id);
  await house.becomes("Film.mkv", "Completed");
  await house.stop();
});
