/** What may be said of a film that plays, as advice. Under `strict: true` the same is a reason to encode the picture. */
import { type MediaInfo, mainVideo, type VideoStream } from "./media-info.ts";
import { dearestFix, type Reason, type ReasonCode } from "./reasons.ts";

/** The codes are those of the reasons that they become; the phrase stands there. */
export const NOTE_CODES = [
  "video-keyframes-far",
  "video-coded-as-fields",
] as const satisfies readonly ReasonCode[];

export type Note = Reason & { readonly code: (typeof NOTE_CODES)[number] };

/** A player starts at the keyframe before the place sought: from here on the wait is felt; seconds. */
const MAX_KEYFRAME_GAP_SECONDS = 10;

const RULES: Readonly<Record<Note["code"], (video: VideoStream) => string | null>> = {
  "video-keyframes-far": ({ packets }) => {
    const gap = packets?.longestKeyframeGapSeconds ?? 0;
    return gap > MAX_KEYFRAME_GAP_SECONDS
      ? `Keyframes are up to ${Math.round(gap)} s apart: it plays, but seeking is slow.`
      : null;
  },
  "video-coded-as-fields": ({ codec, sps }) =>
    codec === "h264" && sps?.frameMbsOnly === false
      ? "The pictures are whole, but coded in the way of interlaced ones: it should play, but few films are made so."
      : null,
};

/** The notes on a picture that needs no encode for one of `reasons`; what is encoded has none of these matters left. */
export const notesOn = (media: MediaInfo, reasons: readonly Reason[]): readonly Note[] => {
  const video = mainVideo(media);
  const fix = dearestFix(reasons);
  if (video === null || fix === "video" || fix === "refuse") return [];
  return NOTE_CODES.flatMap((code) => {
    const detail = RULES[code](video);
    return detail === null ? [] : [{ code, stream: video.index, detail }];
  });
};
