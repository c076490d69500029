/**
 * What plays: one row per Cast device, each figure from Google's "Supported media for Google Cast"
 * (developers.google.com/cast/docs/media, newest stored copy) unless a row says otherwise.
 */
export const DEVICE_NAMES = [
  "chromecast-1",
  "chromecast-2",
  "chromecast-3",
  "chromecast-ultra",
  "google-tv-4k",
  "google-tv-hd",
  "google-tv-streamer",
  "nest-hub",
  "nest-hub-max",
] as const;
export type DeviceName = (typeof DEVICE_NAMES)[number];

/** A size and the highest frame rate played at it. A picture passes when it fits any one of a codec's modes. */
export type Mode = { readonly width: number; readonly height: number; readonly maxFps: number };

export const DEVICE_CODECS = ["h264", "hevc", "vp8", "vp9", "av1"] as const;

export type VideoCapability = {
  readonly codec: (typeof DEVICE_CODECS)[number];
  /** ffprobe's profile names; empty: any. */
  readonly profiles: readonly string[];
  /** ffprobe's level number (it tells none of VP8 and VP9); null: not limited. */
  readonly maxLevel: number | null;
  readonly maxBitDepth: 8 | 10;
  readonly modes: readonly Mode[];
};

/** Transfers of HDR pictures, in ffprobe's spelling. */
export const HDR_TRANSFERS = ["smpte2084", "arib-std-b67"] as const;
export type HdrTransfer = (typeof HDR_TRANSFERS)[number];

/** Sound that a Chromecast hands on undecoded to the receiver or television behind it. */
export const PASSTHROUGH_CODECS = ["ac3", "eac3"] as const;
export type PassthroughCodec = (typeof PASSTHROUGH_CODECS)[number];

export type DeviceProfile = {
  /** One of `DEVICE_NAMES`, or the name a person gave a device of their own in the settings. */
  readonly name: string;
  readonly label: string;
  readonly video: readonly VideoCapability[];
  readonly hdr: readonly HdrTransfer[];
  readonly dolbyVision: boolean;
  /** What lies behind the device decodes these. Empty unless the settings say so: the device itself never does. */
  readonly passthrough: readonly PassthroughCodec[];
  /** Highest mean rate over two seconds that its network is trusted with. */
  readonly maxPeakBitrateBps: number;
  /** Where the row's figures come from, and what is not certain about them. */
  readonly source: string;
};

const CAST_PAGE = "developers.google.com/cast/docs/media";

const p720 = (maxFps: number): Mode => ({ width: 1280, height: 720, maxFps });
const p1080 = (maxFps: number): Mode => ({ width: 1920, height: 1080, maxFps });
const p2160 = (maxFps: number): Mode => ({ width: 3840, height: 2160, maxFps });

/**
 * The H.264 profiles a Cast decoder takes as they are. `Baseline` may hold FMO/ASO pictures that Chromium's decoder
 * refuses and is therefore not among them; `Constrained Baseline` cannot.
 */
export const H264_PROFILES = [
  "Constrained Baseline",
  "Main",
  "High",
  "Progressive High",
  "Constrained High",
] as const;

const h264 = (maxLevel: number, ...modes: Mode[]): VideoCapability => ({
  codec: "h264",
  profiles: H264_PROFILES,
  maxLevel,
  maxBitDepth: 8,
  modes,
});
const hevc = (...modes: Mode[]): VideoCapability => ({
  codec: "hevc",
  profiles: ["Main", "Main 10"],
  maxLevel: 153,
  maxBitDepth: 10,
  modes,
});
const vp8 = (...modes: Mode[]): VideoCapability => ({
  codec: "vp8",
  profiles: [],
  maxLevel: null,
  maxBitDepth: 8,
  modes,
});
const vp9 = (maxBitDepth: 8 | 10, maxLevel: number, ...modes: Mode[]): VideoCapability => ({
  codec: "vp9",
  profiles: maxBitDepth === 10 ? ["Profile 0", "Profile 2"] : ["Profile 0"],
  maxLevel,
  maxBitDepth,
  modes,
});
const av1 = (...modes: Mode[]): VideoCapability => ({
  codec: "av1",
  profiles: ["Main"],
  // Level 5.1: AV1 numbers its levels in quarters from 2.0.
  maxLevel: 13,
  maxBitDepth: 10,
  modes,
});

/**
 * Highest two-second mean rate that a Chromecast's Wi-Fi is trusted with, bits per second; no encode of ours goes beyond.
 * Not from Google: a cautious figure for the second generation, to be tuned when reports come in.
 */
export const MAX_PEAK_BITRATE_BPS = 20_000_000;
/** Of the devices that play 4K, which have faster radios: twice that, a guess until reports come in. */
const MAX_PEAK_4K_BPS = 40_000_000;

const NO_HDR = {
  hdr: [],
  dolbyVision: false,
  passthrough: [],
  maxPeakBitrateBps: MAX_PEAK_BITRATE_BPS,
} as const;
const HDR10_AND_DOLBY_VISION = {
  hdr: ["smpte2084"],
  dolbyVision: true,
  passthrough: [],
  maxPeakBitrateBps: MAX_PEAK_4K_BPS,
} as const;
const EVERY_HDR = { ...HDR10_AND_DOLBY_VISION, hdr: HDR_TRANSFERS } as const;

export const DEVICES: Readonly<Record<DeviceName, DeviceProfile>> = {
  "chromecast-1": {
    name: "chromecast-1",
    label: "Chromecast (1st generation)",
    video: [h264(41, p1080(30), p720(60)), vp8(p1080(30), p720(60))],
    ...NO_HDR,
    source: `${CAST_PAGE}: High up to level 4.1, 1080p30 or 720p60; VP8 with the same limits`,
  },
  "chromecast-2": {
    name: "chromecast-2",
    label: "Chromecast 2",
    video: [h264(41, p1080(30), p720(60)), vp8(p1080(30), p720(60))],
    ...NO_HDR,
    source: `${CAST_PAGE}: High up to level 4.1, 1080p30 or 720p60; VP8 with the same limits`,
  },
  "chromecast-3": {
    name: "chromecast-3",
    label: "Chromecast 3",
    video: [h264(42, p1080(60)), vp8(p1080(30), p720(60))],
    ...NO_HDR,
    source: `${CAST_PAGE}: High up to level 4.2, 1080p60; VP8 720p60 or 1080p30`,
  },
  "chromecast-ultra": {
    name: "chromecast-ultra",
    label: "Chromecast Ultra",
    video: [h264(42, p1080(60)), vp8(p2160(30), p1080(60)), hevc(p2160(60)), vp9(10, 51, p2160(60))],
    ...HDR10_AND_DOLBY_VISION,
    source: `${CAST_PAGE}: H.264 level 4.2 (older copies said 5.2), HEVC Main and Main 10 up to 5.1 at 4K60, HDR10 and Dolby Vision`,
  },
  "google-tv-4k": {
    name: "google-tv-4k",
    label: "Chromecast with Google TV (4K)",
    video: [h264(51, p2160(30), p1080(60)), hevc(p2160(60)), vp9(10, 51, p2160(60))],
    ...EVERY_HDR,
    source: `${CAST_PAGE}: H.264 level 5.1 4K30 (a level that holds 1080p60, which older devices play), HEVC up to 5.1 4K60, VP9 profile 2; HDR kinds not checked on a device`,
  },
  "google-tv-hd": {
    name: "google-tv-hd",
    label: "Chromecast with Google TV (HD)",
    video: [h264(42, p1080(60)), vp8(p1080(30), p720(60))],
    ...NO_HDR,
    source:
      "Not on Google's page; a 1080p60 device (jellyfin-androidtv#3451). Treated as a Chromecast 3 until checked",
  },
  "google-tv-streamer": {
    name: "google-tv-streamer",
    label: "Google TV Streamer",
    video: [h264(52, p2160(60)), hevc(p2160(60)), vp9(10, 51, p2160(60)), av1(p2160(60))],
    ...EVERY_HDR,
    source: `${CAST_PAGE}: H.264 level 5.2 4K60, HEVC up to 5.1 4K60, VP9 profile 2, AV1 Main; HDR not checked on a device`,
  },
  "nest-hub": {
    name: "nest-hub",
    label: "Nest Hub",
    video: [h264(41, p720(60)), vp9(8, 40, p720(60))],
    ...NO_HDR,
    source: `${CAST_PAGE}: High up to level 4.1 and VP9 up to 4.0, both 720p60`,
  },
  "nest-hub-max": {
    name: "nest-hub-max",
    label: "Nest Hub Max",
    video: [h264(41, p720(30)), vp9(8, 40, p720(30))],
    ...NO_HDR,
    source: `${CAST_PAGE}: High up to level 4.1 and VP9 up to 4.0, both 720p30`,
  },
};

/**
 * Audio is the same on every device: AAC-LC, HE-AAC, MP3, Opus, Vorbis, FLAC to 96 kHz, WAV (Cast page). More than two
 * channels of AAC fail since firmware 1.28 (chromecastize#43, gnomecast#82), other multichannel sound is unreliable
 * (chromecastize#46, #50), HE-AAC version 2 gives a black screen on a Chromecast 2 (jellyfin#6999). AC-3 and E-AC-3
 * are passed through only and never decoded, so they cannot be the only track.
 */
export const CAST_AUDIO = {
  maxChannels: 2,
  aacProfiles: ["LC"],
  aacSampleRatesHz: [32_000, 44_100, 48_000],
} as const;

/**
 * The containers that Chromium's own demuxers open for progressive playback and that the Cast page lists, and what
 * may be inside for certain. (Matroska often plays, but seeking decodes from the start and nobody promises it.)
 */
export const CAST_CONTAINERS = {
  mp4: { video: ["h264", "hevc", "vp9", "av1"], audio: ["aac"] },
  webm: { video: ["vp8", "vp9", "av1"], audio: ["opus", "vorbis"] },
} as const;
