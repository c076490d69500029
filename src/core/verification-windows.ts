/** Which parts of a finished film are read again: enough to trust it, little enough to cost nothing beside the work. */
import type { MediaInfo } from "./media-info.ts";
import { type Packet, shownTime } from "./packets.ts";
import type { Work } from "./work.ts";

/** A part of a film, from a keyframe on, so that nothing before it has to be decoded. */
export type Window = {
  readonly startSeconds: number;
  /** null: to the end of the film. */
  readonly seconds: number | null;
  /** Only its packets are compared: decoding it would cost more than it tells. */
  readonly isDecoded: boolean;
};

export type Part = "all" | "keyframes" | Window;

/** A film this short is read whole, seconds: starting a program costs as much. */
const WHOLE_SECONDS = 5;
/** Encodes: five seconds at both ends and six samples between. */
const ENDS_SECONDS = 5;
const MAX_SAMPLES = 6;
/**
 * About an eighth of a short film is decoded, as decoding is some six times as fast as a software encode (7.3 and 1.24
 * times playing time for 720p30 on two cores, by the design notes).
 */
const ENDS_SHARE = 1 / 30;
const SECONDS_PER_SAMPLE = 20;
const SAMPLE_SECONDS = 1;
/** A last group of pictures that is longer than this is compared, but decoded only in its first seconds. */
const MAX_LAST_SECONDS = 4;
const LAST_SECONDS = 2;
/** A seek goes to the keyframe at or before a time; a hair more than its own time finds it whatever the rounding. */
const SEEK_SECONDS = 0.01;

/** Of copy work this much is decoded at the beginning and compared at the end, from the keyframe before; seconds. */
const COPY_SECONDS = 1;
/** Without an index a seek ends at a time, not at the keyframe before it: so much holds one. */
const UNINDEXED_SECONDS = 12;
const UNINDEXED: ReadonlySet<MediaInfo["container"]> = new Set(["mpegts", "mpeg"]);

/**
 * The parts to read of a film of copied streams. The first second is decoded, which proves the headers; what equals the
 * source's bytes needs no decoder. Of a film of no known length (0) all is read; where it is wrong, the windows differ and all of both
 * films is compared.
 */
export const partsOfCopy = (seconds: number, container: MediaInfo["container"]): readonly Part[] => {
  const end = UNINDEXED.has(container) ? UNINDEXED_SECONDS : COPY_SECONDS;
  return seconds <= WHOLE_SECONDS || seconds <= end
    ? ["all"]
    : [
        { startSeconds: 0, seconds: COPY_SECONDS, isDecoded: true },
        { startSeconds: seconds - end, seconds: null, isDecoded: false },
      ];
};

/** The parts to read of a film with these pictures, some of whose streams were encoded, in film order. */
export const partsOfEncode = (pictures: readonly Packet[], work: Work): readonly Part[] => {
  const { seconds } = shownTime(pictures);
  if (seconds <= WHOLE_SECONDS) return ["all"];
  const ends = Math.min(ENDS_SECONDS, Math.max(1, seconds * ENDS_SHARE));
  const samples = Math.min(MAX_SAMPLES, Math.floor(seconds / SECONDS_PER_SAMPLE));
  const keys = pictures.filter((each) => each.isKey).map((each) => each.ptsSeconds ?? 0);
  const keyBefore = (at: number): number => keys.findLast((key) => key <= at) ?? 0;
  const last = keyBefore(seconds - ends);
  const between = Array.from({ length: samples }, (_, index) =>
    keyBefore((seconds * (index + 1)) / (samples + 1)),
  );
  const starts = new Set(between.filter((at) => at > ends && at < last));
  return [
    { startSeconds: 0, seconds: ends, isDecoded: true },
    ...[...starts].map((at) => ({
      startSeconds: at + SEEK_SECONDS,
      seconds: SAMPLE_SECONDS,
      isDecoded: true,
    })),
    ...lastParts(last + SEEK_SECONDS, seconds - last - ends),
    ...(work === "video" ? (["keyframes"] as const) : []),
  ];
};

/** The end of the film from its last keyframe on; of a long group of pictures that costs too much, only the beginning is decoded. */
const lastParts = (startSeconds: number, surplusSeconds: number): readonly Window[] =>
  surplusSeconds <= MAX_LAST_SECONDS
    ? [{ startSeconds, seconds: null, isDecoded: true }]
    : [
        { startSeconds, seconds: LAST_SECONDS, isDecoded: true },
        { startSeconds, seconds: null, isDecoded: false },
      ];
