/** ffprobe's JSON to MediaInfo. Total: any JSON in, a value out; every field is optional, as versions differ. */
import type {
  AudioStream,
  Container,
  DolbyVision,
  Fraction,
  H264Sps,
  MediaInfo,
  Mp4Layout,
  PacketFacts,
  Stream,
  VideoStream,
} from "./media-info.ts";

type Json = Readonly<Record<string, unknown>>;

export type ParsedMedia =
  | { readonly kind: "media"; readonly media: MediaInfo }
  | { readonly kind: "not-media"; readonly detail: string };

/** What `ffprobe -of json -show_format -show_streams -show_chapters` printed, parsed or not. */
export const parseFfprobe = (json: unknown): ParsedMedia => {
  const root = object(json);
  const format = object(root.format);
  const streams = list(root.streams).slice(0, MAX_STREAMS).map(toStream);
  if (streams.length === 0) return { kind: "not-media", detail: "ffprobe found no streams in it" };
  const formatName = text(format.format_name) ?? "";
  return {
    kind: "media",
    media: {
      container: toContainer(formatName, streams),
      formatName,
      durationSeconds: positive(format.duration),
      startSeconds: number(format.start_time),
      sizeBytes: positive(format.size),
      bitrateBps: positive(format.bit_rate),
      chapterCount: list(root.chapters).length,
      streams,
      mp4: null,
      isTruncated: false,
      isEncrypted: false,
      madeFrom: madeFrom(object(format.tags)),
    },
  };
};

/** A film has a handful of streams; one with more than this lies, and the rest is not looked at. */
const MAX_STREAMS = 500;

/** What the byte readers add: the MP4 boxes, and for the main picture its SPS and packets. */
export type Evidence = {
  readonly mp4: Mp4Layout | null;
  readonly isTruncated: boolean;
  readonly isEncrypted: boolean;
  readonly sps: H264Sps | null;
  readonly packets: PacketFacts | null;
};

/** The media with the evidence put beside the picture it belongs to. */
export const withEvidence = (media: MediaInfo, videoIndex: number | null, evidence: Evidence): MediaInfo => ({
  ...media,
  mp4: evidence.mp4,
  isTruncated: evidence.isTruncated,
  isEncrypted: evidence.isEncrypted,
  streams: media.streams.map((stream) =>
    stream.kind === "video" && stream.index === videoIndex
      ? { ...stream, sps: evidence.sps, packets: evidence.packets }
      : stream,
  ),
});

const object = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** No name, title or language is longer; a tag of Matroska may have megabytes. Characters. */
const MAX_TEXT = 1000;

const text = (value: unknown): string | null =>
  typeof value === "string" && value !== "" ? value.slice(0, MAX_TEXT) : null;

/** A finite number, whether ffprobe wrote it as a number or as text; null for `N/A` and everything else. */
const number = (value: unknown): number | null => {
  if (typeof value !== "number" && typeof value !== "string") return null;
  const found = typeof value === "string" && value.trim() === "" ? Number.NaN : Number(value);
  return Number.isFinite(found) ? found : null;
};

const positive = (value: unknown): number | null => {
  const found = number(value);
  return found !== null && found > 0 ? found : null;
};

/** A size, a count or a channel number: a safe integer of at least 0. */
const whole = (value: unknown): number => {
  const found = number(value);
  return found !== null && found > 0 && Number.isSafeInteger(Math.trunc(found)) ? Math.trunc(found) : 0;
};

const fraction = (value: unknown): Fraction | null => {
  const found = /^(\d+)[/:](\d+)$/.exec(text(value) ?? "");
  const [num, den] = [Number(found?.[1]), Number(found?.[2])];
  const usable = Number.isSafeInteger(num) && Number.isSafeInteger(den) && num > 0 && den > 0;
  return usable ? { num, den } : null;
};

/** ffprobe's format names; the first that matches. WebM is Matroska with a WebM codec inside. */
const FORMATS: readonly (readonly [RegExp, Container])[] = [
  [/\b(mov|mp4)\b/, "mp4"],
  [/\bmatroska\b/, "matroska"],
  [/\bmpegts\b/, "mpegts"],
  [/\bavi\b/, "avi"],
  [/\basf\b/, "asf"],
  [/\bflv\b/, "flv"],
  [/\bogg\b/, "ogg"],
  [/\bmpeg\b/, "mpeg"],
  [/\bmxf\b/, "mxf"],
  [/\brm\b/, "rm"],
  [/\b(h264|hevc|mpegvideo|m4v|vc1|ivf)\b/, "raw"],
];
const WEBM_CODECS = new Set(["vp8", "vp9", "av1", "opus", "vorbis"]);

const toContainer = (formatName: string, streams: readonly Stream[]): Container => {
  const found = FORMATS.find(([pattern]) => pattern.test(formatName))?.[1] ?? "other";
  const isWebm =
    found === "matroska" &&
    streams.some((each) => each.kind === "video") &&
    streams.every((each) => WEBM_CODECS.has(each.codec) || each.codec === "webvtt");
  return isWebm ? "webm" : found;
};

/** Our own outputs carry the fingerprint of their source in the comment tag. */
export const MADE_FROM_PREFIX = "chromecast-video-converter source=";

const madeFrom = (tags: Json): string | null => {
  const comment = text(tags.comment) ?? "";
  return comment.startsWith(MADE_FROM_PREFIX) ? comment.slice(MADE_FROM_PREFIX.length) : null;
};

const toStream = (value: unknown): Stream => {
  const json = object(value);
  const tags = object(json.tags);
  const disposition = object(json.disposition);
  const has = (flag: string): boolean => disposition[flag] === 1;
  const language = (text(tags.language) ?? "").toLowerCase();
  const base = {
    index: whole(json.index),
    codec: text(json.codec_name) ?? "unknown",
    tag: tagOf(json.codec_tag_string),
    language: language === "" || language === "und" || language === "unk" ? null : language,
    title: text(tags.title) ?? handlerName(tags),
    isDefault: has("default"),
    isForced: has("forced"),
    isComment: has("comment"),
    isOriginal: has("original"),
    isHearingImpaired: has("hearing_impaired"),
    isVisualImpaired: has("visual_impaired"),
    startSeconds: number(json.start_time),
    durationSeconds: positive(json.duration) ?? clock(tags.DURATION),
    bitrateBps: positive(json.bit_rate) ?? positive(tags.BPS),
  };
  if (json.codec_type === "video") return toVideo(json, base, has("attached_pic") || has("timed_thumbnails"));
  if (json.codec_type === "audio") return toAudio(json, base);
  if (json.codec_type === "subtitle") return { ...base, kind: "subtitle" };
  return { ...base, kind: json.codec_type === "attachment" ? "attachment" : "data" };
};

type Base = Omit<Extract<Stream, { kind: "subtitle" }>, "kind">;

/** `[0][0][0][0]` is how ffprobe says that there is no tag. */
const tagOf = (value: unknown): string => {
  const found = text(value) ?? "";
  return found.startsWith("[") ? "" : found;
};

/** Muxers write their own name where a title could stand. */
const handlerName = (tags: Json): string | null => {
  const found = text(tags.handler_name);
  return found && !/handler|^\W*$|core media|mainconcept|gpac|bento4|l-smash/i.test(found) ? found : null;
};

/** Matroska's `00:01:02.500000000` in seconds. */
const clock = (value: unknown): number | null => {
  const found = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(text(value) ?? "");
  return found ? positive(Number(found[1]) * 3600 + Number(found[2]) * 60 + Number(found[3])) : null;
};

const toVideo = (json: Json, base: Base, isAttachedPicture: boolean): VideoStream => {
  const sideData = list(json.side_data_list).map(object);
  const pixelFormat = text(json.pix_fmt);
  const fieldOrder = text(json.field_order);
  const still =
    ["png", "mjpeg", "bmp", "gif", "webp"].includes(base.codec) && fraction(json.avg_frame_rate) === null;
  return {
    ...base,
    kind: "video",
    profile: text(json.profile),
    level: levelOf(json.level),
    width: whole(json.width),
    height: whole(json.height),
    pixelFormat,
    bitDepth: bitDepthOf(pixelFormat, json.bits_per_raw_sample),
    sampleAspectRatio: fraction(json.sample_aspect_ratio),
    scan:
      fieldOrder === "progressive"
        ? "progressive"
        : /^[tb][tb]$/.test(fieldOrder ?? "")
          ? "interlaced"
          : "unknown",
    averageFrameRate: fraction(json.avg_frame_rate),
    nominalFrameRate: fraction(json.r_frame_rate),
    frameCount: positive(json.nb_frames),
    hasBFrames: whole(json.has_b_frames),
    isFullRange: json.color_range === "pc" || (pixelFormat ?? "").startsWith("yuvj"),
    colorTransfer: text(json.color_transfer),
    colorPrimaries: text(json.color_primaries),
    colorSpace: text(json.color_space),
    hasHdrSideData: sideData.some((each) =>
      /Mastering display|Content light/.test(text(each.side_data_type) ?? ""),
    ),
    dolbyVision: dolbyVisionOf(sideData),
    rotationDegrees: rotationOf(sideData, object(json.tags)),
    isAttachedPicture: isAttachedPicture || still,
    sps: null,
    packets: null,
    combing: null,
    insideBars: null,
  };
};

const levelOf = (value: unknown): number | null => {
  const found = number(value);
  return found !== null && found > 0 ? found : null;
};

const bitDepthOf = (pixelFormat: string | null, raw: unknown): number => {
  const named = /(?:p|gray|gbrp|p0)(9|10|12|14|16)(?:le|be)?$/.exec(pixelFormat ?? "")?.[1];
  if (named) return Number(named);
  const told = whole(raw);
  return pixelFormat === null && told >= 8 && told <= 16 ? told : 8;
};

const dolbyVisionOf = (sideData: readonly Json[]): DolbyVision | null => {
  const found = sideData.find((each) => text(each.side_data_type)?.startsWith("DOVI configuration"));
  if (!found) return null;
  return {
    profile: whole(found.dv_profile),
    compatibilityId: whole(found.dv_bl_signal_compatibility_id),
  };
};

/** Degrees of the display matrix (or of the old `rotate` tag, which turns the other way), to the nearest quarter. */
const rotationOf = (sideData: readonly Json[], tags: Json): number => {
  const matrix = sideData.map((each) => number(each.rotation)).find((each) => each !== null);
  const tag = number(tags.rotate);
  const degrees = matrix ?? (tag === null ? 0 : -tag);
  const quarter = (((Math.round(degrees / 90) * 90) % 360) + 360) % 360;
  return quarter === 270 ? -90 : quarter;
};

const toAudio = (json: Json, base: Base): AudioStream => ({
  ...base,
  kind: "audio",
  profile: text(json.profile),
  channels: Math.min(64, whole(json.channels)),
  channelLayout: text(json.channel_layout),
  sampleRateHz: whole(json.sample_rate),
});
