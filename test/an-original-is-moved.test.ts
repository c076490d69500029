import assert from "node:assert/strict";
import { existsSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { putClip } from "./support/clips.ts";
import { assertNoPartials, filesBelow, newHouse, sha256 } from "./support/orchestrator.ts";
import { isProblem } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const HELD = "You brought the original back; it is converted again when you ask for it.";

test("an archived original is there byte for byte, comes back, and waits until it is released", async (context) => {
  const house = newHouse(context, { library: { original: "archive" } });
  const source = await putClip("subtitled", join(house.root, "a", "Film.mkv"));
  const before = [sha256(source), statSync(source).mtimeMs];
  const { restore, reprocess, waitingReason } = await house.start();
  const archived = await house.becomes("a/Film.mkv", "Archived", "Failed");
  const archive = join(house.root, ".chromecast-originals", "a", "Film.mkv");
  assert.equal(archived.archivePath, archive);
  assert.deepEqual([sha256(archive), statSync(archive).mtimeMs], before);
  assert.deepEqual(filesBelow(join(house.root, "a")), ["Film.en.srt", "Film.en.vtt", "Film.mp4"]);
  assert.throws(() => reprocess(archived.id), isProblem("state-refuses"));
  await house.scan();
  assert.equal(house.at("a/Film.mkv")?.state, "Archived", "a scan does not miss what is archived");

  await restore(archived.id);
  const held = await house.becomes("a/Film.mkv", "Queued");
  assert.deepEqual([sha256(source), statSync(source).mtimeMs], before);
  const setAside = ["Film.en.srt", "Film.en.vtt", "Film.mp4"].map(
    (name) => `a/.chromecast-set-aside/${name}`,
  );
  assert.deepEqual(filesBelow(house.root), [...setAside, "a/Film.mkv"]);
  assert.equal(waitingReason(held), HELD);
  await house.scan();
  assert.equal(house.at("a/Film.mkv")?.state, "Queued");

  reprocess(held.id);
  await house.becomes("a/Film.mkv", "Archived");
  assert.equal(sha256(archive), before[0]);
});

test("an archive on another disk gets a copy that was compared", {
  skip: !existsSync("/dev/shm"),
}, async (context) => {
  const archive = tempFolder(context, "/dev/shm");
  const house = newHouse(context, { library: { original: "archive", archive } });
  const source = await putClip("remux", join(house.root, "Film.mkv"));
  const before = [sha256(source), statSync(source).mtimeMs];
  await house.start();
  const asset = await house.becomes("Film.mkv", "Archived", "Failed");
  assert.equal(asset.archivePath, join(archive, "Film.mkv"));
  assert.deepEqual([sha256(join(archive, "Film.mkv")), statSync(join(archive, "Film.mkv")).mtimeMs], before);
  assert.ok(!existsSync(source));
  await house.now().restore(asset.id);
  assert.equal(sha256(source), before[0]);
  assert.deepEqual(filesBelow(archive), []);
});

test("originals are deleted only when the settings say so twice, and the film then plays", async (context) => {
  assert.throws(() => newHouse(context, { library: { original: "delete" } }), isProblem("settings-invalid"));
  const house = newHouse(context, {
    library: { original: "delete" },
    operational: { remove_original_after_success: true },
  });
  await putClip("remux", join(house.root, "Film.mkv"));
  await house.start();
  const asset = await house.becomes("Film.mkv", "Archived", "Failed");
  assert.deepEqual(filesBelow(house.root), ["Film.mp4"]);
  await assert.rejects(house.now().restore(asset.id), isProblem("restore-failed"));
  await house.scan();
  assert.deepEqual(filesBelow(house.root), ["Film.mp4"]);
});

test("another film in the place of a deleted original does not cost the converted one", async (context) => {
  const house = newHouse(context, {
    library: { original: "delete" },
    operational: { remove_original_after_success: true },
  });
  await putClip("remux", join(house.root, "Film.mkv"));
  await house.start();
  await house.becomes("Film.mkv", "Archived");
  const first = sha256(join(house.root, "Film.mp4"));
  await putClip("sound", join(house.root, "Film.mkv"));
  await house.scan();
  const second = await house.becomes("Film.mkv", "Archived");
  assert.equal(second.outputPath, join(house.root, "Film.chromecast.mp4"));
  assert.equal(sha256(join(house.root, "Film.mp4")), first, "the only copy of the first film");
});

test("an archive that is the library itself, by whatever way, moves nothing and loses nothing", async (context) => {
  const root = join(tempFolder(context), "films");
  const link = join(tempFolder(context), "link");
  symlinkSync(root, link);
  const house = newHouse(context, { root, library: { original: "archive", archive: link } });
  const source = await putClip("remux", join(root, "Film.mkv"));
  const before = sha256(source);
  await house.start();
  const asset = await house.becomes("Film.mkv", "Completed", "Archived", "Failed");
  assert.deepEqual([asset.state, asset.problemCode], ["Completed", "archive-failed"]);
  assert.equal(sha256(source), before);
});

test("a taken place in the archive keeps the original; one in the library keeps the archived one", async (context) => {
  const archive = tempFolder(context);
  const house = newHouse(context, { library: { original: "archive", archive } });
  writeFileSync(join(archive, "Film.mkv"), "an older film of that name");
  const source = await putClip("remux", join(house.root, "Film.mkv"));
  await putClip("remux", join(house.root, "Other.mkv"));
  await house.start();
  const kept = await house.becomes("Film.mkv", "Completed", "Archived", "Failed");
  assert.deepEqual([kept.state, kept.problemCode], ["Completed", "archive-failed"]);
  assert.ok(existsSync(source));

  const other = await house.becomes("Other.mkv", "Archived");
  writeFileSync(join(house.root, "Other.mkv"), "a stranger");
  await assert.rejects(house.now().restore(other.id), isProblem("restore-failed"));
  rmSync(join(archive, "Other.mkv"));
  await assert.rejects(house.now().restore(other.id), isProblem("file-missing"));
  assert.ok(existsSync(join(house.root, "Other.mp4")), "the only copy that is left");
});

test("processed again, our own result is replaced and a corrected subtitle of a person stays", async (context) => {
  const house = newHouse(context);
  const source = await putClip("subtitled", join(house.root, "Film.mkv"));
  const before = sha256(source);
  const { reprocess } = await house.start();
  const first = await house.becomes("Film.mkv", "Completed");
  const [vtt, srt] = [join(house.root, "Film.en.vtt"), join(house.root, "Film.en.srt")];
  writeFileSync(srt, "1\n00:00:00,700 --> 00:00:02,000\nGood evening, sir.\n");
  utimesSync(srt, 2_000_000_000, 2_000_000_000);
  const [theirs, old] = [sha256(srt), statSync(first.outputPath ?? "").ino];
  reprocess(first.id);
  const again = await house.becomes("Film.mkv", "Completed");
  assert.equal(again.outputPath, first.outputPath);
  assert.notEqual(statSync(again.outputPath ?? "").ino, old);
  assert.equal(sha256(srt), theirs);
  assert.ok(existsSync(vtt));
  assert.equal(sha256(source), before);
  assert.deepEqual(filesBelow(house.root), ["Film.en.srt", "Film.en.vtt", "Film.mkv", "Film.mp4"]);
  assertNoPartials(house.root);
});
