/** What ffprobe said of 149 real files, whole and with a value replaced. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { DEVICE_NAMES } from "../src/core/devices.ts";
import { parseFfprobe } from "../src/core/ffprobe-json.ts";
import type { ReasonCode } from "../src/core/reasons.ts";
import type { Work } from "../src/core/work.ts";
import { anyWish } from "./support/arbitrary-wish.ts";
import { assertSettles } from "./support/law.ts";
import { planFor, profile, screens, wish } from "./support/media.ts";

const RUNS = { numRuns: 2000 };
const FOLDER = join(import.meta.dirname, "..", "..", "shared", "ffprobe");
const absent = existsSync(FOLDER) ? false : "../shared/ffprobe is not there";

type Judged = readonly [work: Work, ...because: readonly ReasonCode[]];

/**
 * Forty of them judged by hand for a Chromecast 2 and 3 from what their streams say, against the tables of the devices.
 * There are no bytes behind these, so a level flagged too high cannot be told from one that is needed.
 */
const BY_HAND: Readonly<Record<string, Judged>> = {
  "fixture-ffmpeg-cli-wrapper-book-with-chapters-m4b": ["impossible", "no-video"],
  "fixture-ffmpeg-cli-wrapper-ffprobe-always-on-my-mind-program-only-adelen-mp4": ["none"],
  "fixture-ffmpeg-cli-wrapper-ffprobe-big-buck-bunny-720p-1mb-mp4": ["audio", "audio-channels"],
  "fixture-ffmpeg-cli-wrapper-ffprobe-divide-by-zero": ["audio", "audio-sample-rate", "container"],
  "fixture-ffmpeg-cli-wrapper-ffprobe-side-data-list": ["video", "video-profile", "video-rotated"],
  "fixture-ffmpeg-cli-wrapper-ffprobe-start-pts-test": ["video", "video-full-range", "container"],
  "fixture-ffmpeg-cli-wrapper-ffprobe-video-with-reserved-color-space-mp4": ["video", "video-hdr"],
  "fixture-ffprober-data-streams": ["video", "video-codec", "audio-codec", "data-tracks"],
  "fixture-ffprober-sample-video": ["copy", "subtitles-inside", "chapters"],
  "fixture-jaffree-ffprobe-streams-and-chapters": ["video", "video-codec", "audio-channels"],
  "fixture-jellyfin-video-interlaced": ["video", "video-interlaced"],
  "fixture-jellyfin-video-metadata": ["impossible", "dolby-vision-5"],
  "fixture-jellyfin-video-missing-video-bitrate": ["none"],
  "fixture-jellyfin-video-nanosecond-duration-bitrate": ["copy", "container"],
  "fixture-jellyfin-video-progressive-no-field-order": ["audio", "audio-codec"],
  "fixture-jellyfin-video-single-frame-mjpeg": ["video", "video-resolution"],
  "fixture-jellyfin-video-webm": ["none"],
  "fixture-knowit-7-1-dts-hd-ma-speaker-mapping-test-file-mkv": ["audio", "audio-codec", "container"],
  "fixture-knowit-issue-39-example-01-mkv": ["video", "video-codec", "audio-profile", "audio-channels"],
  "fixture-knowit-test5-ffmpeg-v2-8-15-mkv": ["copy", "container"],
  "fixture-streamio-ffmpeg-file-with-weird-sar": ["video", "video-codec", "audio-codec", "container"],
  "fixture-unmanic-ffprobe-mkv": ["audio", "audio-codec", "audio-channels", "container"],
  "fixture-unmanic-mp4-dd-plus-audio-ffprobe": ["audio", "audio-codec", "audio-channels"],
  "probed-bazarr-file-2-mkv": ["impossible", "no-video"],
  "probed-fate-suite-attachment631-small-mp4": ["video", "video-anamorphic"],
  "probed-fate-suite-dnxhr444-cid1270-mp4": ["video", "video-codec", "data-tracks"],
  "probed-fate-suite-high-qp-mkv": ["video", "video-profile", "video-bit-depth", "video-anamorphic"],
  "probed-fate-suite-ref-10-avi": ["video", "video-timestamps", "audio-codec", "container"],
  "probed-imageio-binaries-cockatoo-mp4": ["video", "video-profile", "video-bit-depth", "audio-codec"],
  "probed-media-hdr10-video-with-sdr-container-mp4": ["video", "video-codec", "video-hdr"],
  "probed-media-sample-missing-stsd-mp4": ["impossible", "codec-unknown"],
  "probed-media-sample-vvc-mp4": ["impossible", "codec-unknown"],
  "probed-media-sample-with-nero-chapters-only-mp4": ["video", "video-level", "chapters"],
  "probed-mediabunny-0-ts": ["video", "video-hdr", "container"],
  "probed-mediabunny-edts-mp4": ["copy", "aspect-flag"],
  "probed-mediabunny-missing-keyframe-labels-ts": ["copy", "container"],
  "probed-mediabunny-sar-2x1-mp4": ["video", "video-anamorphic"],
  "probed-shaka-packager-bear-320x240-live-webm": ["none"],
  "probed-shaka-packager-bear-640x360-ec3-mp4": ["audio", "audio-codec"],
  "probed-tsduck-test-test-094-3-ts": ["video", "video-interlaced", "video-anamorphic", "audio-codec"],
};

describe("what ffprobe said of real files", { skip: absent }, () => {
  const names = absent ? [] : readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
  const read = (name: string): unknown => JSON.parse(readFileSync(join(FOLDER, name), "utf8"));
  it("all 149 are here", () => assert.equal(names.length, 149));

  for (const name of names)
    it(`${name}: parsed, judged, planned, and the plan settles`, () => {
      const parsed = parseFfprobe(read(name));
      assert.equal(parsed.kind, "media");
      if (parsed.kind !== "media") return;
      for (const device of DEVICE_NAMES)
        for (const reencode of ["unplayable", "over_profile"] as const)
          assertSettles(parsed.media, wish({ devices: screens(device), profile: profile({ reencode }) }));
    });

  for (const [name, [work, ...because]] of Object.entries(BY_HAND))
    it(`${name}: ${work} for ${because.join(", ") || "nothing"}`, () => {
      const parsed = parseFfprobe(read(`${name}.json`));
      const plan = parsed.kind === "media" ? planFor(parsed.media) : assert.fail();
      const codes = plan.reasons.map(({ code }) => code);
      assert.equal(plan.work, work, codes.join(", "));
      assert.deepEqual(
        because.filter((code) => !codes.includes(code)),
        [],
        codes.join(", "),
      );
      if (work !== "video" && work !== "audio") assert.deepEqual(codes.toSorted(), because.toSorted());
    });

  it("with any of their values replaced by another", () => {
    const all = names.map(read);
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.jsonValue(), anyWish, (file, place, value, wanted) => {
        const parsed = parseFfprobe(replaced(all[file % all.length], place, value));
        if (parsed.kind === "media") assertSettles(parsed.media, wanted);
      }),
      RUNS,
    );
  });
});

/** The JSON with its `place`-th value (counted round) replaced. */
const replaced = (json: unknown, place: number, value: unknown): unknown => {
  let count = 0;
  const walk = (here: unknown, at: number | null): unknown => {
    if (at === count++) return value;
    if (Array.isArray(here)) return here.map((each) => walk(each, at));
    if (typeof here !== "object" || here === null) return here;
    return Object.fromEntries(Object.entries(here).map(([key, each]) => [key, walk(each, at)]));
  };
  walk(json, null);
  const total = count;
  count = 0;
  return walk(json, place % total);
};
