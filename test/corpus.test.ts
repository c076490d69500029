/** Sixty real files, each judged by hand first: what work each needs for a Chromecast 2 and 3, and why. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type MediaInfo, mainVideo } from "../src/core/media-info.ts";
import { Problem, type ProblemCode } from "../src/core/problem.ts";
import type { ReasonCode } from "../src/core/reasons.ts";
import { createFfprobe } from "../src/edges/ffprobe.ts";
import { assertSettles } from "./support/law.ts";
import { planFor, profile, wish } from "./support/media.ts";

const FOLDER = join(import.meta.dirname, "..", "..", "shared", "media");
const skip =
  (existsSync(FOLDER) ? false : "../shared/media is not there") ||
  (spawnSync("ffprobe", ["-version"]).status === 0 ? false : "ffprobe is not installed");

type Expected = { readonly work: string; readonly because: readonly ReasonCode[] };
const none: Expected = { work: "none", because: [] };
const copy = (...because: ReasonCode[]): Expected => ({ work: "copy", because });
const sound = (...because: ReasonCode[]): Expected => ({ work: "audio", because });
const picture = (...because: ReasonCode[]): Expected => ({ work: "video", because });
const hopeless = (...because: ReasonCode[]): Expected => ({ work: "impossible", because });

/** `because` names the reasons that decide; there may be more. A string is the problem a file is refused with. */
const FILES: Readonly<Record<string, Expected | ProblemCode>> = {
  "av1-aac.mp4": picture("video-codec", "moov-at-end"),
  "av1-hdr10-portrait.mp4": picture("video-codec", "video-hdr"),
  "broken-no-moov.mp4": "source-damaged",
  "flac-with-png-cover-audio-only.flac": "not-media",
  "h263-amr.3gp": picture("video-codec", "video-anamorphic", "audio-codec"),
  "h264-1080i-avchd-192-byte-ac3-pgs.mts": picture("video-interlaced", "audio-codec", "container"),
  "h264-1080i-field-pictures-ac3.mts": picture("video-interlaced", "audio-codec", "container"),
  "h264-4k60-l51-phone-rotated-vfr.mp4": picture("video-resolution", "video-rotated", "video-full-range"),
  "h264-6min-1080p-low-bitrate.mp4": copy("moov-at-end"),
  "h264-aac-l52.flv": copy("level-flag-high", "container"),
  "h264-anamorphic-sar-1280x819.m4v": picture("video-anamorphic"),
  "h264-b-pyramid-sar-64x45.mp4": picture("video-anamorphic"),
  "h264-cb-l51-16-reference-frames-1080p.mp4": picture("video-level", "video-full-range"),
  "h264-cea608-captions-fragmented.mp4": copy("fragmented"),
  "h264-commentary-audio-8-srt-languages.mkv": copy("container"),
  "h264-cover-art-attached-picture.mp4": copy("cover-picture"),
  "h264-dts.ts": sound("audio-codec", "container"),
  "h264-eac3-71-sar-157x144.mp4": picture("video-anamorphic", "audio-codec", "audio-channels"),
  // Its picture begins a second late by an empty edit, which players keep; only the index is in the wrong place.
  "h264-edit-list-empty-first.mp4": copy("moov-at-end"),
  "h264-fragmented-false-duration.mp4": copy("fragmented"),
  "h264-hi10p.mp4": picture("video-profile", "video-bit-depth"),
  "h264-high-l52-ac3-ass-subtitles.mkv": sound("level-flag-high", "audio-codec", "container"),
  "h264-high444-chapters.mkv": picture("video-profile", "video-bit-depth", "container"),
  "h264-in-avi-no-pts-b-frames-aac.avi": picture("video-timestamps", "container"),
  "h264-l42-1080p50-pcm.mov": picture("video-resolution", "video-level", "audio-codec"),
  "h264-main-l31-720p-aac51-plain.mp4": sound("audio-channels"),
  "h264-mbaff-sar-11x12-ac3.mp4": picture("video-anamorphic", "audio-codec"),
  "h264-moov-at-end.mp4": copy("moov-at-end"),
  "h264-odd-321x241-444-10bit.mp4": picture("video-profile", "video-bit-depth"),
  "h264-pts-wraparound.ts": copy("container"),
  "h264-rotated-phone-portrait.mov": picture("video-profile", "video-rotated"),
  "h264-two-audio-mp3-and-ac3-51.mp4": picture("video-anamorphic", "audio-codec"),
  "h264-two-languages-pgs-forced.mkv": sound("audio-sample-rate", "container"),
  "h264-vfr-3026x1386-l50.mp4": picture("video-resolution", "video-level"),
  // Its times really are two milliseconds apart: 600 pictures a second.
  "h264-vobsub.mkv": picture("video-resolution", "audio-codec", "container"),
  "heaac-51-h264-8fps.mp4": sound("audio-profile", "audio-channels"),
  "hevc-dolby-vision-p5.mp4": hopeless("dolby-vision-5"),
  "hevc-dolby-vision-p7-4k-hdr10-base.ts": picture("video-codec", "video-hdr"),
  "hevc-dolby-vision-p8-1.mkv": picture("video-codec", "video-hdr"),
  "hevc-dolby-vision-p8-4-hlg-iphone-rotated.mov": picture(
    "video-codec",
    "video-hdr",
    "video-rotated",
    "data-tracks",
  ),
  "hevc-hdr10-4k60-aac.mkv": picture("video-codec", "video-hdr"),
  "hevc-hlg-aac.mov": picture("video-codec", "video-hdr"),
  "hevc-main-720p-aac.mp4": picture("video-codec"),
  "hevc-main10-sdr.mp4": picture("video-codec"),
  "mjpeg-422-pcm-camera.avi": picture("video-codec", "audio-codec", "container"),
  "mpeg2-1080p-mp2.ts": picture("video-codec", "audio-codec", "container"),
  "mpeg2-dvb-bitmap-subtitles.ts": picture("video-codec", "container"),
  "mpeg4-asp-aac-mov-text.mp4": picture("video-codec", "subtitles-inside"),
  "mpeg4-asp-b-frames-mp3.avi": picture("video-codec", "audio-codec", "container"),
  "teletext-only.ts": hopeless("no-video"),
  "text-file-named.mkv": "not-media",
  "theora-vorbis.ogv": picture("video-codec", "audio-codec", "container"),
  "truehd-71-audio-only.mp4": hopeless("no-video"),
  "truncated-mdat-annexb-35s.mp4": hopeless("source-damaged"),
  "vc1-advanced-wma2-60s.wmv": picture("video-codec", "audio-codec", "container"),
  "vp8-vorbis.webm": none,
  "vp9-opus-51.webm": picture("video-codec", "audio-channels"),
  "vp9-profile2-10bit.webm": picture("video-codec"),
  "wmv3-two-audio-languages.wmv": picture("video-codec", "audio-codec", "container"),
  "zero-length.mov": "not-media",
};

const probe = async (name: string): Promise<MediaInfo> =>
  (await createFfprobe().probe(join(FOLDER, name))).media;

describe("real films", { skip }, () => {
  it("are all judged", () => {
    const there = readdirSync(FOLDER).filter((name) => !/^(MANIFEST|README)/.test(name));
    assert.deepEqual(there.toSorted(), Object.keys(FILES).toSorted());
    assert.equal(there.length, 60);
  });

  for (const [name, expected] of Object.entries(FILES))
    it(`${name}: ${typeof expected === "string" ? expected : `${expected.work} for ${expected.because.join(", ") || "nothing"}`}`, async () => {
      if (typeof expected === "string")
        return assert.rejects(probe(name), (thrown) => thrown instanceof Problem && thrown.code === expected);
      const film = await probe(name);
      const plan = planFor(film);
      const codes = plan.reasons.map(({ code }) => code);
      assert.equal(plan.work, expected.work, codes.join(", "));
      assert.deepEqual(
        expected.because.filter((code) => !codes.includes(code)),
        [],
        codes.join(", "),
      );
      if (expected.work !== "video")
        assert.deepEqual([...codes].toSorted(), [...expected.because].toSorted());
      for (const reencode of ["unplayable", "over_profile"] as const)
        assertSettles(film, wish({ profile: profile({ reencode }) }));
    });
});

/** What ffmpeg's own reader of H.264 headers says. */
const traced = (name: string): Readonly<Record<string, number>> | null => {
  const safe = ["-hide_banner", "-nostdin", "-loglevel", "info"];
  const trace = [
    "-map",
    "0:V:0",
    "-c",
    "copy",
    "-bsf:v",
    "trace_headers",
    "-frames:v",
    "1",
    "-f",
    "null",
    "-",
  ];
  const { stderr } = spawnSync("ffmpeg", [...safe, "-i", `file:${join(FOLDER, name)}`, ...trace], {
    encoding: "utf8",
  });
  const values: Record<string, number> = {};
  for (const [, field = "", value] of stderr.matchAll(/\] \d+\s+(\w+)\s+[01]+ = (-?\d+)/g))
    values[field] ??= Number(value);
  return Object.hasOwn(values, "frame_mbs_only_flag") ? values : null;
};

const WITHOUT_FFMPEG = spawnSync("ffmpeg", ["-version"]).status === 0 ? false : "ffmpeg is not installed";

describe("the SPS reader and ffmpeg's trace_headers agree", { skip: skip || WITHOUT_FFMPEG }, () => {
  const names = Object.keys(FILES).filter(
    (name) => name.includes("h264") && name !== "truncated-mdat-annexb-35s.mp4",
  );
  let compared = 0;
  for (const name of names)
    it(name, async (context) => {
      const said = traced(name);
      if (said === null) return context.skip("ffmpeg showed no SPS");
      const read = mainVideo(await probe(name))?.sps;
      assert.ok(read, "the reader found none");
      assert.deepEqual(
        {
          level: read.levelIdc,
          profile: read.profileIdc,
          references: read.maxReferenceFrames,
          frameMbsOnly: read.frameMbsOnly,
          widthMbs: read.widthMbs,
          buffer: read.decodedPictureBuffer,
        },
        {
          level: said.level_idc,
          profile: said.profile_idc,
          references: said.max_num_ref_frames,
          frameMbsOnly: said.frame_mbs_only_flag === 1,
          widthMbs: (said.pic_width_in_mbs_minus1 ?? Number.NaN) + 1,
          buffer: Math.max(said.max_num_ref_frames ?? Number.NaN, said.max_dec_frame_buffering ?? 0),
        },
      );
      compared++;
    });
  it("for most of them", () => assert.ok(compared >= 25, `${compared} of ${names.length}`));
});
