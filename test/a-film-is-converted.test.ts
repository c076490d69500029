import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createFfprobe } from "../src/edges/ffprobe.ts";
import { putClip, putTruncatedClip } from "./support/clips.ts";
import { assertNoPartials, filesBelow, newHouse, sha256, until } from "./support/orchestrator.ts";
import { tempFolder } from "./support/temp.ts";

const isRoot = process.getuid?.() === 0;

test("a new film is converted beside itself, with its subtitles, and stays as it was", async (context) => {
  const house = newHouse(context);
  const source = await putClip("subtitled", join(house.root, "Good Evening (1999)", "Good Evening.mkv"));
  chmodSync(source, 0o640);
  if (isRoot) chownSync(source, 4321, 4322);
  utimesSync(source, 1_000_000_000, 1_000_000_000);
  const before = sha256(source);
  await house.start();
  const asset = await house.becomes("Good Evening (1999)/Good Evening.mkv", "Completed", "Failed");
  assert.equal(asset.state, "Completed", asset.problemDetail ?? "");
  assert.equal(asset.outcome, "converted");
  assert.deepEqual(filesBelow(house.root), [
    "Good Evening (1999)/Good Evening.en.srt",
    "Good Evening (1999)/Good Evening.en.vtt",
    "Good Evening (1999)/Good Evening.mkv",
    "Good Evening (1999)/Good Evening.mp4",
  ]);
  assert.equal(sha256(source), before);
  for (const path of [asset.outputPath ?? "", ...asset.sidecarPaths]) {
    const made = statSync(path);
    assert.equal(made.mode & 0o777, 0o640, path);
    assert.equal(made.mtimeMs, 1_000_000_000_000, path);
    if (isRoot) assert.deepEqual([made.uid, made.gid], [4321, 4322], path);
  }
  const vtt = asset.sidecarPaths.find((path) => path.endsWith(".vtt")) ?? "";
  assert.match(readFileSync(vtt, "utf8"), /^WEBVTT[\s\S]*Good evening\./);
  const { media } = await createFfprobe().probe(asset.outputPath ?? "");
  assert.deepEqual(
    media.streams.map((each) => each.kind),
    ["video", "audio"],
  );
  await house.scan();
  assert.equal(house.now().store.assets.counts().total, 1, "what was published is no film of its own");
});

test("a file that plays is never touched, and no file that is no film or a damaged one", async (context) => {
  const house = newHouse(context);
  const plays = await putClip("plays", join(house.root, "plays.mp4"));
  writeFileSync(join(house.root, "notes.mkv"), "Remember the milk.\n");
  await putTruncatedClip(join(house.root, "truncated.mkv"));
  const before = [sha256(plays), statSync(plays).mtimeMs, statSync(plays).ctimeMs];
  await house.start();
  const asset = await house.becomes("plays.mp4", "Completed", "Failed");
  assert.equal(asset.outcome, "direct-play");
  const text = await house.becomes("notes.mkv", "Failed");
  assert.equal(text.problemCode, "not-media");
  const truncated = await house.becomes("truncated.mkv", "Failed");
  assert.equal(truncated.problemCode, "source-damaged");
  assert.deepEqual([sha256(plays), statSync(plays).mtimeMs, statSync(plays).ctimeMs], before);
  assert.deepEqual(filesBelow(house.root), ["notes.mkv", "plays.mp4", "truncated.mkv"]);
});

test("an output folder mirrors the library, which itself is left as it is", async (context) => {
  const output = tempFolder(context);
  const house = newHouse(context, { library: { output } });
  await putClip("remux", join(house.root, "a", "b", "Film.mkv"));
  await house.start();
  const asset = await house.becomes("a/b/Film.mkv", "Completed", "Failed");
  assert.equal(asset.outputPath, join(output, "a", "b", "Film.mp4"));
  assert.deepEqual(filesBelow(output), ["a/b/Film.mp4"]);
  assert.deepEqual(filesBelow(house.root), ["a/b/Film.mkv"]);
});

test("films of one stem and a stranger's file of the name we want all stay", async (context) => {
  const house = newHouse(context);
  const stranger = join(house.root, "Other.mp4");
  writeFileSync(stranger, "a file of somebody else");
  await putClip("remux", join(house.root, "Film.mkv"));
  await putClip("picture", join(house.root, "Film.avi"));
  await putClip("sound", join(house.root, "Other.mkv"));
  await house.start();
  const made = [];
  for (const path of ["Film.mkv", "Film.avi", "Other.mkv"])
    made.push((await house.becomes(path, "Completed", "Failed")).outputPath?.slice(house.root.length + 1));
  assert.deepEqual([...made].sort(), ["Film.chromecast.mp4", "Film.mp4", "Other.chromecast.mp4"]);
  assert.equal(readFileSync(stranger, "utf8"), "a file of somebody else");
  assertNoPartials(house.root);
});

test("names that tools trip over are converted", async (context) => {
  const house = newHouse(context);
  const names = [
    "-rf.mkv",
    "file:lit.mkv",
    "http:a b.mkv",
    "quotes \" ' `x`.mkv",
    "new\nline.mkv",
    "100%d%03d.mkv",
    `${"ü".repeat(125)}x.mkv`,
  ];
  for (const name of names) await putClip("remux", join(house.root, name));
  await house.start();
  for (const name of names) {
    const asset = await house.becomes(name, "Completed", "Failed");
    assert.equal(asset.state, "Completed", `${name}: ${asset.problemDetail}`);
    assert.ok(asset.outputPath && existsSync(asset.outputPath), name);
  }
  assert.equal(filesBelow(house.root).length, 2 * names.length);
});

test("a published film that a person removed is made again", async (context) => {
  const house = newHouse(context);
  await putClip("remux", join(house.root, "Film.mkv"));
  await house.start();
  const asset = await house.becomes("Film.mkv", "Completed");
  rmSync(asset.outputPath ?? "");
  await house.scan();
  await until("the film is there again", () => {
    const found = house.at("Film.mkv");
    return found?.state === "Completed" && found.outputPath !== null && existsSync(found.outputPath);
  });
});
