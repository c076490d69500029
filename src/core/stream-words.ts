/** A stream in the words of a person who knows films: `H.264 High 4.1, 1920×1080, 24 fps`. */
import { codecName } from "./codec-names.ts";
import { humanBitrate, visibleText } from "./human-text.ts";
import { highestFrameRate } from "./judge-video.ts";
import type { AudioStream, MediaInfo, Stream, VideoStream } from "./media-info.ts";

const LAYOUTS: Readonly<Record<number, string>> = { 1: "mono", 2: "stereo", 6: "5.1", 8: "7.1" };

const KIND_NAMES: Readonly<Record<Stream["kind"], string>> = {
  video: "Picture",
  audio: "Sound",
  subtitle: "Subtitles",
  data: "Data",
  attachment: "Attachment",
};

export const kindName = (stream: Stream): string =>
  stream.kind === "video" && stream.isAttachedPicture ? "Cover picture" : KIND_NAMES[stream.kind];

/** What the stream is, in one line. */
export const streamWords = (stream: Stream): string =>
  [
    codecName(stream.codec),
    ...(stream.kind === "video" ? videoWords(stream) : []),
    ...(stream.kind === "audio" ? audioWords(stream) : []),
    stream.language === null ? null : languageName(stream.language),
    stream.title === null ? null : `“${visibleText(stream.title)}”`,
    stream.isForced ? "forced" : null,
    stream.bitrateBps === null ? null : humanBitrate(stream.bitrateBps),
  ]
    .filter((each) => each !== null && each !== "")
    .join(", ");

const videoWords = (video: VideoStream): readonly (string | null)[] => {
  if (video.isAttachedPicture) return [`${video.width}×${video.height}`];
  const rate = highestFrameRate(video);
  // H.264 counts its levels in tenths, HEVC in thirtieths.
  const divisor = { h264: 10, hevc: 30 }[video.codec];
  const level = video.level !== null && divisor ? (video.level / divisor).toFixed(1) : null;
  return [
    [video.profile, level].filter((each) => each !== null).join(" "),
    `${video.width}×${video.height}${video.scan === "interlaced" ? " interlaced" : ""}`,
    rate > 0 ? `${Number(rate.toFixed(2))} fps` : null,
    video.bitDepth > 8 ? `${video.bitDepth}-bit` : null,
    video.dolbyVision ? `Dolby Vision ${video.dolbyVision.profile}` : video.hasHdrSideData ? "HDR" : null,
  ];
};

const audioWords = (audio: AudioStream): readonly (string | null)[] => [
  audio.codec === "aac" ? audio.profile : null,
  LAYOUTS[audio.channels] ?? (audio.channels > 0 ? `${audio.channels} channels` : null),
  audio.sampleRateHz > 0 ? `${audio.sampleRateHz / 1000} kHz` : null,
];

/** The name of a language by its tag; what is no tag stays as it is. */
export const languageName = (tag: string): string => {
  if (!/^[a-z]{2,3}(?:-[a-z]{2})?$/i.test(tag)) return visibleText(tag);
  return new Intl.DisplayNames(["en"], { type: "language" }).of(tag) ?? tag;
};

const CONTAINER_NAMES: Partial<Record<MediaInfo["container"], string>> = {
  mp4: "MP4",
  matroska: "Matroska (MKV)",
  webm: "WebM",
  mpegts: "MPEG transport stream",
  mpeg: "MPEG program stream",
  avi: "AVI",
  asf: "Windows Media",
  flv: "Flash video",
  ogg: "Ogg",
  mxf: "MXF",
  rm: "RealMedia",
};

const isNamed = (container: string): container is keyof typeof CONTAINER_NAMES =>
  Object.hasOwn(CONTAINER_NAMES, container);

/** A container in the words of a person, by the name that ours are known by. */
export const containerWord = (container: string): string =>
  (isNamed(container) ? CONTAINER_NAMES[container] : undefined) ?? visibleText(container);

export const containerName = (media: MediaInfo): string =>
  CONTAINER_NAMES[media.container] ?? visibleText(media.formatName);
