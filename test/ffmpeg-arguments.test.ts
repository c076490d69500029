/**
 * Every argument list that core makes, given to the installed ffmpeg: it may miss the card and its driver, but never
 * stumble over an option, a value or a filter. Lists for libx264 and copies must give a film that plays.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { testEncodeArgs } from "../src/core/encoder-trials.ts";
import { ENCODERS, type EncoderName } from "../src/core/encoders.ts";
import { toArgs } from "../src/core/ffmpeg-args.ts";
import type { AudioStream, MediaInfo, VideoStream } from "../src/core/media-info.ts";
import type { Wish } from "../src/core/plan.ts";
import { toSidecarArgs } from "../src/core/sidecar-args.ts";
import { judge } from "../src/core/verdict.ts";
import { createFfprobe } from "../src/edges/ffprobe.ts";
import { NO_CARD, OUR_FAULT } from "./support/ffmpeg-says.ts";
import {
  audio,
  combingOf,
  inContainer,
  planFor,
  profile,
  screens,
  spsOf,
  TELECINED,
  video,
} from "./support/media.ts";

const installed = (program: string): boolean => spawnSync(program, ["-version"]).status === 0;
const skip = installed("ffmpeg") && installed("ffprobe") ? false : "ffmpeg is not installed";

let folder = "";
const at = (name: string): string => join(folder, name);
before(() => {
  folder = mkdtempSync(join(tmpdir(), "cvc-arguments-"));
  if (skip) return;
  writeFileSync(at("words.srt"), "1\n00:00:00,000 --> 00:00:00,500\nHello\n");
  const inputs = [
    "-f",
    "lavfi",
    "-i",
    "testsrc2=s=320x180:r=50:d=0.6",
    "-f",
    "lavfi",
    "-i",
    "sine=r=48000:d=0.6",
    "-f",
    "srt",
    "-i",
    at("words.srt"),
  ];
  const maps = ["-map", "0:v", "-map", "1:a", "-map", "1:a", "-map", "2:s"];
  const sounds = ["-c:a:0", "aac", "-ac:a:0", "2", "-c:a:1", "ac3", "-ac:a:1", "6", "-c:s", "subrip"];
  const make = (name: string, ...picture: readonly string[]): Buffer =>
    execFileSync("ffmpeg", ["-v", "error", ...inputs, ...maps, ...picture, ...sounds, at(name)]);
  make("mpeg4-50.mkv", "-c:v", "mpeg4", "-b:v", "800k");
  make("mpeg4.mkv", "-r", "25", "-c:v", "mpeg4", "-b:v", "800k");
  make("h264.mkv", "-r", "25", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p");
});
after(() => rmSync(folder, { recursive: true, force: true }));

const SOUNDS: Readonly<Record<string, Partial<AudioStream>>> = {
  "copied sound": { index: 1 },
  "encoded sound": { index: 1, sampleRateHz: 96_000 },
  "mixed down, late sound": { index: 2, codec: "ac3", channels: 6, startSeconds: 1.2 },
};
const at50 = { averageFrameRate: { num: 50, den: 1 }, nominalFrameRate: { num: 50, den: 1 }, packets: null };
const PICTURES: Readonly<Record<string, Partial<VideoStream>>> = {
  plain: {},
  interlaced: { scan: "interlaced" },
  "maybe interlaced": { scan: "unknown" },
  combed: { combing: combingOf({ topFirst: 300, progressive: 0 }) },
  telecined: { combing: TELECINED },
  HDR10: { colorTransfer: "smpte2084" },
  HLG: { colorTransfer: "arib-std-b67" },
  "HLG, interlaced, full range": { colorTransfer: "arib-std-b67", scan: "interlaced", isFullRange: true },
  "half the rate": at50,
  rotated: { rotationDegrees: -90 },
  "full range": { isFullRange: true },
  anamorphic: { sampleAspectRatio: { num: 64, den: 45 } },
};

/** A film of 320x180 as the test's own file is, but for these facts. */
const film = (picture: Partial<VideoStream>, sound: Partial<AudioStream>): MediaInfo =>
  inContainer("matroska", {
    streams: [
      video({ codec: "mpeg4", profile: null, level: null, sps: null, width: 320, height: 180, ...picture }),
      audio(sound),
    ],
  });

const listFor = (source: MediaInfo, encoder: EncoderName, input: string, more: Partial<Wish> = {}) =>
  toArgs(planFor(source, more), {
    paths: { input: at(input), output: at("out.mp4") },
    encoder: ENCODERS[encoder],
    profile: profile(),
    sourceFingerprint: "abc",
  });
const run = (args: readonly string[]): { readonly status: number | null; readonly said: string } => {
  const { status, stderr } = spawnSync("ffmpeg", args, { encoding: "utf8", timeout: 60_000 });
  return { status, said: stderr };
};
const assertPlays = async (): Promise<MediaInfo> => {
  const { media } = await createFfprobe().probe(at("out.mp4"));
  assert.deepEqual(
    judge(media, { devices: screens("chromecast-1", "nest-hub-max"), languages: [] }).reasons,
    [],
  );
  return media;
};

describe("a card's list is refused for the missing card alone", { skip }, () => {
  for (const encoder of ["nvenc", "qsv", "vaapi"] as const)
    for (const [pictureName, picture] of Object.entries(PICTURES))
      for (const [soundName, sound] of Object.entries(SOUNDS))
        it(`${encoder}: ${pictureName}, ${soundName}`, () => {
          const { status, said } = run(listFor(film(picture, sound), encoder, "mpeg4.mkv"));
          if (status === 0) return;
          assert.match(said, NO_CARD);
          assert.doesNotMatch(said, OUR_FAULT);
        });

  // A device that cannot be made ends ffmpeg before it has read the rest: without one it reads on.
  for (const encoder of ["qsv", "vaapi"] as const)
    it(`${encoder}: its options are the encoder's own, or every encoder's`, () => {
      const help = execFileSync("ffmpeg", [
        "-hide_banner",
        "-h",
        `encoder=${ENCODERS[encoder].codec}`,
      ]).toString();
      const common = new Set(["-profile", "-level", "-b", "-maxrate", "-bufsize", "-bf", "-g"]);
      const options = ENCODERS[encoder].options(profile()).filter((each) => /^-[a-z]/.test(each));
      const names = options.map((each) => each.replace(/:v$/, ""));
      assert.deepEqual(
        names.filter((each) => !common.has(each) && !help.includes(`  ${each} `)),
        [],
      );
    });

  for (const encoder of ["qsv", "vaapi"] as const)
    for (const [name, picture] of Object.entries(PICTURES))
      it(`${encoder} without a device: ${name} is read up to the upload`, () => {
        const list = listFor(film(picture, {}), encoder, "mpeg4.mkv").join("\n");
        const { said } = run(list.replace(`${ENCODERS[encoder].device.join("\n")}\n`, "").split("\n"));
        assert.match(said, /hardware device reference is required/);
        assert.doesNotMatch(said, OUR_FAULT);
      });

  it("qsv: its values are read, and only the session is missing", () => {
    const list = [
      "-v",
      "error",
      "-f",
      "lavfi",
      "-i",
      "color=s=1280x720:d=0.1",
      "-vf",
      "format=nv12",
      "-c:v",
      "h264_qsv",
    ];
    const { status, said } = run([...list, ...ENCODERS.qsv.options(profile()), "-f", "null", "-"]);
    assert.ok(status === 0 || NO_CARD.test(said), said);
    assert.doesNotMatch(said, OUR_FAULT);
  });

  for (const encoder of ["nvenc", "qsv", "vaapi"] as const)
    it(`${encoder}: the test encode`, () => {
      const { status, said } = run(testEncodeArgs(ENCODERS[encoder], profile()));
      assert.ok(status === 0 || NO_CARD.test(said), said);
      assert.doesNotMatch(said, OUR_FAULT);
    });
  it("software: the test encode", () =>
    assert.equal(run(testEncodeArgs(ENCODERS.software, profile())).status, 0));
});

describe("libx264's list makes a film that plays", { skip }, () => {
  for (const [pictureName, picture] of Object.entries(PICTURES))
    for (const [soundName, sound] of Object.entries(SOUNDS))
      it(`${pictureName}, ${soundName}`, async () => {
        const source = picture === at50 ? "mpeg4-50.mkv" : "mpeg4.mkv";
        const { status, said } = run(listFor(film(picture, sound), "software", source));
        assert.equal(status, 0, said);
        const [made, heard] = (await assertPlays()).streams;
        assert.ok(made?.kind === "video" && heard?.kind === "audio");
        const { averageFrameRate, colorTransfer } = made;
        assert.deepEqual(
          [averageFrameRate, heard.codec, heard.sampleRateHz],
          [picture.combing === TELECINED ? { num: 24000, den: 1001 } : { num: 25, den: 1 }, "aac", 48_000],
        );
        if (picture.colorTransfer) assert.equal(colorTransfer, "bt709");
      });
});

describe("a copy's list makes a film that plays", { skip }, () => {
  const own = { codec: "h264", profile: "High", level: 31, width: 320, height: 180, sps: spsOf(320, 180) };
  const cases: Readonly<Record<string, Partial<VideoStream>>> = {
    plain: own,
    "level flag": { ...own, level: 51 },
    "aspect flag": { ...own, sampleAspectRatio: { num: 1281, den: 1280 } },
  };
  for (const [name, picture] of Object.entries(cases))
    it(name, async () => {
      const source = film(picture, { index: 1 });
      assert.equal(planFor(source).work, "copy");
      const { status, said } = run(listFor(source, "software", "h264.mkv"));
      assert.equal(status, 0, said);
      const { media } = await createFfprobe().probe(at("out.mp4"));
      const [made] = media.streams;
      assert.ok(made?.kind === "video");
      assert.equal(made.tag, "avc1");
      if (name === "level flag") assert.deepEqual([made.level, made.sps?.levelIdc], [41, 41]);
      assert.deepEqual(made.sampleAspectRatio, { num: 1, den: 1 });
      assert.equal(media.madeFrom, "abc");
    });

  it("HEVC with an aspect flag", (context) => {
    const encoder = [
      "-f",
      "lavfi",
      "-i",
      "testsrc2=s=320x180:d=0.2",
      "-c:v",
      "libx265",
      "-x265-params",
      "log-level=none",
    ];
    const { status } = run(["-v", "error", "-y", ...encoder, at("hevc.mkv")]);
    if (status !== 0) return context.skip("this ffmpeg has no libx265");
    const flag = { codec: "hevc", profile: "Main", sampleAspectRatio: { num: 1281, den: 1280 } };
    const source = inContainer("matroska", { streams: [video({ ...own, ...flag, sps: null })] });
    const made = run(listFor(source, "software", "hevc.mkv", { devices: screens("google-tv-streamer") }));
    assert.equal(made.status, 0, made.said);
    assert.doesNotMatch(made.said, OUR_FAULT);
  });

  it("subtitles beside the film", () => {
    const formats = ["vtt", "srt"] as const;
    const sidecars = formats.map((format) => ({
      stream: 3,
      format,
      output: at(`out.${format}`),
    }));
    const { status, said } = run(toSidecarArgs(at("mpeg4.mkv"), sidecars));
    assert.equal(status, 0, said);
    assert.match(readFileSync(at("out.vtt"), "utf8"), /^WEBVTT\n\n00:00\.0\d\d --> 00:00\.5\d\d\nHello/);
    assert.match(readFileSync(at("out.srt"), "utf8"), /^1\n00:00:00,0\d\d --> 00:00:00,5\d\d\nHello/);
  });
});
