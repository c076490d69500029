/** MediaInfo of every kind that a library can hold, well past what is likely, for property tests. */
import fc from "fast-check";
import {
  CONTAINERS,
  type Combing,
  type Fraction,
  type H264Sps,
  type MediaInfo,
  type PacketFacts,
  type PictureArea,
  SCANS,
  type Stream,
} from "../../src/core/media-info.ts";
import * as fine from "./media.ts";

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { nil: null, freq: 4 });

const rate: fc.Arbitrary<Fraction> = fc
  .oneof(
    fc.constantFrom(
      ...[
        "8/1",
        "24000/1001",
        "24/1",
        "25/1",
        "30000/1001",
        "30/1",
        "48/1",
        "50/1",
        "60000/1001",
        "60/1",
        "100/1",
        "120/1",
      ],
      ...["600/1", "1000/1", "90000/1", "37200/1241", "2997/100", "1/2", "117/4"],
    ),
    fc
      .tuple(fc.integer({ min: 1, max: 120_000 }), fc.integer({ min: 1, max: 2000 }))
      .map(([num, den]) => `${num}/${den}`),
  )
  .map((text) => {
    const [num, den] = text.split("/").map(Number);
    return { num: num ?? 1, den: den ?? 1 };
  });

const aspect: fc.Arbitrary<Fraction> = fc.oneof(
  fc.constantFrom(
    { num: 1, den: 1 },
    { num: 64, den: 45 },
    { num: 1280, den: 819 },
    { num: 1281, den: 1280 },
  ),
  fc.record({ num: fc.integer({ min: 1, max: 400 }), den: fc.integer({ min: 1, max: 400 }) }),
);

const size = fc.oneof(
  fc.constantFrom<readonly [number, number]>(
    ...([
      [1920, 1080],
      [1280, 720],
      [3840, 2160],
      [720, 576],
      [1080, 1920],
      [1920, 1088],
      [1918, 1080],
    ] as const),
    ...([
      [640, 360],
      [321, 241],
      [1920, 804],
      [0, 0],
      [2048, 858],
    ] as const),
  ),
  fc.tuple(fc.integer({ min: 1, max: 8192 }), fc.integer({ min: 1, max: 8192 })),
);

const seconds = fc.oneof(
  fc.constantFrom(0, 0, 0.021, 0.08, 0.1, 1.2, -0.05, -1.74, 660),
  fc.double({ min: -100, max: 50_000, noNaN: true }),
);

const streamBase = {
  index: fc.constant(0),
  tag: fc.oneof(
    {
      weight: 40,
      arbitrary: fc.constantFrom("", "avc1", "avc3", "hev1", "hvc1", "H264", "mp4a", "text", "tmcd"),
    },
    { weight: 1, arbitrary: fc.constant("encv") },
  ),
  language: maybe(fc.constantFrom("eng", "en", "ger", "de", "pt-br", "fil", "constructor", "x".repeat(300))),
  title: maybe(fc.constantFrom("Commentary", "Forced", "SDH", "Film", "Audio description")),
  isDefault: fc.boolean(),
  isForced: fc.boolean(),
  isComment: fc.boolean(),
  isOriginal: fc.boolean(),
  isHearingImpaired: fc.boolean(),
  isVisualImpaired: fc.boolean(),
  startSeconds: maybe(seconds),
  durationSeconds: maybe(fc.double({ min: 0.01, max: 50_000, noNaN: true })),
  bitrateBps: maybe(fc.integer({ min: 1, max: 80_000_000 })),
};

const sps = (width: number, height: number): fc.Arbitrary<H264Sps> =>
  fc.record({
    profileIdc: fc.constantFrom(66, 77, 100, 110),
    levelIdc: fc.constantFrom(10, 31, 40, 41, 42, 51, 62),
    maxReferenceFrames: fc.integer({ min: 0, max: 16 }),
    decodedPictureBuffer: fc.integer({ min: 0, max: 16 }),
    frameMbsOnly: fc.boolean(),
    widthMbs: fc.constant(Math.ceil(width / 16)),
    heightMbs: fc.constant(Math.ceil(height / 16)),
    cropBottomPixels: fc.constantFrom(0, 8),
    sampleAspectRatio: maybe(aspect),
    fullRange: maybe(fc.boolean()),
  });

const packets: fc.Arbitrary<PacketFacts> = fc.record({
  peakFrameRate: maybe(
    fc.oneof(
      rate.map(({ num, den }) => num / den),
      fc.constantFrom(25, 29.97, 30.3, 50, 59.94, 60),
    ),
  ),
  peakBitrateBps: maybe(fc.oneof(fc.constantFrom(2e6, 18e6, 36e6), fc.integer({ min: 1, max: 400_000_000 }))),
  longestKeyframeGapSeconds: maybe(fc.double({ min: 0, max: 100, noNaN: true })),
  discardedPackets: fc.constantFrom(0, 0, 0, 3, 38),
  packetsWithoutPts: fc.constantFrom(0, 0, 0, 2),
});

const count = fc.oneof(fc.constantFrom(0, 0, 300), fc.nat(300));
const combing: fc.Arbitrary<Combing> = fc.record({
  topFirst: count,
  bottomFirst: count,
  progressive: count,
  undecided: count,
  repeated: fc.constantFrom(0, 0, 20, 120),
  seconds: fc.constantFrom(0, 10, 12, 12.5),
});

const insideBars = (width: number, height: number): fc.Arbitrary<PictureArea> =>
  fc.constantFrom(
    { width, height, left: 0, top: 0 },
    {
      width,
      height: Math.max(2, 2 * Math.floor(height * 0.38)),
      left: 0,
      top: 2 * Math.floor(height * 0.06),
    },
  );

const video = size.chain(([width, height]) =>
  fc.record({
    ...streamBase,
    kind: fc.constant("video" as const),
    codec: fc.oneof(
      { weight: 2, arbitrary: fc.constant("h264") },
      {
        weight: 2,
        arbitrary: fc.constantFrom("hevc", "vp8", "vp9", "av1", "mpeg4", "mpeg2video", "vc1", "unknown"),
      },
    ),
    profile: maybe(
      fc.constantFrom("High", "Main", "Baseline", "High 10", "Main 10", "Profile 0", "Profile 2", "toString"),
    ),
    level: maybe(fc.constantFrom(9, 11, 30, 31, 40, 41, 42, 51, 52, 62, 120, 153, 180)),
    width: fc.constant(width),
    height: fc.constant(height),
    pixelFormat: maybe(fc.constantFrom("yuv420p", "yuvj420p", "yuv420p10le", "yuv422p", "yuv444p", "rgba")),
    bitDepth: fc.constantFrom(8, 10, 12),
    sampleAspectRatio: maybe(aspect),
    scan: fc.constantFrom(...SCANS),
    averageFrameRate: maybe(rate),
    nominalFrameRate: maybe(rate),
    frameCount: maybe(fc.integer({ min: 1, max: 1_000_000 })),
    hasBFrames: fc.integer({ min: 0, max: 4 }),
    isFullRange: fc.boolean(),
    colorTransfer: maybe(fc.constantFrom("bt709", "smpte2084", "arib-std-b67", "constructor")),
    colorPrimaries: maybe(fc.constantFrom("bt709", "bt2020")),
    colorSpace: maybe(fc.constantFrom("bt709", "bt2020nc")),
    hasHdrSideData: fc.boolean(),
    dolbyVision: maybe(
      fc.constantFrom(
        { profile: 5, compatibilityId: 0 },
        { profile: 7, compatibilityId: 6 },
        { profile: 8, compatibilityId: 1 },
        { profile: 8, compatibilityId: 4 },
      ),
    ),
    rotationDegrees: fc.constantFrom(0, 0, 0, 90, -90, 180),
    isAttachedPicture: fc.constantFrom(false, false, false, true),
    sps: maybe(sps(width, height)),
    packets: maybe(packets),
    combing: maybe(combing),
    insideBars: maybe(insideBars(width, height)),
  }),
);

const audio = fc.record({
  ...streamBase,
  kind: fc.constant("audio" as const),
  codec: fc.constantFrom(
    "aac",
    "aac",
    "ac3",
    "eac3",
    "mp3",
    "opus",
    "vorbis",
    "flac",
    "dts",
    "truehd",
    "pcm_s16le",
  ),
  profile: maybe(fc.constantFrom("LC", "LC", "HE-AAC", "HE-AACv2", "Main", "DTS")),
  channels: fc.constantFrom(0, 1, 2, 6, 8, 64),
  channelLayout: maybe(fc.constantFrom("stereo", "5.1", "7.1")),
  sampleRateHz: fc.constantFrom(0, 8000, 22_050, 44_100, 48_000, 96_000, 192_000),
});

const subtitle = fc.record({
  ...streamBase,
  kind: fc.constant("subtitle" as const),
  codec: fc.constantFrom("subrip", "ass", "mov_text", "webvtt", "hdmv_pgs_subtitle", "dvd_subtitle"),
});
const other = fc.record({
  ...streamBase,
  kind: fc.constantFrom("data" as const, "attachment" as const),
  codec: fc.constantFrom("bin_data", "ttf", "unknown"),
});

const streams: fc.Arbitrary<readonly Stream[]> = fc
  .tuple(
    fc.array(
      fc.oneof({ weight: 9, arbitrary: video as fc.Arbitrary<Stream> }, { weight: 1, arbitrary: other }),
      {
        minLength: 1,
        maxLength: 2,
      },
    ),
    fc.array(audio, { maxLength: 3 }),
    fc.array(fc.oneof(subtitle as fc.Arbitrary<Stream>, other), { maxLength: 3 }),
    fc.boolean(),
  )
  .map(([first, sounds, rest, soundFirst]) =>
    (soundFirst ? [...sounds, ...first, ...rest] : [...first, ...sounds, ...rest]).map((each, index) => ({
      ...each,
      index,
    })),
  );

/** The facts are independent of each other, so most films are more broken than any real file. */
const wildMedia: fc.Arbitrary<MediaInfo> = fc.record({
  container: fc.oneof(fc.constant("mp4" as const), fc.constantFrom(...CONTAINERS)),
  formatName: fc.constantFrom("mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "avi", ""),
  durationSeconds: maybe(fc.double({ min: 0.01, max: 50_000, noNaN: true })),
  startSeconds: maybe(seconds),
  sizeBytes: maybe(fc.integer({ min: 1, max: 2 ** 40 })),
  bitrateBps: maybe(fc.integer({ min: 1, max: 400_000_000 })),
  chapterCount: fc.constantFrom(0, 0, 12),
  streams,
  isEncrypted: fc.constantFrom(false, false, false, true),
  mp4: maybe(fc.record({ moovBeforeMdat: fc.boolean(), isFragmented: fc.boolean() })),
  isTruncated: fc.nat(19).map((each) => each === 0),
  madeFrom: fc.constant(null),
});

const only = <T extends object>(from: T, keys: readonly (keyof T)[]): Partial<T> =>
  Object.fromEntries(keys.map((key) => [key, from[key]])) as Partial<T>;

/** A film that plays, but for a few facts: here the cheap plans are met. */
const nearlyFine: fc.Arbitrary<MediaInfo> = fc
  .tuple(
    wildMedia,
    fc.subarray(["container", "chapterCount", "mp4", "durationSeconds"] as const),
    video.chain((each) =>
      fc.tuple(fc.constant(each), fc.subarray(Object.keys(each) as (keyof typeof each)[], { maxLength: 3 })),
    ),
    audio.chain((each) =>
      fc.tuple(fc.constant(each), fc.subarray(Object.keys(each) as (keyof typeof each)[], { maxLength: 2 })),
    ),
    fc.array(fc.oneof(subtitle as fc.Arbitrary<Stream>, audio, other), { maxLength: 2 }),
  )
  .map(([film, facts, [picture, pictureFacts], [sound, soundFacts], rest]) => ({
    ...fine.media(),
    ...only(film, facts),
    streams: [fine.video(only(picture, pictureFacts)), fine.audio(only(sound, soundFacts)), ...rest].map(
      (each, index) => ({ ...each, index }),
    ),
  }));

/** Any film: fine but for a little, or out of this world. */
export const anyMedia: fc.Arbitrary<MediaInfo> = fc.oneof(nearlyFine, wildMedia);
