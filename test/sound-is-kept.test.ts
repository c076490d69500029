/** What may be kept is kept: surround sound behind the stereo one, sound that a receiver decodes, a Dolby Vision record. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { findDevice } from "../src/core/device-settings.ts";
import { audioStreams, mainVideo } from "../src/core/media-info.ts";
import type { Wish } from "../src/core/plan.ts";
import { runFfmpeg } from "./support/ffmpeg.ts";
import { profile, screens, wish } from "./support/media.ts";
import { assessed, ffprobe, made } from "./support/second-look.ts";
import { tempFolder } from "./support/temp.ts";

const DOLBY_VISION = new URL("../../shared/media/hevc-dolby-vision-p5.mp4", import.meta.url).pathname;

/** H.264 with 5.1 sound of a codec. */
const withSurround = async (context: TestContext, codec: string): Promise<string> => {
  const path = join(tempFolder(context), `${codec}.mkv`);
  const tones = [1, 2, 3, 4, 5, 6].map((each) => `0.2*sin(${each}*1400*t)`).join("|");
  await runFfmpeg([
    ...["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=24:d=2"],
    ...["-f", "lavfi", "-i", `aevalsrc='${tones}':s=48000:d=2:c=5.1`],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", codec],
    ...["-metadata:s:a:0", "language=eng", "-metadata:s:a:0", "title=Theatre mix", path],
  ]);
  return path;
};

/** The sounds of what is made: codec, channels, language, title, and whether a player takes it first. */
const soundsMade = async (context: TestContext, path: string, wanted: Wish) => {
  const { assessment } = await assessed(path, wanted);
  const output = await made(context, path, assessment, wanted);
  const { media } = await ffprobe.probe(output.path);
  return audioStreams(media).map((each) => [
    each.codec,
    each.channels,
    each.language,
    each.title,
    each.isDefault,
  ]);
};

for (const codec of ["ac3", "eac3"])
  test(`${codec}: kept behind the stereo sound, when asked`, async (context) => {
    const path = await withSurround(context, codec);
    const keep = wish({ profile: profile({ audio: { ...profile().audio, surround: "keep" } }) });
    assert.deepEqual(await soundsMade(context, path, keep), [
      ["aac", 2, "eng", "Theatre mix", true],
      [codec, 6, "eng", "Theatre mix", false],
    ]);
    assert.deepEqual(await soundsMade(context, path, wish()), [["aac", 2, "eng", "Theatre mix", true]]);
  });

test("sound that every device hands on is copied, and its film needs nothing more", async (context) => {
  const path = await withSurround(context, "ac3");
  const device = findDevice("theatre", { theatre: { passthrough: ["ac3", "eac3"] } });
  assert.ok(device);
  const theatre = wish({ devices: [device] });
  assert.equal((await assessed(path, theatre)).assessment.plan.work, "copy");
  assert.deepEqual(await soundsMade(context, path, theatre), [["ac3", 6, "eng", "Theatre mix", true]]);
});

test("a Dolby Vision record goes along with a copied picture", {
  skip: existsSync(DOLBY_VISION) ? false : "../shared/media is not there",
}, async (context) => {
  const path = join(tempFolder(context), "vision.mp4");
  await runFfmpeg(["-v", "error", "-i", DOLBY_VISION, "-c", "copy", "-strict", "unofficial", path]);
  const ultra = wish({ devices: screens("chromecast-ultra") });
  const { assessment } = await assessed(path, ultra);
  assert.equal(assessment.plan.work, "copy", JSON.stringify(assessment.plan.reasons));
  const output = await made(context, path, assessment, ultra);
  const { media } = await ffprobe.probe(output.path);
  assert.equal(mainVideo(media)?.dolbyVision?.profile, 5);
});
