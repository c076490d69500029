/** What lists filter films by: the kind of its media in a few words, and the devices that play it. */
import { HDR_TRANSFERS } from "./devices.ts";
import type { AudioStream, MediaInfo, VideoStream } from "./media-info.ts";
import { subtitleStreams } from "./media-info.ts";
import { isTextSubtitle } from "./plan-subtitles.ts";
import type { Verdict } from "./verdict.ts";

export const RESOLUTIONS = ["4320p", "2160p", "1440p", "1080p", "720p", "576p", "480p", "smaller"] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

export const HDR_KINDS = ["sdr", "hdr10", "hlg", "dolby-vision"] as const;
export type HdrKind = (typeof HDR_KINDS)[number];

export const CHANNEL_KINDS = ["none", "mono", "stereo", "5.1", "7.1", "other"] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

export const SUBTITLE_KINDS = ["none", "text", "picture"] as const;
export type SubtitleKind = (typeof SUBTITLE_KINDS)[number];

export type MediaKind = {
  readonly container: string;
  /** ffprobe's spelling; `none` without a picture. */
  readonly codec: string;
  readonly resolution: Resolution | "none";
  readonly hdr: HdrKind;
  /** Codec of the sound that is played; `none` for a silent film. */
  readonly audio: string;
  readonly channels: ChannelKind;
  /** At least one; a film may have both text and pictures. */
  readonly subtitles: readonly SubtitleKind[];
  /** Names of the devices that play the file as it is, and of those that do not, in the household's order. */
  readonly playsOn: readonly string[];
  readonly failsOn: readonly string[];
};

/** The least long and short side of each, in pixels: wide films are cut in height, narrow ones in width. */
const SIDES: readonly (readonly [Resolution, number, number])[] = [
  ["4320p", 4097, 2305],
  ["2160p", 2561, 1441],
  ["1440p", 1921, 1089],
  ["1080p", 1281, 721],
  ["720p", 1025, 577],
  ["576p", 1025, 481],
  ["480p", 641, 361],
];

const resolutionOf = ({ width, height }: VideoStream): Resolution => {
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  return SIDES.find(([, longest, shortest]) => long >= longest || short >= shortest)?.[0] ?? "smaller";
};

const hdrOf = ({ dolbyVision, colorTransfer, hasHdrSideData }: VideoStream): HdrKind => {
  if (dolbyVision !== null) return "dolby-vision";
  if (colorTransfer === HDR_TRANSFERS[1]) return "hlg";
  return colorTransfer === HDR_TRANSFERS[0] || hasHdrSideData ? "hdr10" : "sdr";
};

const CHANNELS: Readonly<Record<number, ChannelKind>> = { 1: "mono", 2: "stereo", 6: "5.1", 8: "7.1" };

const channelsOf = (audio: AudioStream | null): ChannelKind =>
  audio === null ? "none" : (CHANNELS[audio.channels] ?? "other");

const subtitlesOf = (media: MediaInfo): readonly SubtitleKind[] => {
  const found = new Set(subtitleStreams(media).map((each) => (isTextSubtitle(each) ? "text" : "picture")));
  const kinds = SUBTITLE_KINDS.filter((each) => each !== "none" && found.has(each));
  return kinds.length > 0 ? kinds : ["none"];
};

/** The kind of a film that was judged. Total. */
export const mediaKindOf = (
  media: MediaInfo,
  { video, audio, devices }: Pick<Verdict, "video" | "audio" | "devices">,
): MediaKind => {
  const names = Object.keys(devices);
  return {
    container: media.container,
    codec: video?.codec ?? "none",
    resolution: video ? resolutionOf(video) : "none",
    hdr: video ? hdrOf(video) : "sdr",
    audio: audio?.codec ?? "none",
    channels: channelsOf(audio),
    subtitles: subtitlesOf(media),
    playsOn: names.filter((each) => devices[each]?.playable),
    failsOn: names.filter((each) => !devices[each]?.playable),
  };
};
