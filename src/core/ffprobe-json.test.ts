import assert from "node:assert/strict";
import { test } from "node:test";
import { media, packetFactsOf, sps, video } from "../../test/support/media.ts";
import { MADE_FROM_PREFIX, parseFfprobe, withEvidence } from "./ffprobe-json.ts";
import type { MediaInfo, Stream } from "./media-info.ts";

const parsed = (json: unknown): MediaInfo => {
  const found = parseFfprobe(json);
  assert.equal(found.kind, "media");
  return found.kind === "media" ? found.media : media({ streams: [] });
};
const h264 = { codec_type: "video", codec_name: "h264", width: 1280, height: 720 };

for (const json of [
  null,
  7,
  "x",
  [],
  {},
  { streams: null },
  { streams: {} },
  { streams: [], format: { duration: "3" } },
])
  test(`not media: ${JSON.stringify(json)}`, () =>
    assert.deepEqual(parseFfprobe(json), { kind: "not-media", detail: "ffprobe found no streams in it" }));

/** What the format says. */
const format = (
  name: string,
  said: object,
  wanted: Partial<MediaInfo>,
  streams: readonly object[] = [h264],
): void => {
  test(`format: ${name}`, () => {
    const found = parsed({ format: said, streams });
    assert.deepEqual({ ...found, ...wanted }, found);
  });
};
for (const [format_name, container] of [
  ["mov,mp4,m4a,3gp,3g2,mj2", "mp4"],
  ["matroska,webm", "matroska"],
  ["mpegts", "mpegts"],
  ["avi", "avi"],
  ["asf", "asf"],
  ["flv", "flv"],
  ["ogg", "ogg"],
  ["mpeg", "mpeg"],
  ["mxf", "mxf"],
  ["rm", "rm"],
  ["h264", "raw"],
  ["wav", "other"],
] as const)
  format(format_name, { format_name }, { container, formatName: format_name });
format(
  "none",
  {},
  { container: "other", formatName: "", durationSeconds: null, sizeBytes: null, bitrateBps: null },
);
const vp9 = { ...h264, codec_name: "vp9" };
const matroska = { format_name: "matroska,webm" };
format("WebM", matroska, { container: "webm" }, [
  vp9,
  { codec_type: "audio", codec_name: "opus" },
  { codec_type: "subtitle", codec_name: "webvtt" },
]);
format("Matroska with VP9 and AAC", matroska, { container: "matroska" }, [
  vp9,
  { codec_type: "audio", codec_name: "aac" },
]);
format("Matroska with only Opus", matroska, { container: "matroska" }, [
  { codec_type: "audio", codec_name: "opus" },
]);
format(
  "figures",
  { duration: "12.5", start_time: "-1.74", size: "99", bit_rate: "800" },
  { durationSeconds: 12.5, startSeconds: -1.74, sizeBytes: 99, bitrateBps: 800 },
);
format(
  "no figures",
  { duration: "N/A", start_time: " ", size: "-3", bit_rate: {} },
  { durationSeconds: null, startSeconds: null, sizeBytes: null, bitrateBps: null },
);
format("our own comment", { tags: { comment: `${MADE_FROM_PREFIX}abc` } }, { madeFrom: "abc" });
format("another's comment", { tags: { comment: "abc" } }, { madeFrom: null });
test("chapters are counted", () =>
  assert.equal(parsed({ streams: [h264], chapters: [{}, {}] }).chapterCount, 2));
test("at most 500 streams are looked at", () =>
  assert.equal(parsed({ streams: Array(9999).fill(h264) }).streams.length, 500));

/** What one stream says. */
const stream = (name: string, said: unknown, wanted: Readonly<Record<string, unknown>>): void => {
  test(`stream: ${name}`, () => {
    const found: Stream | undefined = parsed({ streams: [said] }).streams[0];
    assert.deepEqual({ ...found, ...wanted }, found);
  });
};
stream("nothing", null, {
  kind: "data",
  index: 0,
  codec: "unknown",
  tag: "",
  language: null,
  startSeconds: null,
});
stream("attachment", { codec_type: "attachment" }, { kind: "attachment" });
stream(
  "subtitle",
  { codec_type: "subtitle", codec_name: "ass", index: 4 },
  { kind: "subtitle", codec: "ass", index: 4 },
);
stream("no tag", { codec_tag_string: "[0][0][0][0]" }, { tag: "" });
stream("tag", { codec_tag_string: "avc1" }, { tag: "avc1" });
stream("language", { tags: { language: "GER" } }, { language: "ger" });
for (const language of ["und", "unk", ""])
  stream(`language "${language}"`, { tags: { language } }, { language: null });
stream("title of megabytes", { tags: { title: "x".repeat(2 ** 20) } }, { title: "x".repeat(1000) });
stream("title", { tags: { title: "Director", handler_name: "Main" } }, { title: "Director" });
stream("title of the handler", { tags: { handler_name: "Director" } }, { title: "Director" });
for (const handler_name of ["SoundHandler", "Core Media Audio", "GPAC ISO", "\u0000"])
  stream(`handler ${JSON.stringify(handler_name)}`, { tags: { handler_name } }, { title: null });
stream(
  "flags",
  {
    disposition: { default: 1, forced: 1, comment: 1, original: 1, hearing_impaired: 1, visual_impaired: 1 },
  },
  {
    ...{ isDefault: true, isForced: true, isComment: true },
    ...{ isOriginal: true, isHearingImpaired: true, isVisualImpaired: true },
  },
);
stream("flags of another type", { disposition: { default: "1" } }, { isDefault: false });
stream("length by Matroska's clock", { tags: { DURATION: "00:01:02.500000000" } }, { durationSeconds: 62.5 });
stream("length by a broken clock", { tags: { DURATION: "1:2" } }, { durationSeconds: null });
stream("rate by Matroska's tag", { tags: { BPS: "900" } }, { bitrateBps: 900 });

const picture = (name: string, said: object, wanted: Readonly<Record<string, unknown>>): void =>
  stream(name, { ...h264, ...said }, { kind: "video", ...wanted });
picture(
  "as little as there may be",
  {},
  {
    profile: null,
    level: null,
    pixelFormat: null,
    bitDepth: 8,
    scan: "unknown",
    rotationDegrees: 0,
    sps: null,
    packets: null,
  },
);
picture("no size", { width: -4, height: "x" }, { width: 0, height: 0 });
picture("a size out of all bounds", { width: 1e300 }, { width: 0 });
picture("level", { level: 41 }, { level: 41 });
picture("level not known", { level: -99 }, { level: null });
for (const [field_order, scan] of [
  ["progressive", "progressive"],
  ["tt", "interlaced"],
  ["tb", "interlaced"],
  ["bb", "interlaced"],
  ["bt", "interlaced"],
  ["unknown", "unknown"],
] as const)
  picture(`field order ${field_order}`, { field_order }, { scan });
for (const [pix_fmt, bitDepth] of [
  ["yuv420p", 8],
  ["yuv420p10le", 10],
  ["yuv422p12be", 12],
  ["p010le", 10],
  ["gray16le", 16],
  ["gbrp9", 9],
] as const)
  picture(`depth of ${pix_fmt}`, { pix_fmt }, { bitDepth, pixelFormat: pix_fmt });
picture("depth by the raw sample", { bits_per_raw_sample: "10" }, { bitDepth: 10 });
picture("no depth by the raw sample", { bits_per_raw_sample: "99" }, { bitDepth: 8 });
for (const [said, wanted] of [
  ["64:45", { num: 64, den: 45 }],
  ["0:1", null],
  ["1:0", null],
  ["N/A", null],
  [`${"9".repeat(400)}:1`, null],
  [7, null],
] as const)
  picture(`aspect ${String(said).slice(0, 9)}`, { sample_aspect_ratio: said }, { sampleAspectRatio: wanted });
picture(
  "rates",
  { avg_frame_rate: "30000/1001", r_frame_rate: "0/0" },
  { averageFrameRate: { num: 30_000, den: 1001 }, nominalFrameRate: null },
);
picture("full range", { color_range: "pc" }, { isFullRange: true });
picture("full range by its format", { pix_fmt: "yuvj420p" }, { isFullRange: true });
picture("limited range", { color_range: "tv" }, { isFullRange: false });
picture("pictures and B-frames", { nb_frames: "99", has_b_frames: 2 }, { frameCount: 99, hasBFrames: 2 });
picture(
  "HDR side data",
  { side_data_list: [{ side_data_type: "Mastering display metadata" }] },
  { hasHdrSideData: true },
);
picture(
  "other side data",
  { side_data_list: [{ side_data_type: "CPB properties" }, {}] },
  { hasHdrSideData: false, dolbyVision: null },
);
picture(
  "Dolby Vision",
  {
    side_data_list: [
      { side_data_type: "DOVI configuration record", dv_profile: 8, dv_bl_signal_compatibility_id: 4 },
    ],
  },
  { dolbyVision: { profile: 8, compatibilityId: 4 } },
);
for (const [rotation, wanted] of [
  [-90, -90],
  [90, 90],
  [270, -90],
  [-180, 180],
  [180, 180],
  [360, 0],
  [2, 0],
  [-0, 0],
] as const)
  picture(`matrix of ${rotation}`, { side_data_list: [{ rotation }] }, { rotationDegrees: wanted });
picture("17: the old tag turns the other way", { tags: { rotate: "90" } }, { rotationDegrees: -90 });
picture(
  "17: the matrix before the tag",
  { tags: { rotate: "90" }, side_data_list: [{ rotation: 180 }] },
  { rotationDegrees: 180 },
);
picture("16: cover picture", { disposition: { attached_pic: 1 } }, { isAttachedPicture: true });
picture("16: thumbnails", { disposition: { timed_thumbnails: 1 } }, { isAttachedPicture: true });
picture(
  "16: a PNG without a rate",
  { codec_name: "png", avg_frame_rate: "0/0" },
  { isAttachedPicture: true },
);
picture(
  "MJPEG with a rate is a film",
  { codec_name: "mjpeg", avg_frame_rate: "15/1" },
  { isAttachedPicture: false },
);

const sound = (name: string, said: object, wanted: Readonly<Record<string, unknown>>): void =>
  stream(name, { codec_type: "audio", ...said }, { kind: "audio", ...wanted });
sound("nothing", {}, { channels: 0, sampleRateHz: 0, profile: null, channelLayout: null });
sound(
  "all",
  { channels: 6, sample_rate: "48000", profile: "LC", channel_layout: "5.1" },
  { channels: 6, sampleRateHz: 48_000, profile: "LC", channelLayout: "5.1" },
);
sound("a thousand channels", { channels: 1000 }, { channels: 64 });

test("evidence goes to the picture it is about", () => {
  const evidence = {
    mp4: { moovBeforeMdat: false, isFragmented: true },
    isEncrypted: true,
    isTruncated: true,
    sps: sps(),
    packets: packetFactsOf(),
  };
  const bare = { sps: null, packets: null };
  const film = media({ streams: [video(bare), video({ ...bare, index: 1 })] });
  assert.deepEqual(withEvidence(film, 1, evidence), {
    ...film,
    ...{ mp4: evidence.mp4, isTruncated: true, isEncrypted: true },
    streams: [video(bare), video({ index: 1, sps: evidence.sps, packets: evidence.packets })],
  });
});
