/**
 * What a file is, in our own types: read once from ffprobe (`ffprobe-json.ts`) and, for H.264 and MP4, from the
 * bytes themselves (`h264-sps.ts`, `mp4-boxes.ts`). Everything that may be absent is `null`, never a guess.
 */

/** A ratio as ffprobe writes it: a frame rate or an aspect ratio. `den` is never 0. */
export type Fraction = { readonly num: number; readonly den: number };

export const toNumber = (fraction: Fraction): number => fraction.num / fraction.den;

export const CONTAINERS = [
  "mp4",
  "matroska",
  "webm",
  "mpegts",
  "avi",
  "asf",
  "flv",
  "ogg",
  "mpeg",
  "mxf",
  "rm",
  "raw",
  "other",
] as const;
export type Container = (typeof CONTAINERS)[number];

type StreamBase = {
  readonly index: number;
  /** ffprobe's spelling (`h264`, `hevc`, `aac`); `unknown` when ffprobe names none. */
  readonly codec: string;
  /** ffprobe's `codec_tag_string` (`avc1`, `hev1`, `mp4a`); empty when it has none. */
  readonly tag: string;
  /** As tagged, lower case (`eng`, `de`, `pt-br`); null for `und` and none. */
  readonly language: string | null;
  readonly title: string | null;
  readonly isDefault: boolean;
  readonly isForced: boolean;
  readonly isComment: boolean;
  readonly isOriginal: boolean;
  readonly isHearingImpaired: boolean;
  readonly isVisualImpaired: boolean;
  readonly startSeconds: number | null;
  readonly durationSeconds: number | null;
  readonly bitrateBps: number | null;
};

export type DolbyVision = { readonly profile: number; readonly compatibilityId: number };

/** What the stream itself says, from its sequence parameter set; the container may say otherwise. */
export type H264Sps = {
  readonly profileIdc: number;
  readonly levelIdc: number;
  readonly maxReferenceFrames: number;
  /** max(max_num_ref_frames, max_dec_frame_buffering): what a decoder must keep. */
  readonly decodedPictureBuffer: number;
  readonly frameMbsOnly: boolean;
  /** Coded size in macroblocks, interlaced map units already doubled. */
  readonly widthMbs: number;
  readonly heightMbs: number;
  readonly cropBottomPixels: number;
  readonly sampleAspectRatio: Fraction | null;
  readonly fullRange: boolean | null;
};

/** Measured over packet windows (beginning, middle, end of the film). */
export type PacketFacts = {
  /** Highest frame rate over any window of 24 pictures; frames per second. */
  readonly peakFrameRate: number | null;
  /** Highest mean rate over any two seconds, bits per second. */
  readonly peakBitrateBps: number | null;
  readonly longestKeyframeGapSeconds: number | null;
  /** Packets a player must decode but not show: a cut made by an edit list. */
  readonly discardedPackets: number;
  readonly packetsWithoutPts: number;
};

/** Pictures of three windows of the film (beginning, middle, end), as ffmpeg's idet told them apart. */
export type Combing = {
  /** Combed, with the upper lines the earlier ones. */
  readonly topFirst: number;
  readonly bottomFirst: number;
  readonly progressive: number;
  /** Too still or too noisy to tell. */
  readonly undecided: number;
  /** Pictures that repeat half the lines of the one before, as a telecined film does. */
  readonly repeated: number;
  /** Playing time of all these pictures. */
  readonly seconds: number;
};

/** A part of the picture as players show it; pixels. */
export type PictureArea = {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
};

export const SCANS = ["progressive", "interlaced", "unknown"] as const;

export type VideoStream = StreamBase & {
  readonly kind: "video";
  readonly profile: string | null;
  /** ffprobe's number: 41 for H.264 4.1, 153 for HEVC 5.1. */
  readonly level: number | null;
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: string | null;
  readonly bitDepth: number;
  readonly sampleAspectRatio: Fraction | null;
  readonly scan: (typeof SCANS)[number];
  readonly averageFrameRate: Fraction | null;
  readonly nominalFrameRate: Fraction | null;
  readonly frameCount: number | null;
  readonly hasBFrames: number;
  readonly isFullRange: boolean;
  readonly colorTransfer: string | null;
  readonly colorPrimaries: string | null;
  readonly colorSpace: string | null;
  readonly hasHdrSideData: boolean;
  readonly dolbyVision: DolbyVision | null;
  /** Clockwise as ffprobe's display matrix says it, one of -90, 0, 90, 180 (others rounded). */
  readonly rotationDegrees: number;
  readonly isAttachedPicture: boolean;
  readonly sps: H264Sps | null;
  readonly packets: PacketFacts | null;
  /** null: the pictures themselves were not looked at. */
  readonly combing: Combing | null;
  /** What is inside the black bars; the whole picture where there are none. null: not looked for. */
  readonly insideBars: PictureArea | null;
};

export type AudioStream = StreamBase & {
  readonly kind: "audio";
  readonly profile: string | null;
  readonly channels: number;
  readonly channelLayout: string | null;
  readonly sampleRateHz: number;
};

export type SubtitleStream = StreamBase & { readonly kind: "subtitle" };
export type OtherStream = StreamBase & { readonly kind: "data" | "attachment" };
export type Stream = VideoStream | AudioStream | SubtitleStream | OtherStream;

/** What walking the boxes of an MP4 shows and ffprobe does not. */
export type Mp4Layout = {
  readonly moovBeforeMdat: boolean;
  readonly isFragmented: boolean;
};

export type MediaInfo = {
  readonly container: Container;
  /** ffprobe's `format_name`, whole. */
  readonly formatName: string;
  readonly durationSeconds: number | null;
  readonly startSeconds: number | null;
  readonly sizeBytes: number | null;
  readonly bitrateBps: number | null;
  readonly chapterCount: number;
  readonly streams: readonly Stream[];
  readonly mp4: Mp4Layout | null;
  /** The file says of itself that bytes are missing (MP4 boxes or Matroska segment beyond the end). */
  readonly isTruncated: boolean;
  /** A track is encrypted (`encv`, `enca`), which ffprobe hides behind the codec's own tag. */
  readonly isEncrypted: boolean;
  /** The fingerprint of the source this program made the file from; null for files of others. */
  readonly madeFrom: string | null;
};

export const videoStreams = (media: MediaInfo): readonly VideoStream[] =>
  media.streams.filter((each): each is VideoStream => each.kind === "video" && !each.isAttachedPicture);

export const audioStreams = (media: MediaInfo): readonly AudioStream[] =>
  media.streams.filter((each): each is AudioStream => each.kind === "audio");

export const subtitleStreams = (media: MediaInfo): readonly SubtitleStream[] =>
  media.streams.filter((each): each is SubtitleStream => each.kind === "subtitle");

/** The picture a player shows: the default one, else the first; null when there is none. */
export const mainVideo = (media: MediaInfo): VideoStream | null => {
  const all = videoStreams(media);
  return all.find((each) => each.isDefault) ?? all[0] ?? null;
};

/** A film that lies about its length is believed a week. */
const PLAYS_AT_MOST_SECONDS = 7 * 24 * 3600;

/** How long it plays in whole seconds; null when it does not say. */
export const playingSeconds = ({ durationSeconds }: Pick<MediaInfo, "durationSeconds">): number | null =>
  durationSeconds === null ? null : Math.round(Math.min(PLAYS_AT_MOST_SECONDS, Math.max(0, durationSeconds)));
