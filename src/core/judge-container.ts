/** What stands in the way outside picture and sound: the container and the tracks a Chromecast does not expect. */
import { CAST_CONTAINERS } from "./devices.ts";
import { type AudioStream, audioStreams, type MediaInfo, type VideoStream } from "./media-info.ts";
import type { Reason, ReasonCode } from "./reasons.ts";
import { containerName } from "./stream-words.ts";

/** A film may start this late or early without a player noticing; seconds. */
const START_TOLERANCE_SECONDS = 0.1;

/** Every reason that lies in the container, for the picture and sound that were chosen. */
export const judgeContainer = (
  media: MediaInfo,
  video: VideoStream,
  audio: AudioStream | null,
): readonly Reason[] => {
  const reasons: Reason[] = [];
  const found = (code: ReasonCode, stream: number | null, detail: string): number =>
    reasons.push({ code, stream, detail });
  if (media.container === "webm" && holds(CAST_CONTAINERS.webm.video, video.codec)) {
    judgeTracks(media, audio, found);
    return reasons;
  }
  if (media.container !== "mp4") {
    found(
      "container",
      null,
      `The container is ${containerName(media) || media.container}; a Chromecast plays MP4 for certain.`,
    );
    judgeTracks(media, audio, found);
    return reasons;
  }
  if (media.mp4 && !media.mp4.moovBeforeMdat)
    found(
      "moov-at-end",
      null,
      "The index (moov) is at the end, so nothing plays until all of the file is loaded.",
    );
  if (media.mp4?.isFragmented)
    found("fragmented", null, "The MP4 is in fragments, without an index to seek by.");
  if (video.codec === "h264" && video.tag !== "" && video.tag !== "avc1")
    found("video-tag", video.index, `The picture is tagged ${video.tag}; a Chromecast looks for avc1.`);
  if (video.codec === "hevc" && video.tag === "hev1")
    found("video-tag", video.index, "The picture is tagged hev1; a Chromecast looks for hvc1.");
  if (audio?.codec === "aac" && audio.tag !== "" && audio.tag !== "mp4a")
    found("audio-tag", audio.index, `The sound is tagged ${audio.tag}; a Chromecast looks for mp4a.`);
  judgeTracks(media, audio, found);
  judgeExtras(media, video, found);
  const start = Math.min(video.startSeconds ?? 0, audio?.startSeconds ?? video.startSeconds ?? 0);
  if (Math.abs(start) > START_TOLERANCE_SECONDS)
    found("start-time", null, `The film starts at ${start.toFixed(2)} s instead of zero.`);
  return reasons;
};

const holds = (vocabulary: readonly string[], word: string): boolean => vocabulary.includes(word);

type Found = (code: ReasonCode, stream: number | null, detail: string) => number;

/** A receiver plays the first sound track and has no button for another. */
const judgeTracks = (media: MediaInfo, audio: AudioStream | null, found: Found): void => {
  const first = audioStreams(media)[0];
  if (audio && first && first.index !== audio.index)
    found(
      "wrong-default-audio",
      audio.index,
      `A Chromecast would play track ${first.index} (${first.title ?? first.language ?? first.codec}) instead of the film's own sound.`,
    );
};

const judgeExtras = (media: MediaInfo, video: VideoStream, found: Found): void => {
  for (const stream of media.streams) {
    if (stream.kind === "video" && !stream.isAttachedPicture && stream.index !== video.index)
      found(
        "second-picture",
        stream.index,
        "There is a second picture track; players differ in which they show.",
      );
    if (stream.kind === "video" && stream.isAttachedPicture)
      found("cover-picture", stream.index, "A cover picture is stored as a second video track.");
    if (stream.kind === "subtitle")
      found("subtitles-inside", stream.index, "Subtitles inside an MP4 are not shown; a file beside it is.");
    if (stream.kind === "data")
      found("data-tracks", stream.index, `There is a data track (${stream.tag || stream.codec}).`);
  }
  if (media.chapterCount > 0)
    found("chapters", null, `There are ${media.chapterCount} chapters, which stop some Chromecasts.`);
};

/** Old shop formats that ffprobe names by their own tags. */
const LOCKED_TAG = /^(?:enc[vau]|drm[is])$/;

/** Reasons that no work can mend, for the picture and sound that were chosen. */
export const judgeHopeless = (
  media: MediaInfo,
  video: VideoStream | null,
  audio: AudioStream | null,
): readonly Reason[] => {
  if (video === null || video.width === 0 || video.height === 0)
    return [{ code: "no-video", stream: null, detail: "There is no picture in the file." }];
  const locked = media.streams.find((each) => LOCKED_TAG.test(each.tag));
  if (media.isEncrypted || locked)
    return [
      {
        code: "encrypted",
        stream: locked?.index ?? null,
        detail: "The film is encrypted; nothing but its shop's player reads it.",
      },
    ];
  if (media.isTruncated)
    return [
      { code: "source-damaged", stream: null, detail: "The file ends before its own index says it does." },
    ];
  const unread = [video, audio].find((each) => each?.codec === "unknown");
  if (unread)
    return [
      {
        code: "codec-unknown",
        stream: unread.index,
        detail: `Track ${unread.index} (${unread.kind}${unread.tag === "" ? "" : `, ${unread.tag}`}) is in a codec that ffmpeg here does not know.`,
      },
    ];
  return [];
};
