/** Which parts of a finished film are read again: enough to trust it, little enough to cost nothing beside the work. */
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
/**
 * Copy work: the first second is decoded, which proves the headers; what equals the source's bytes needs no decoder, so
 * the middle and the end are only compared. Encodes: five seconds at both ends and six samples, the keyframes besides.
 */
const COPY = { endsSeconds: 1, samples: 1, isDecoded: false } as const;
const ENCODE = { endsSeconds: 5, samples: 6, isDecoded: true } as const;
/**
 * About a sixth of a short film is decoded, as decoding is some six times as fast as a software encode (7.3 and 1.24
 * times playing time for 720p30 on two cores, by the design notes).
 */
const ENDS_SHARE = 1 / 20;
const SECONDS_PER_SAMPLE = 20;
const SAMPLE_SECONDS = 1;
/** A last group of pictures that is longer than this is compared, but decoded only in its first seconds. */
const MAX_LAST_SECONDS = 4;
const LAST_SECONDS = 2;
/** A seek goes to the keyframe at or before a time; a hair more than its own time finds it whatever the rounding. */
const SEEK_SECONDS = 0.01;

/** The parts to read of a film with these pictures, in film order. */
export const partsToRead = (pictures: readonly Packet[], work: Work): readonly Part[] => {
  const { seconds } = shownTime(pictures);
  if (seconds <= WHOLE_SECONDS) return ["all"];
  const aim = work === "copy" ? COPY : ENCODE;
  const ends = Math.min(aim.endsSeconds, Math.max(1, seconds * ENDS_SHARE));
  const samples = Math.min(aim.samples, Math.floor(seconds / SECONDS_PER_SAMPLE));
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
      isDecoded: aim.isDecoded,
    })),
    ...lastParts(last + SEEK_SECONDS, seconds - last - ends, aim.isDecoded),
    ...(work === "video" ? (["keyframes"] as const) : []),
  ];
};

/** The end of the film from its last keyframe on; of a long group of pictures that costs too much, only the beginning is decoded. */
const lastParts = (startSeconds: number, surplusSeconds: number, isDecoded: boolean): readonly Window[] =>
  !isDecoded || surplusSeconds <= MAX_LAST_SECONDS
    ? [{ startSeconds, seconds: null, isDecoded }]
    : [
        { startSeconds, seconds: LAST_SECONDS, isDecoded: true },
        { startSeconds, seconds: null, isDecoded: false },
      ];
