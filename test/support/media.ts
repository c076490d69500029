/** Makers of MediaInfo for tests: without arguments a film that plays on every device; each test names what it changes. */

import { DEVICES, type DeviceName, type DeviceProfile } from "../../src/core/devices.ts";
import type {
  AudioStream,
  Combing,
  H264Sps,
  MediaInfo,
  OtherStream,
  PacketFacts,
  SubtitleStream,
  VideoStream,
} from "../../src/core/media-info.ts";
import type { Packet } from "../../src/core/packets.ts";
import { type ConversionPlan, planConversion, type Wish } from "../../src/core/plan.ts";
import { defaultEncodingProfile, type EncodingProfile } from "../../src/core/settings-profile.ts";
import { judge } from "../../src/core/verdict.ts";

const base = {
  tag: "",
  language: null,
  title: null,
  isDefault: false,
  isForced: false,
  isComment: false,
  isOriginal: false,
  isHearingImpaired: false,
  isVisualImpaired: false,
  startSeconds: 0,
  durationSeconds: 60,
  bitrateBps: null,
};

/** 1280x720, one reference frame, progressive, level 3.1. */
export const sps = (more: Partial<H264Sps> = {}): H264Sps => ({
  profileIdc: 100,
  levelIdc: 31,
  maxReferenceFrames: 4,
  decodedPictureBuffer: 4,
  frameMbsOnly: true,
  widthMbs: 80,
  heightMbs: 45,
  cropBottomPixels: 0,
  sampleAspectRatio: { num: 1, den: 1 },
  fullRange: false,
  ...more,
});

/** The SPS of a picture of another size. */
export const spsOf = (width: number, height: number, more: Partial<H264Sps> = {}): H264Sps =>
  sps({ widthMbs: Math.ceil(width / 16), heightMbs: Math.ceil(height / 16), ...more });

export const packetFactsOf = (more: Partial<PacketFacts> = {}): PacketFacts => ({
  peakFrameRate: 25,
  peakBitrateBps: 4_000_000,
  longestKeyframeGapSeconds: 2,
  discardedPackets: 0,
  packetsWithoutPts: 0,
  ...more,
});

/** What idet says of 300 progressive pictures at 25 a second. */
export const combingOf = (more: Partial<Combing> = {}): Combing => ({
  topFirst: 0,
  bottomFirst: 0,
  progressive: 300,
  undecided: 0,
  repeated: 0,
  seconds: 12,
  ...more,
});

/** Of a telecined film: combed pictures, two of five repeating a field, at 29.97 a second. */
export const TELECINED = combingOf({ topFirst: 297, progressive: 3, repeated: 120, seconds: 10.01 });

export const video = (more: Partial<VideoStream> = {}): VideoStream => ({
  ...base,
  kind: "video",
  index: 0,
  codec: "h264",
  tag: "avc1",
  isDefault: true,
  profile: "High",
  level: 31,
  width: 1280,
  height: 720,
  pixelFormat: "yuv420p",
  bitDepth: 8,
  sampleAspectRatio: { num: 1, den: 1 },
  scan: "progressive",
  averageFrameRate: { num: 25, den: 1 },
  nominalFrameRate: { num: 25, den: 1 },
  frameCount: 1500,
  hasBFrames: 2,
  isFullRange: false,
  colorTransfer: "bt709",
  colorPrimaries: "bt709",
  colorSpace: "bt709",
  hasHdrSideData: false,
  dolbyVision: null,
  rotationDegrees: 0,
  isAttachedPicture: false,
  sps: sps(),
  packets: packetFactsOf(),
  combing: null,
  insideBars: null,
  ...more,
});

export const audio = (more: Partial<AudioStream> = {}): AudioStream => ({
  ...base,
  kind: "audio",
  index: 1,
  codec: "aac",
  tag: "mp4a",
  isDefault: true,
  profile: "LC",
  channels: 2,
  channelLayout: "stereo",
  sampleRateHz: 48_000,
  bitrateBps: 128_000,
  ...more,
});

export const subtitle = (more: Partial<SubtitleStream> = {}): SubtitleStream => ({
  ...base,
  kind: "subtitle",
  index: 2,
  codec: "subrip",
  ...more,
});

export const other = (kind: OtherStream["kind"], more: Partial<OtherStream> = {}): OtherStream => ({
  ...base,
  kind,
  index: 3,
  codec: "unknown",
  ...more,
});

export const media = (more: Partial<MediaInfo> = {}): MediaInfo => ({
  container: "mp4",
  formatName: "mov,mp4,m4a,3gp,3g2,mj2",
  durationSeconds: 60,
  startSeconds: 0,
  sizeBytes: 40_000_000,
  bitrateBps: null,
  chapterCount: 0,
  streams: [video(), audio()],
  mp4: { moovBeforeMdat: true, isFragmented: false },
  isTruncated: false,
  isEncrypted: false,
  madeFrom: null,
  ...more,
});

/** The same film in another container. */
export const inContainer = (
  container: Exclude<MediaInfo["container"], "mp4">,
  more: Partial<MediaInfo> = {},
): MediaInfo => media({ container, formatName: container, mp4: null, ...more });

export const profile = (more: Partial<EncodingProfile> = {}): EncodingProfile => ({
  ...defaultEncodingProfile,
  ...more,
});

/** Known devices by their names. */
export const screens = (...names: readonly DeviceName[]): readonly DeviceProfile[] =>
  names.map((name) => DEVICES[name]);

export const wish = (more: Partial<Wish> = {}): Wish => ({
  devices: screens("chromecast-2", "chromecast-3"),
  languages: [],
  profile: profile(),
  sidecarFormats: ["vtt"],
  keepsOriginal: true,
  burnIn: "none",
  ...more,
});

/** Judged and planned in one go. */
export const planFor = (film: MediaInfo, more: Partial<Wish> = {}): ConversionPlan => {
  const wanted = wish(more);
  return planConversion(film, judge(film, wanted), wanted);
};

/** `count` pictures at a constant rate, a keyframe every `keyEvery`. */
export const packetsAt = (
  framesPerSecond: number,
  count: number,
  {
    keyEvery = 50,
    sizeBytes = 10_000,
    from = 0,
  }: Partial<Record<"keyEvery" | "sizeBytes" | "from", number>> = {},
): readonly Packet[] =>
  Array.from({ length: count }, (_, index) => ({
    ptsSeconds: from + index / framesPerSecond,
    dtsSeconds: from + index / framesPerSecond,
    durationSeconds: 1 / framesPerSecond,
    sizeBytes,
    isKey: index % keyEvery === 0,
    isDiscarded: false,
  }));
