/** Encodes that play, or look as if they did, and are not what was planned: each is told by the check named. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import { profile, screens } from "./support/media.ts";
import {
  at,
  ENCODE,
  FAST,
  failing,
  H264,
  look,
  made,
  makeFilms,
  refuses,
  refusesFile,
  SECONDS,
  withoutFfmpeg,
} from "./support/results.ts";

before(makeFilms);

describe("a result that is not the encode that was planned", { skip: withoutFfmpeg, concurrency: 2 }, () => {
  const hdr = ["-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"];
  // This household shows HDR, so the verdict alone would not object; encode.mkv is 10 bit and no device of it takes that.
  refuses("HDR in the tags of eight bits", "encode.mkv", [...ENCODE, ...hdr, ...FAST], ["shape"], {
    asks: { devices: screens("google-tv-4k") },
  });
  refuses("another size", "encode.mkv", [...ENCODE, "-vf", "scale=318:240", ...FAST], ["shape"]);
  refuses(
    "ten bits again",
    "encode.mkv",
    [...ENCODE, "-pix_fmt", "yuv420p10le", ...FAST],
    ["shape", "plays"],
  );
  refuses(
    "keyframes too far apart",
    "encode.mkv",
    [
      "-map",
      "0:0",
      "-map",
      "0:1",
      "-c:v",
      "libx264",
      "-preset",
      "ultrafast",
      "-pix_fmt",
      "yuv420p",
      "-g",
      "500",
      "-c:a",
      "copy",
      ...FAST,
    ],
    ["keyframes"],
  );
  refuses(
    "every fifth picture missing",
    "encode.mkv",
    [...ENCODE, "-vf", "select=not(eq(mod(n\\,5)\\,4))", "-fps_mode", "vfr", ...FAST],
    ["pictures"],
  );
  refuses("every picture twice", "encode.mkv", [...ENCODE, "-r", "20", ...FAST], ["pictures"]);
  refuses(
    "the last second missing",
    "encode.mkv",
    [...ENCODE, "-t", String(SECONDS - 1), ...FAST],
    ["duration", "pictures", "untouched"],
  );
  refuses(
    "mono for stereo",
    "encode.mkv",
    ["-map", "0:0", "-map", "0:1", ...H264, "-c:a", "aac", "-ac", "1", ...FAST],
    ["sound", "untouched"],
  );
  refuses("a buffer larger than asked for", "encode.mkv", [...ENCODE, "-crf", "1", ...FAST], ["buffer"], {
    asks: { profile: profile({ max_bitrate: 300_000, bufsize: 600_000 }) },
  });
});

describe("an encode that was changed afterwards", { skip: withoutFfmpeg, concurrency: 2 }, () => {
  it("turned on its side", async () => {
    const turned = ["-display_rotation", "90", "-i", at("good-encode.mp4"), "-c", "copy", ...FAST];
    // ffmpeg before 6.0 says it in the metadata, later ones only before the input.
    await made("turned.mp4", turned).catch(() =>
      made("turned.mp4", [
        "-i",
        at("good-encode.mp4"),
        "-c",
        "copy",
        "-metadata:s:v:0",
        "rotate=90",
        ...FAST,
      ]),
    );
    await refusesFile("encode.mkv", "turned.mp4", ["plays", "shape"]);
  });

  it("another level in the container than in the stream", async () => {
    const bytes = readFileSync(at("good-encode.mp4"));
    const level = bytes.indexOf("avcC") + 4 + 3;
    bytes[level] = (bytes[level] ?? 0) ^ 1;
    writeFileSync(at("level.mp4"), bytes);
    await refusesFile("encode.mkv", "level.mp4", ["shape"]);
  });

  it("three times as large passes, with a warning", async () => {
    await made("large.mp4", ["-i", at("encode.mkv"), ...ENCODE, "-crf", "1", ...FAST]);
    await made("small.mkv", ["-i", at("encode.mkv"), ...ENCODE, "-pix_fmt", "yuv420p10le", "-crf", "51"]);
    const verified = await look("small.mkv", "large.mp4");
    assert.deepEqual(failing(verified), []);
    const warned = verified.checks.filter((each) => each.warns).map((each) => each.name);
    assert.deepEqual(warned, ["size"]);
  });
});
