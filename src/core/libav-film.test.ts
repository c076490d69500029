import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFfprobe } from "./ffprobe-json.ts";
import {
  isFfprobes,
  isWithoutFfprobe,
  type LibavFilm,
  type LibavStream,
  type LibavVideo,
  MAX_TRUSTED_STREAMS,
  rotationOf,
  toFfprobeJson,
  whyNotTrusted,
} from "./libav-film.ts";
import type { MediaInfo } from "./media-info.ts";

const video = (more: Partial<LibavVideo> = {}): LibavVideo => ({
  ...{
    level: 40,
    width: 1920,
    height: 1080,
    pixelFormat: "yuv420p",
    bitsPerRawSample: 8,
    frames: 250,
    delay: 2,
  },
  aspects: [
    { num: 0, den: 1 },
    { num: 64, den: 128 },
  ],
  averageFrameRate: { num: 25, den: 1 },
  nominalFrameRate: { num: 50, den: 2 },
  ...{ fieldOrder: 1, range: 1, primaries: 1, transfer: 1, space: 1, sideData: [5], rotation: -90 },
  ...more,
});

const stream = (more: Partial<LibavStream> = {}): LibavStream => ({
  ...{ index: 0, type: 0, codec: "h264", tag: "avc1", profile: "High", timeBase: { num: 1, den: 12_800 } },
  ...{ start: 0, duration: 128_000, bitRate: 5_000_000, tags: { language: "eng" }, disposition: 1 | 0x40 },
  ...{ video: video(), audio: null },
  ...more,
});

const film = (streams: readonly LibavStream[] = [stream()], more: Partial<LibavFilm> = {}): LibavFilm => ({
  ...{
    format: "mov,mp4,m4a,3gp,3g2,mj2",
    start: 0,
    duration: 10_000_000,
    bitRate: 5_100_000,
    sizeBytes: 6_375_000,
  },
  ...{ chapters: 2, tags: { comment: "hello" }, streams },
  ...more,
});

const read = (of: LibavFilm): MediaInfo => {
  const parsed = parseFfprobe(toFfprobeJson(of, "libavformat"));
  assert.ok(parsed.kind === "media");
  return parsed.media;
};

test("numbers of libavformat become what ffprobe would have said", () => {
  const sound = stream({
    ...{ index: 1, type: 1, codec: "aac", tag: "mp4a", profile: "LC", video: null },
    audio: { channels: 6, layout: "5.1", sampleRate: 48_000 },
  });
  const media = read(film([stream(), sound]));
  assert.deepEqual(
    [media.container, media.durationSeconds, media.sizeBytes, media.chapterCount],
    ["mp4", 10, 6_375_000, 2],
  );
  const [picture, audio] = media.streams;
  assert.ok(picture?.kind === "video" && audio?.kind === "audio");
  assert.deepEqual([picture.isDefault, picture.isForced, picture.isComment], [true, true, false]);
  assert.deepEqual([picture.sampleAspectRatio, picture.rotationDegrees], [{ num: 1, den: 2 }, -90]);
  assert.deepEqual(
    [picture.scan, picture.colorTransfer, picture.isFullRange],
    ["progressive", "bt709", false],
  );
  assert.deepEqual([picture.durationSeconds, picture.frameCount, picture.hasBFrames], [10, 250, 2]);
  assert.deepEqual([audio.channels, audio.channelLayout, audio.language], [6, "5.1", "eng"]);
});

test("what is not known is not said", () => {
  const media = read(
    film([stream({ start: null, duration: null, bitRate: 0 })], { start: null, bitRate: 0 }),
  );
  assert.deepEqual([media.startSeconds, media.bitrateBps], [null, null]);
  const [picture] = media.streams;
  assert.deepEqual(
    [picture?.startSeconds, picture?.durationSeconds, picture?.bitrateBps],
    [null, null, null],
  );
});

const asked: readonly (readonly [string, LibavFilm, RegExp | null])[] = [
  ["a plain film", film(), null],
  ["another format", film(undefined, { format: "mxf" }), /format/],
  ["a format whose name begins alike", film(undefined, { format: "avisynth" }), /format/],
  ["no streams", film([]), /streams/],
  ["too many", film(Array.from({ length: MAX_TRUSTED_STREAMS + 1 }, () => stream())), /many/],
  ["a codec without a name", film([stream({ codec: null })]), /codec/],
  ["AV1", film([stream({ codec: "av1" })]), /av1/],
  ["Dolby Vision", film([stream({ video: video({ sideData: [29] }) })]), /side data 29/],
  ["mastering display", film([stream({ video: video({ sideData: [5, 20] }) })]), /side data 20/],
  ["HDR10 by its transfer", film([stream({ video: video({ transfer: 16 }) })]), /colours/],
  ["HLG", film([stream({ video: video({ transfer: 18 }) })]), /colours/],
  ["BT.2020", film([stream({ video: video({ primaries: 9 }) })]), /colours/],
  ["a field order of tomorrow", film([stream({ video: video({ fieldOrder: 6 }) })]), /field/],
  ["unspecified colours", film([stream({ video: video({ primaries: 2, transfer: 2, space: 2 }) })]), null],
  ["no pixel format", film([stream({ video: video({ pixelFormat: null }) })]), /pixel/],
];
for (const [name, of, why] of asked)
  test(`${name}: ${why === null ? "is believed" : "ffprobe is asked"}`, () => {
    const said = whyNotTrusted(of);
    if (why === null) assert.equal(said, null);
    else assert.match(said ?? "", why);
  });

test("ffprobe has to be asked where versions differ, and of what is damaged", () => {
  const media = read(film());
  assert.equal(isFfprobes(media), false);
  assert.equal(isFfprobes({ ...media, isTruncated: true }), true);
  assert.equal(isFfprobes({ ...media, isEncrypted: true }), true);
  assert.equal(isFfprobes({ ...media, mp4: { moovBeforeMdat: true, isFragmented: true } }), true);
  const late = read(film([stream({ start: 1280 })], { format: "matroska,webm" }));
  assert.equal(isFfprobes(late), true);
  assert.equal(isFfprobes(read(film([stream({ start: 1280 })]))), false);
});

test("who was asked stays with a probe", () => {
  assert.equal(isWithoutFfprobe(toFfprobeJson(film(), "libavformat 62")), true);
  for (const raw of [{ streams: [] }, null, "text"]) assert.equal(isWithoutFfprobe(raw), false);
});

test("a display matrix is read as ffprobe reads it", () => {
  const matrix = (a: number, b: number, c: number, d: number): Uint8Array => {
    const bytes = new DataView(new ArrayBuffer(36));
    for (const [index, value] of [a, b, 0, c, d].entries()) bytes.setInt32(4 * index, value * 65_536, true);
    return new Uint8Array(bytes.buffer);
  };
  assert.equal(Math.abs(rotationOf(matrix(1, 0, 0, 1)) ?? -1), 0);
  assert.equal(rotationOf(matrix(0, 1, -1, 0)), -90);
  assert.equal(rotationOf(matrix(0, -1, 1, 0)), 90);
  assert.equal(Math.abs(rotationOf(matrix(-1, 0, 0, -1)) ?? 0), 180);
  assert.equal(rotationOf(matrix(0, 0, 0, 0)), null);
  assert.equal(rotationOf(new Uint8Array(8)), null);
});
