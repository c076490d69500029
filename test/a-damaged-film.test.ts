/** Films that are damaged in the middle, or hold more than an MP4 can: their originals are never deleted for a result. */
import assert from "node:assert/strict";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createFfprobe } from "../src/edges/ffprobe.ts";
import { verifyProbed } from "../src/steps/verify.ts";
import { runFfmpeg } from "./support/ffmpeg.ts";
import { planFor, wish } from "./support/media.ts";
import { assertNoPartials, filesBelow, newHouse, sha256 } from "./support/orchestrator.ts";
import { tempFolder } from "./support/temp.ts";

const DELETES = { library: { original: "delete" }, operational: { remove_original_after_success: true } };

/** A film of two minutes, so that most of it lies outside the parts that are looked at anyway. */
const putLong = async (path: string, ending: readonly string[]): Promise<void> => {
  mkdirSync(join(path, ".."), { recursive: true });
  await runFfmpeg([
    ...[
      "-y",
      "-f",
      "lavfi",
      "-i",
      "testsrc2=s=320x240:r=25:d=120",
      "-f",
      "lavfi",
      "-i",
      "sine=r=48000:d=120",
    ],
    ...[
      "-c:v",
      "libx264",
      "-preset",
      "ultrafast",
      "-pix_fmt",
      "yuv420p",
      "-g",
      "50",
      "-c:a",
      "aac",
      "-ac",
      "2",
    ],
    ...ending,
    path,
  ]);
};

/** Zeroes a part of a file, as a bad disk or a broken download does. */
const zero = (path: string, from: number, to: number): void => {
  const { size } = statSync(path);
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(Math.floor(size * (to - from))), 0, undefined, Math.floor(size * from));
  closeSync(file);
};

const failsDamaged = async (
  context: TestContext,
  name: string,
  ending: readonly string[],
  part: readonly [number, number],
) => {
  const house = newHouse(context, DELETES);
  const source = join(house.root, name);
  await putLong(source, ending);
  zero(source, ...part);
  const before = sha256(source);
  await house.start();
  const asset = await house.becomes(name, "Failed", "Archived", "Completed");
  assert.equal(asset.state, "Failed", `${asset.state}: ${asset.problemDetail}`);
  assert.equal(asset.problemCode, "source-damaged", asset.problemDetail ?? "");
  assert.equal(sha256(source), before);
  assert.deepEqual(filesBelow(house.root), [name]);
};

test("a hole in a Matroska film is seen, and its original is not deleted", (context) =>
  failsDamaged(context, "Film.mkv", [], [0.3, 0.42]));

test("damaged pictures in an MP4 with a whole index are seen before its original is deleted", (context) =>
  failsDamaged(context, "Film.mov", [], [0.25, 0.35]));

test("a hole that an encode fills with a picture standing still costs no original", async (context) => {
  const house = newHouse(context, DELETES);
  const source = join(house.root, "Film.mkv");
  await runFfmpeg([
    ...["-y", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=12", "-f", "lavfi", "-i", "sine=r=48000:d=12"],
    ...["-c:v", "mpeg4", "-b:v", "1M", "-g", "12", "-c:a", "aac", "-ac", "2", source],
  ]);
  zero(source, 0.35, 0.75);
  const before = sha256(source);
  await house.start();
  const asset = await house.becomes("Film.mkv", "Failed", "Archived", "Completed");
  assert.deepEqual([asset.state, asset.problemCode], ["Failed", "source-damaged"], asset.problemDetail ?? "");
  assert.match(asset.problemDetail ?? "", /gaps: the source has no picture for [345]\.\d\d s/);
  assert.equal(sha256(source), before);
  assert.deepEqual(filesBelow(house.root), ["Film.mkv"]);
});

test("what another machine made of such a film, and calls good, does not pass the look here", async (context) => {
  const folder = tempFolder(context);
  const [source, result] = [join(folder, "Film.mkv"), join(folder, "Film.mp4")];
  await runFfmpeg([
    ...["-y", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=12", "-f", "lavfi", "-i", "sine=r=48000:d=12"],
    ...["-c:v", "mpeg4", "-b:v", "1M", "-g", "12", "-c:a", "aac", "-ac", "2", source],
  ]);
  zero(source, 0.35, 0.75);
  const picture = ["-c:v", "libx264", "-preset", "ultrafast", "-force_key_frames", "expr:gte(t,n_forced*2)"];
  await runFfmpeg(["-y", "-i", source, ...picture, "-c:a", "copy", "-movflags", "+faststart", result]);
  const ffprobe = createFfprobe();
  const { media } = await ffprobe.probe(source);
  const failedChecks = async (log: string): Promise<readonly string[]> => {
    const aim = { wish: wish(), isHardware: false, plan: planFor(media) };
    const input = { source: media, sourcePath: source, outputPath: result, log, ...aim };
    const checks = await verifyProbed({ ffprobe }, input);
    return checks.filter((each) => !each.passed).map((each) => each.name);
  };
  assert.ok((await failedChecks("[mpeg4 @ 0x1] Error while decoding MBs")).includes("gaps"));
});

test("recordings that were joined are one film as long as both, though ffmpeg finds damage where they meet", async (context) => {
  const house = newHouse(context, DELETES);
  const parts: Buffer[] = [];
  for (const hertz of [400, 800]) {
    const part = join(house.root, "..", `${hertz}.ts`);
    await runFfmpeg([
      ...["-y", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=4", "-f", "lavfi"],
      ...["-i", `sine=f=${hertz}:r=48000:d=4`, "-c:v", "mpeg2video", "-q:v", "4", "-c:a", "mp2", part],
    ]);
    parts.push(readFileSync(part));
  }
  const source = join(house.root, "Film.ts");
  writeFileSync(source, Buffer.concat(parts));
  const before = sha256(source);
  await house.start();
  const asset = await house.becomes("Film.ts", "Failed", "Archived", "Completed");
  assert.equal(asset.state, "Completed", asset.problemDetail ?? "");
  assert.deepEqual([asset.problemCode, sha256(source)], ["original-kept", before]);
  const { media } = await createFfprobe().probe(join(house.root, "Film.mp4"));
  assert.ok(Math.abs((media.durationSeconds ?? 0) - 8) < 0.2, `${media.durationSeconds} s`);
});

test("an original with a sound track that the result has not is kept although deleting was asked for", async (context) => {
  const house = newHouse(context, DELETES);
  const source = join(house.root, "Film.mkv");
  await runFfmpeg([
    ...["-y", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=3", "-f", "lavfi", "-i", "sine=d=3"],
    ...["-f", "lavfi", "-i", "sine=f=600:d=3", "-map", "0", "-map", "1", "-map", "2", "-ac", "2"],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", source],
  ]);
  const before = sha256(source);
  await house.start();
  const asset = await house.becomes("Film.mkv", "Completed", "Archived", "Failed");
  assert.deepEqual(
    [asset.state, asset.outcome, asset.problemCode],
    ["Completed", "converted", "original-kept"],
  );
  assert.match(asset.problemDetail ?? "", /audio track 2 is left out/);
  assert.equal(sha256(source), before);
});

test("while a film is processed again its earlier result plays, and the new one takes its name", async (context) => {
  const house = newHouse(context);
  const source = join(house.root, "Film.mkv");
  await runFfmpeg([
    ...["-y", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=3", "-c:v", "libx264", "-preset", "ultrafast"],
    ...["-pix_fmt", "yuv420p", source],
  ]);
  const { reprocess, subscribe } = await house.start();
  const first = await house.becomes("Film.mkv", "Completed");
  const result = join(house.root, "Film.mp4");
  let missing = 0;
  const stop = subscribe(() => {
    if (!existsSync(result)) missing++;
  });
  const inode = statSync(result).ino;
  reprocess(first.id);
  await house.becomes("Film.mkv", "Completed");
  stop();
  assert.equal(missing, 0);
  assert.notEqual(statSync(result).ino, inode, "it is the new one");
  assert.deepEqual(filesBelow(house.root), ["Film.mkv", "Film.mp4"]);
  assertNoPartials(house.root);
});
