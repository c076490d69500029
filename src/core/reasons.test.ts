import assert from "node:assert/strict";
import { test } from "node:test";
import {
  audio,
  inContainer,
  media,
  other,
  packetFactsOf,
  planFor,
  profile,
  screens,
  sps,
  spsOf,
  subtitle,
  video,
} from "../../test/support/media.ts";
import type { MediaInfo } from "./media-info.ts";
import { type ConversionPlan, planConversion } from "./plan.ts";
import { dearestFix, type Fix, REASONS, type ReasonCode } from "./reasons.ts";
import { judge } from "./verdict.ts";
import type { Work } from "./work.ts";

const picture = (more: Parameters<typeof video>[0]): MediaInfo => media({ streams: [video(more), audio()] });
const sound = (more: Parameters<typeof audio>[0]): MediaInfo => media({ streams: [video(), audio(more)] });
const extra = (stream: MediaInfo["streams"][number]): MediaInfo =>
  media({ streams: [video(), audio(), stream] });
const wide = { width: 1920, height: 1080, level: 40, sps: spsOf(1920, 1080) };

/** One film for each reason, which it has alone. `copy-failed` is no matter of the film: see plan.test.ts. */
const FILMS: Readonly<Record<Exclude<ReasonCode, "copy-failed">, MediaInfo>> = {
  "no-video": media({ streams: [audio({ index: 0 })] }),
  encrypted: media({ isEncrypted: true }),
  "codec-unknown": picture({ codec: "unknown", tag: "vvc1" }),
  "source-damaged": media({ isTruncated: true }),
  "dolby-vision-5": picture({ dolbyVision: { profile: 5, compatibilityId: 0 } }),
  "video-codec": picture({ codec: "vc1" }),
  "video-profile": picture({ profile: "Baseline" }),
  "video-bit-depth": picture({ pixelFormat: "yuv420p10le" }),
  "video-hdr": picture({ colorTransfer: "smpte2084" }),
  "video-resolution": picture({ width: 1080, height: 1920, level: 40, sps: spsOf(1088, 1920) }),
  "video-level": picture({ ...wide, sps: spsOf(1920, 1080, { decodedPictureBuffer: 16 }) }),
  "video-interlaced": picture({ scan: "interlaced" }),
  "video-anamorphic": picture({ sampleAspectRatio: { num: 64, den: 45 } }),
  "video-rotated": picture({ rotationDegrees: -90 }),
  "video-full-range": picture({ isFullRange: true }),
  "video-bitrate-peak": picture({ level: 41, packets: packetFactsOf({ peakBitrateBps: 36e6 }) }),
  "video-cut-by-edit-list": picture({ packets: packetFactsOf({ discardedPackets: 38 }) }),
  "video-timestamps": picture({ packets: packetFactsOf({ packetsWithoutPts: 1 }) }),
  "video-over-profile": picture(wide),
  "video-keyframes-far": picture({ packets: packetFactsOf({ longestKeyframeGapSeconds: 20 }) }),
  "video-coded-as-fields": picture({ sps: sps({ frameMbsOnly: false }) }),
  "forced-subtitles": inContainer("webm", {
    streams: [
      video({ codec: "vp8", profile: "0", tag: "" }),
      subtitle({ codec: "hdmv_pgs_subtitle", isForced: true }),
    ],
  }),
  "level-flag-high": picture({ level: 51 }),
  "level-flag-low": picture({ level: 30 }),
  "aspect-flag": picture({ sampleAspectRatio: { num: 1281, den: 1280 } }),
  "padding-lines": picture({ ...wide, height: 1088, sps: spsOf(1920, 1088) }),
  "audio-codec": sound({ codec: "ac3" }),
  "audio-channels": sound({ channels: 6 }),
  "audio-profile": sound({ profile: "HE-AAC" }),
  "audio-sample-rate": sound({ sampleRateHz: 96_000 }),
  "audio-late": sound({ startSeconds: 1.2 }),
  container: inContainer("matroska"),
  "moov-at-end": media({ mp4: { moovBeforeMdat: false, isFragmented: false } }),
  fragmented: media({ mp4: { moovBeforeMdat: true, isFragmented: true } }),
  "video-tag": picture({ tag: "avc3" }),
  "audio-tag": sound({ tag: "ac-3" }),
  "wrong-default-audio": media({ streams: [video(), audio({ isComment: true }), audio({ index: 2 })] }),
  "second-picture": extra(video({ index: 2, isDefault: false })),
  "cover-picture": extra(video({ index: 2, isDefault: false, codec: "mjpeg", isAttachedPicture: true })),
  "subtitles-inside": extra(subtitle({ codec: "mov_text" })),
  chapters: media({ chapterCount: 3 }),
  "data-tracks": extra(other("data")),
  "start-time": media({ streams: [video({ startSeconds: 5 }), audio({ startSeconds: 5 })] }),
};

/** What a fix costs. */
const WORK_OF: Readonly<Record<Fix, Work>> = {
  remux: "copy",
  repair: "copy",
  audio: "audio",
  video: "video",
  refuse: "impossible",
};

for (const [code, film] of Object.entries(FILMS) as readonly (readonly [
  Exclude<ReasonCode, "copy-failed">,
  MediaInfo,
])[])
  test(`${code}: ${REASONS[code].phrase}, mended by ${REASONS[code].fix}`, () => {
    const reencode = code === "video-over-profile" ? "over_profile" : "unplayable";
    const burnIn = code === "forced-subtitles" ? "forced" : "none";
    const plan = planFor(film, { profile: profile({ reencode, strict: true }), burnIn });
    assert.deepEqual(
      plan.reasons.map((each) => each.code),
      [code],
    );
    assert.match(plan.reasons[0]?.detail ?? "", /^[A-Z].*\.$/s, "a whole sentence");
    assert.equal(plan.work, WORK_OF[REASONS[code].fix]);
    checkOnlyThat(plan, REASONS[code].fix);
  });

/** The least work: nothing that the reason does not ask for is encoded or repaired. */
const checkOnlyThat = (plan: ConversionPlan, fix: Fix): void => {
  assert.equal(plan.video?.kind, fix === "refuse" ? undefined : fix === "video" ? "encode" : "copy");
  if (plan.audio) assert.equal(plan.audio.kind, fix === "audio" ? "encode" : "copy");
  const repairs = plan.video?.kind === "copy" && plan.streams.some((each) => each.action === "repair");
  assert.equal(repairs, fix === "repair");
};

const dearest = (codes: readonly ReasonCode[], wanted: Fix | null): void => {
  test(`dearest of ${codes.join(", ") || "nothing"}`, () =>
    assert.equal(dearestFix(codes.map((code) => ({ code, stream: null, detail: "" }))), wanted));
};
dearest([], null);
dearest(["container"], "remux");
dearest(["level-flag-low", "container"], "repair");
dearest(["container", "audio-late", "level-flag-low"], "audio");
dearest(["video-hdr", "audio-late"], "video");
dearest(["no-video", "video-hdr"], "refuse");
dearest(["copy-failed"], "video");

test("phrases are different from each other and short", () => {
  const phrases = Object.values(REASONS).map(({ phrase }) => phrase);
  assert.equal(new Set(phrases).size, phrases.length);
  for (const phrase of phrases) assert.ok(phrase.length <= 40, phrase);
});

test("a film that plays has no reason", () => {
  const verdict = judge(media(), { devices: screens("chromecast-2"), languages: [] });
  const wanted = {
    devices: screens("chromecast-2"),
    languages: [],
    profile: profile(),
    sidecarFormats: [],
    keepsOriginal: true,
    burnIn: "none",
  } as const;
  assert.deepEqual(planConversion(media(), verdict, wanted).reasons, []);
});
