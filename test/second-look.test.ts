/** Films whose headers leave a question open: when the pictures are looked at, what that answers, and what it may not do. */
import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { scanSeen } from "../src/core/combing.ts";
import { mainVideo } from "../src/core/media-info.ts";
import { createFfmpeg } from "../src/edges/ffmpeg.ts";
import { createSecondLook } from "../src/edges/second-look.ts";
import type { Assessment } from "../src/steps/assess.ts";
import { lookTwice } from "../src/steps/look-twice.ts";
import { runCli } from "./support/cli.ts";
import { profile, wish } from "./support/media.ts";
import { assessed, clip, FIELDS, ffprobe, H264, lookAt, soft } from "./support/second-look.ts";
import { tempFolder } from "./support/temp.ts";

const sentenceOf = ({ plan }: Assessment): string => plan.reasons.map(({ detail }) => detail).join(" ");

test("interlaced pictures that are marked progressive are found, and deinterlaced in their own order", async (context) => {
  const source = `${soft("176x576", "50")},interlace=scan=bff,setfield=prog`;
  const path = await clip(context, "hidden.mp4", source, ...H264);
  const { looks, assessment, encode } = await assessed(path);
  assert.deepEqual(looks, [["combing"]]);
  assert.match(sentenceOf(assessment), /marked progressive, but 7\d of 7\d looked at are combed \(bottom/);
  assert.deepEqual([encode?.deinterlace, encode?.fieldOrder], ["all", "bff"]);
});

test("interlaced pictures that are marked so need no second look", async (context) => {
  const source = `${soft("176x576", "50")},interlace=scan=tff`;
  const path = await clip(context, "tff.mp4", source, ...H264, ...FIELDS, "-x264-params", "tff=1");
  const { looks, encode } = await assessed(path);
  assert.deepEqual(looks, []);
  assert.deepEqual([encode?.deinterlace, encode?.fieldOrder], ["all", "auto"]);
});

test("progressive pictures coded as fields play, with a note; a strict profile encodes them", async (context) => {
  const path = await clip(
    context,
    "fake.mp4",
    soft("176x144", "25"),
    ...H264,
    "-x264-params",
    "fake-interlaced=1",
  );
  const { looks, assessment } = await assessed(path);
  assert.deepEqual(looks, [["combing"]]);
  assert.equal(assessment.plan.work, "none");
  const { playable, notes } = assessment.verdict;
  assert.deepEqual([playable, notes.map(({ code }) => code)], [true, ["video-coded-as-fields"]]);
  const strict = wish({ profile: profile({ strict: true }) });
  const again = await assessed(path, strict);
  assert.equal(again.assessment.plan.work, "video");
});

test("keyframes far apart are seen through the windows of a long MKV, and noted", async (context) => {
  const source = "testsrc2=s=64x64:r=5:d=75";
  const path = await clip(context, "far.mkv", source, ...H264, "-g", "9999", "-keyint_min", "9999");
  const { looks, assessment } = await assessed(path);
  const codes = assessment.verdict.notes.map(({ code }) => code);
  assert.deepEqual([looks, codes, assessment.plan.work], [[], ["video-keyframes-far"], "copy"]);
});

test("plain films cost no second look", async (context) => {
  const films: readonly (readonly [string, string, readonly string[]])[] = [
    ["web.mp4", "color=s=1280x720:r=25:d=0.2", H264],
    ["web-480.mp4", "color=s=854x480:r=30000/1001:d=0.2", H264],
    ["film.mkv", "color=s=720x480:r=24000/1001:d=0.2", H264],
    ["large.mkv", "color=s=1920x1080:r=25:d=0.2", H264],
    ["hevc.mkv", "color=s=320x240:r=25:d=0.2", ["-c:v", "libx265", "-x265-params", "log-level=error"]],
  ];
  for (const [name, source, args] of films) {
    const path = await clip(context, name, source, ...args);
    assert.deepEqual((await assessed(path)).looks, [], name);
  }
});

/** An ffmpeg that does what `script` says. */
const standIn = (context: TestContext, script: string) => {
  const program = join(tempFolder(context), "ffmpeg");
  writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return createSecondLook(createFfmpeg(program));
};

test("a look that fails leaves the film what its header says", async (context) => {
  const path = await clip(context, "pal.mp4", "testsrc2=s=176x576:r=25:d=1", ...H264);
  const { media } = await ffprobe.probe(path);
  for (const script of ["exit 0", "echo 'Conversion failed!' >&2; exit 1", "kill -KILL $$"])
    assert.equal(await lookTwice(standIn(context, script), path, media, wish()), media, script);
  assert.equal(await lookTwice(lookAt, join(path, "..", "gone.mp4"), media, wish()), media);
});

test("a look ends when the program does", async (context) => {
  const path = await clip(context, "pal.mp4", "testsrc2=s=176x576:r=25:d=1", ...H264);
  const { media } = await ffprobe.probe(path);
  const look = standIn(context, "exec sleep 60");
  const ending = AbortSignal.abort("shutdown");
  await assert.rejects(look(path, media, ["combing"], ending), { code: "interrupted" });
});

test("cvc convert and inspect take the second look too", async (context) => {
  const source = `${soft("176x576", "50")},interlace=scan=tff,setfield=prog`;
  const path = await clip(context, "Film.mp4", source, ...H264);
  const inspected = await runCli(context, ["inspect", path]);
  assert.match(
    inspected.out,
    /marked progressive, but 7\d of 7\d looked at are combed[\s\S]*\(top field first\)/,
  );
  assert.match(inspected.out, /yadif=mode=send_frame:parity=tff:deint=all/);
  const output = tempFolder(context);
  const { code, err } = await runCli(context, ["convert", path, "--out", output]);
  assert.equal(code, 0, err);
  const [name = ""] = readdirSync(output);
  const result = join(output, name);
  const video = mainVideo(await lookAt(result, (await ffprobe.probe(result)).media, ["combing"]));
  assert.equal(scanSeen(video?.combing ?? null).kind, "progressive");
});
