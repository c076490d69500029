/** Are the pictures combed, whatever the header says? What ffmpeg's idet counted, and what follows from it. */
import { type Combing, type Fraction, toNumber } from "./media-info.ts";

export type ScanSeen =
  | { readonly kind: "progressive" }
  | { readonly kind: "interlaced" | "telecined"; readonly fieldOrder: "tff" | "bff" }
  /** Too few pictures could be told, or they differ. */
  | { readonly kind: "unclear" };

/**
 * Share of the decided pictures that must agree. Measured: interlaced clips 97 to 100 % of one order;
 * a synthetic progressive clip (testsrc2) 39 % top, 37 % bottom, 25 % progressive, which is noise and no combing.
 */
const AGREEING_SHARE = 0.8;
/** Progressive clips of 30 and of 50 test pictures were measured as all of one order: so few say nothing. */
const LEAST_DECIDED = 60;
/**
 * Share of pictures with a repeated field that makes a telecined film: 40 % by arithmetic. Measured 40 % on a synthetic
 * clip, 12 to 40 % on five films (three above this limit), 0 to 33 % with grain added; interlaced video with still parts
 * up to 27 %. A telecined film that is missed is deinterlaced and judders; video that is taken for one would lose every fifth picture.
 */
const REPEATED_SHARE = 0.3;

/** The rate of NTSC video, and of the film that telecine makes it from. */
export const NTSC: Fraction = { num: 30000, den: 1001 };
export const FILM: Fraction = { num: 24000, den: 1001 };
/** idet counts a picture or two more or fewer than a window holds; film and NTSC are 25 % apart. */
const COUNTED_TOLERANCE = 0.03;

/** Whether so many pictures as `rate` has were counted a second. */
export const countedAt = (combing: Combing | null, rate: Fraction): boolean => {
  if (combing === null || combing.seconds <= 0) return false;
  const pictures = decidedPictures(combing) + combing.undecided;
  const counted = pictures / combing.seconds;
  return pictures >= LEAST_DECIDED && Math.abs(counted / toNumber(rate) - 1) < COUNTED_TOLERANCE;
};

/** What the counted pictures say; unclear where nothing was counted. */
export const scanSeen = (combing: Combing | null): ScanSeen => {
  const decided = decidedPictures(combing);
  if (combing === null || decided < LEAST_DECIDED) return { kind: "unclear" };
  const { topFirst, bottomFirst, progressive, undecided, repeated } = combing;
  if (progressive >= AGREEING_SHARE * decided) return { kind: "progressive" };
  if (combedPictures(combing) < AGREEING_SHARE * decided) return { kind: "unclear" };
  const isTelecined = repeated >= REPEATED_SHARE * (decided + undecided) && countedAt(combing, NTSC);
  return {
    kind: isTelecined ? "telecined" : "interlaced",
    fieldOrder: topFirst > bottomFirst ? "tff" : "bff",
  };
};

/** Pictures that idet could tell apart. */
export const decidedPictures = (combing: Combing | null): number =>
  combing === null ? 0 : combing.topFirst + combing.bottomFirst + combing.progressive;

/** Pictures combed in the order that most combed ones have. */
export const combedPictures = ({ topFirst, bottomFirst }: Combing): number => Math.max(topFirst, bottomFirst);

/** The counts that idet printed at the end of one window of `seconds`; null when it printed none. */
export const parseIdet = (stderr: string, seconds: number): Combing | null => {
  const counts =
    /Multi frame detection: TFF: *(\d+) BFF: *(\d+) Progressive: *(\d+) Undetermined: *(\d+)/.exec(stderr);
  const repeats = /Repeated Fields: Neither: *\d+ Top: *(\d+) Bottom: *(\d+)/.exec(stderr);
  if (!counts || !repeats) return null;
  return {
    topFirst: Number(counts[1]),
    bottomFirst: Number(counts[2]),
    progressive: Number(counts[3]),
    undecided: Number(counts[4]),
    repeated: Number(repeats[1]) + Number(repeats[2]),
    seconds,
  };
};

/** The windows of a film as one count; null when none was counted. */
export const sumOfCombing = (windows: readonly (Combing | null)[]): Combing | null =>
  windows.reduce((sum, each) => {
    if (sum === null || each === null) return sum ?? each;
    return {
      topFirst: sum.topFirst + each.topFirst,
      bottomFirst: sum.bottomFirst + each.bottomFirst,
      progressive: sum.progressive + each.progressive,
      undecided: sum.undecided + each.undecided,
      repeated: sum.repeated + each.repeated,
      seconds: sum.seconds + each.seconds,
    };
  }, null);
