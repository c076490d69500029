/**
 * What libavformat itself says of a film, in its own numbers, as the JSON that ffprobe would have printed: `ffprobe-json.ts`
 * stays the one reader. Names and numbers are those of FFmpeg's headers (`avutil/pixfmt.h`, `avcodec/defs.h`,
 * `avcodec/packet.h`, `avformat/avformat.h`).
 */
import type { MediaInfo } from "./media-info.ts";

export type Ratio = { readonly num: number; readonly den: number };
/** Times are in ticks of `timeBase`. */
export type LibavStream = {
  readonly index: number;
  /** AVMediaType. */
  readonly type: number;
  readonly codec: string | null;
  readonly tag: string | null;
  readonly profile: string | null;
  readonly timeBase: Ratio;
  readonly start: number | null;
  readonly duration: number | null;
  readonly bitRate: number;
  readonly tags: Readonly<Record<string, string>>;
  /** AV_DISPOSITION_…, as bits. */
  readonly disposition: number;
  readonly video: LibavVideo | null;
  readonly audio: LibavAudio | null;
};

export type LibavVideo = {
  readonly level: number;
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: string | null;
  readonly bitsPerRawSample: number;
  /** Of the container, and of the codec. */
  readonly aspects: readonly Ratio[];
  readonly averageFrameRate: Ratio;
  readonly nominalFrameRate: Ratio;
  readonly frames: number;
  readonly delay: number;
  readonly fieldOrder: number;
  readonly range: number;
  readonly primaries: number;
  readonly transfer: number;
  readonly space: number;
  /** AV_PKT_DATA_… of what the container says beside it. */
  readonly sideData: readonly number[];
  /** Of its display matrix, degrees as ffprobe counts; null without one. */
  readonly rotation: number | null;
};

export type LibavAudio = {
  readonly channels: number;
  readonly layout: string | null;
  readonly sampleRate: number;
};

export type LibavFilm = {
  readonly format: string;
  /** Microseconds. */
  readonly start: number | null;
  readonly duration: number | null;
  readonly bitRate: number;
  readonly sizeBytes: number;
  readonly chapters: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly streams: readonly LibavStream[];
};

const TYPES = ["video", "audio", "data", "subtitle", "attachment"];
const [VIDEO, AUDIO] = [0, 1];
const FIELD_ORDERS = [undefined, "progressive", "tt", "bb", "tb", "bt"];
const RANGES = [undefined, "tv", "pc"];
/** Numbers that are not here, all of HDR among them, are ffprobe's to tell. 2 is "unspecified". */
const PRIMARIES: Numbers = {
  1: "bt709",
  2: undefined,
  4: "bt470m",
  5: "bt470bg",
  6: "smpte170m",
  7: "smpte240m",
};
const TRANSFERS: Numbers = {
  ...{ 1: "bt709", 2: undefined, 4: "bt470m", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m" },
  ...{ 11: "iec61966-2-4", 13: "iec61966-2-1" },
};
const SPACES: Numbers = {
  ...{ 0: "gbr", 1: "bt709", 2: undefined, 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m" },
};
type Numbers = Readonly<Record<number, string | undefined>>;

const DISPOSITIONS = {
  ...{ default: 0x1, original: 0x4, comment: 0x8, forced: 0x40, hearing_impaired: 0x80 },
  ...{ visual_impaired: 0x100, attached_pic: 0x400, timed_thumbnails: 0x800 },
};
/** The display matrix, which is read, and the bit rates that an encoder meant to keep, which nobody asks for. */
const KNOWN_SIDE_DATA: readonly number[] = [5, 10];

/** `av_channel_layout_describe` of channels without places; ffprobe says nothing of them. */
const PLACELESS = /^\d+ channels$/;

/** Formats in which both were found to say the same (`test/probe-process.test.ts`). */
const TRUSTED_FORMATS = /^(mov,mp4|matroska|avi$|mpegts$|flv$|asf$|ogg$)/;
/** Not AV1 (its profiles have no names here) nor VC-1 (other nominal rates). */
const TRUSTED_VIDEO: ReadonlySet<string> = new Set([
  ...["h264", "hevc", "mpeg4", "msmpeg4v3", "mpeg2video", "mpeg1video", "vp8", "vp9", "wmv3"],
  ...["h263", "mjpeg", "png", "theora"],
]);
/** A film has a handful; of more than this ffprobe is asked. */
export const MAX_TRUSTED_STREAMS = 100;

/** Why ffprobe is asked instead; null when what libavformat says of this film is taken. */
export const whyNotTrusted = ({ format, streams }: LibavFilm): string | null => {
  if (!TRUSTED_FORMATS.test(format)) return `format ${format}`;
  if (streams.length === 0) return "no streams";
  if (streams.length > MAX_TRUSTED_STREAMS) return "many streams";
  for (const { type, codec, video } of streams) {
    if ((type === VIDEO || type === AUDIO) && codec === null) return "an unknown codec";
    if (type === VIDEO && (video === null || !TRUSTED_VIDEO.has(codec ?? ""))) return `video codec ${codec}`;
    if (video === null) continue;
    if (video.pixelFormat === null) return "no pixel format";
    const strange = video.sideData.find((each) => !KNOWN_SIDE_DATA.includes(each));
    if (strange !== undefined) return `side data ${strange}`;
    const { primaries, transfer, space, fieldOrder, range } = video;
    if (!(primaries in PRIMARIES && transfer in TRANSFERS && space in SPACES)) return "colours";
    if (!(fieldOrder in FIELD_ORDERS && range in RANGES)) return "field order or range";
  }
  return null;
};

/** What ffprobe would have printed, as far as `parseFfprobe` reads it; `asked` names who was asked. */
export const toFfprobeJson = (film: LibavFilm, asked: string): Readonly<Record<string, unknown>> => ({
  asked,
  streams: film.streams.map(streamJson),
  chapters: Array.from({ length: film.chapters }, (_, id) => ({ id })),
  format: {
    format_name: film.format,
    start_time: inSeconds(film.start, MICROSECONDS),
    duration: inSeconds(film.duration, MICROSECONDS),
    size: film.sizeBytes,
    ...(film.bitRate > 0 ? { bit_rate: film.bitRate } : {}),
    tags: film.tags,
  },
});

/** Starts of tracks in Matroska that differ from zero by more are ffprobe's: versions count the delay of codecs otherwise. */
const PLAIN_START_SECONDS = 0.05;

/** Whether ffprobe has to be asked of a film for what its bytes say: of fragments versions of libavformat tell other lengths. */
export const areBytesFfprobes = ({
  isTruncated,
  isEncrypted,
  mp4,
}: Pick<MediaInfo, "isTruncated" | "isEncrypted" | "mp4">): boolean =>
  isTruncated || isEncrypted || mp4?.isFragmented === true;

/** Whether ffprobe has to be asked of a film after all, now that all is known of it. */
export const isFfprobes = (media: MediaInfo): boolean => {
  if (areBytesFfprobes(media)) return true;
  const { container, streams } = media;
  const isMatroska = container === "matroska" || container === "webm";
  return isMatroska && streams.some((each) => Math.abs(each.startSeconds ?? 0) > PLAIN_START_SECONDS);
};

/** Whether a probe was made without ffprobe. */
export const isWithoutFfprobe = (raw: unknown): boolean =>
  typeof raw === "object" && raw !== null && "asked" in raw && raw.asked !== "ffprobe";

const MICROSECONDS: Ratio = { num: 1, den: 1_000_000 };

/** Six digits behind the point, as ffprobe prints. */
const inSeconds = (ticks: number | null, { num, den }: Ratio): number | undefined =>
  ticks === null ? undefined : Math.round((ticks * num * 1e6) / den) / 1e6;

const streamJson = (stream: LibavStream) => ({
  index: stream.index,
  codec_name: stream.codec ?? undefined,
  profile: stream.profile ?? undefined,
  codec_type: TYPES[stream.type],
  codec_tag_string: stream.tag ?? undefined,
  ...(stream.video ? videoJson(stream.video) : {}),
  ...(stream.audio
    ? {
        sample_rate: stream.audio.sampleRate,
        channels: stream.audio.channels,
        channel_layout: PLACELESS.test(stream.audio.layout ?? "") ? undefined : stream.audio.layout,
      }
    : {}),
  start_time: inSeconds(stream.start, stream.timeBase),
  duration: inSeconds(stream.duration, stream.timeBase),
  ...(stream.bitRate > 0 ? { bit_rate: stream.bitRate } : {}),
  disposition: Object.fromEntries(
    Object.entries(DISPOSITIONS).map(([name, bit]) => [name, (stream.disposition & bit) === 0 ? 0 : 1]),
  ),
  tags: stream.tags,
});

const videoJson = (video: LibavVideo) => {
  const aspect = video.aspects.map(reduced).find((each) => each !== null);
  return {
    width: video.width,
    height: video.height,
    has_b_frames: video.delay,
    sample_aspect_ratio: aspect ? `${aspect.num}:${aspect.den}` : undefined,
    pix_fmt: video.pixelFormat ?? undefined,
    level: video.level,
    color_range: RANGES[video.range],
    color_space: SPACES[video.space],
    color_transfer: TRANSFERS[video.transfer],
    color_primaries: PRIMARIES[video.primaries],
    field_order: FIELD_ORDERS[video.fieldOrder],
    r_frame_rate: `${video.nominalFrameRate.num}/${video.nominalFrameRate.den}`,
    avg_frame_rate: `${video.averageFrameRate.num}/${video.averageFrameRate.den}`,
    ...(video.bitsPerRawSample > 0 ? { bits_per_raw_sample: video.bitsPerRawSample } : {}),
    ...(video.frames > 0 ? { nb_frames: video.frames } : {}),
    side_data_list:
      video.rotation === null ? [] : [{ side_data_type: "Display Matrix", rotation: video.rotation }],
  };
};

/** As `av_guess_sample_aspect_ratio` reduces; null for one that says nothing. */
const reduced = ({ num, den }: Ratio): Ratio | null => {
  if (!(num > 0 && den > 0)) return null;
  let [a, b] = [num, den];
  while (b > 0) [a, b] = [b, a % b];
  return { num: num / a, den: den / a };
};

/**
 * Degrees of a display matrix (nine 32-bit numbers, little-endian), as `av_display_rotation_get` reads them and ffprobe
 * prints them; null when it turns nothing a player could.
 */
export const rotationOf = (matrix: Uint8Array): number | null => {
  if (matrix.byteLength < 36) return null;
  const view = new DataView(matrix.buffer, matrix.byteOffset, matrix.byteLength);
  const at = (index: number): number => view.getInt32(4 * index, true) / 65_536;
  const [across, down] = [Math.hypot(at(0), at(3)), Math.hypot(at(1), at(4))];
  if (across === 0 || down === 0) return null;
  return Math.trunc(-(Math.atan2(at(1) / down, at(0) / across) * 180) / Math.PI);
};
