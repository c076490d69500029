/**
 * Whether a film's picture may be encoded in parts, and where it is cut. A part is read from the source itself: ffmpeg seeks
 * to the keyframe before the one the part begins with, and throws away by their times what is shown earlier. So no part
 * depends on the pictures of its neighbours, whatever the group of pictures (measured: decision 0016).
 */
import { type Container, type Fraction, type MediaInfo, toNumber, videoStreams } from "./media-info.ts";
import type { Packet } from "./packets.ts";
import type { ConversionPlan } from "./plan.ts";

export type FilmPart = {
  /** From 0. */
  readonly index: number;
  /** Where reading begins, seconds from the beginning of the file; null: there. */
  readonly seekSeconds: number | null;
  /** Filters before all others: they leave the part's pictures, the first of them at time 0. */
  readonly filters: readonly string[];
  /** Ends the part after so many pictures; null: its filters do. */
  readonly mostPictures: number | null;
  /** How many pictures it has; null: the last one at a rate that is made constant, where the end is rounded. */
  readonly pictures: number | null;
  /** About how long it plays, for progress. */
  readonly seconds: number;
  /** The shortest time, of all parts of the film alike, that lies between two joints. */
  readonly betweenJoints: number;
};

export type Cut = {
  readonly kind: "parts";
  readonly parts: readonly FilmPart[];
  /** Constant, of every part. */
  readonly frameRate: Fraction;
  /** When the picture begins in the result, a whole number of pictures. */
  readonly startSeconds: number;
};

export type CutAnswer = Cut | { readonly kind: "whole"; readonly why: string };

/** Cuts were compared with an encode in one piece, picture by picture, in these (decision 0016). */
const CONTAINERS: readonly Container[] = ["mp4", "matroska", "webm", "mpegts"];
const CODECS: ReadonlySet<string> = new Set(["h264", "hevc", "mpeg2video", "mpeg4", "vp9", "av1"]);

/**
 * Why a film is encoded in one piece, by its header and its plan; null where it may be cut. What is refused needs pictures
 * or times of before the cut, or was never compared. `leastSeconds`: shorter films are not worth it.
 */
export const whyWhole = (
  media: MediaInfo,
  { video: plan, burnIn }: Pick<ConversionPlan, "video" | "burnIn">,
  leastSeconds: number,
): string | null => {
  const video = videoStreams(media).find((each) => each.index === plan?.stream);
  if (plan?.kind !== "encode" || !video) return "no picture of it is encoded";
  const rows: readonly (readonly [boolean, string])[] = [
    [(media.durationSeconds ?? 0) < leastSeconds, "it is shorter than films that are cut"],
    [burnIn !== null, "subtitles are burned in by their times in the film"],
    [plan.deinterlace !== "none" || plan.detelecine, "its fields are put together, also across a cut"],
    [plan.toneMap !== null, "it is HDR, of which a part may not say how bright it is"],
    [!CONTAINERS.includes(media.container), `cuts in a file of the kind ${media.container} are not proven`],
    [!CODECS.has(video.codec), `cuts in ${video.codec} are not proven`],
    [media.isTruncated, "it is damaged"],
    [media.mp4?.isFragmented === true, "it is in fragments"],
    [(video.packets?.discardedPackets ?? 0) > 0, "an edit list hides pictures of it"],
  ];
  return rows.find(([holds]) => holds)?.[1] ?? null;
};

/** So many parts for each that runs at once: then the last ones end at about the same time. */
const PARTS_EACH = 6;
/** A part reads up to one group of pictures in vain; over a minute that is little, and ten lost minutes are bearable. */
const PART_SECONDS = [60, 600] as const;

/** How long a part is meant to be, seconds. */
export const partSecondsFor = (durationSeconds: number, atOnce: number): number =>
  Math.min(PART_SECONDS[1], Math.max(PART_SECONDS[0], durationSeconds / (atOnce * PARTS_EACH)));

/** A picture may be so much off its place, as a share of the time between two: Matroska rounds to a millisecond. */
const JITTER = 0.25;
/** A film of which one part would be longer than a few has too few keyframes to be cut. */
const LONGEST_PART = 3;

type Shown = { readonly seconds: number; readonly isKey: boolean };

/** The pictures in the order they are shown; null where one is hidden, has no time or shares it. */
const shownOf = (packets: readonly Packet[]): readonly Shown[] | null => {
  const shown: Shown[] = [];
  for (const { ptsSeconds, isKey, isDiscarded } of packets) {
    if (isDiscarded || ptsSeconds === null) return null;
    shown.push({ seconds: ptsSeconds, isKey });
  }
  shown.sort((left, right) => left.seconds - right.seconds);
  const isStrict = shown.every((each, at) => at === 0 || each.seconds > (shown[at - 1]?.seconds ?? 0));
  return isStrict ? shown : null;
};

/** The packets of the picture, by which a film is cut into parts of about `partSeconds`. Total. */
export const cutFilm = (
  media: MediaInfo,
  { video: plan }: Pick<ConversionPlan, "video">,
  packets: readonly Packet[],
  partSeconds: number,
): CutAnswer => {
  const whole = (why: string): CutAnswer => ({ kind: "whole", why });
  const video = videoStreams(media).find((each) => each.index === plan?.stream);
  const shown = shownOf(packets);
  const [first, last] = [shown?.[0], shown?.at(-1)];
  if (plan?.kind !== "encode" || !shown || !first || !last)
    return whole("its pictures do not all have a time of their own");
  if (!first.isKey || packets[0]?.isKey !== true) return whole("it does not begin with a keyframe");
  const frameRate = plan.frameRate ?? video?.nominalFrameRate ?? null;
  if (frameRate === null) return whole("it says no frame rate");
  const step = 1 / toNumber(frameRate);
  const isOff = ({ seconds }: Shown, at: number): boolean =>
    Math.abs(seconds - first.seconds - at * step) > JITTER * step;
  if (plan.frameRate === null && shown.some(isOff))
    return whole("its pictures do not come at a constant rate");
  const starts = startsOf(shown, partSeconds);
  const bounds = [...starts, shown.length];
  const longest = Math.max(
    ...starts.map((from, at) => secondsAt(shown, bounds[at + 1]) - secondsAt(shown, from)),
  );
  if (starts.length < 2 || longest > LONGEST_PART * partSeconds)
    return whole("it has no keyframes where it would be cut");
  const film: Film = {
    shown,
    starts,
    step,
    frameRate,
    fileStart: media.startSeconds ?? 0,
    isRemade: plan.frameRate !== null,
    // What follows the last joint has none to come.
    betweenJoints: Math.min(
      ...starts.slice(1).map((to, at) => secondsAt(shown, to) - secondsAt(shown, starts[at])),
    ),
  };
  return {
    kind: "parts",
    parts: starts.map((_, index) => (film.isRemade ? remadePart(film, index) : plainPart(film, index))),
    frameRate,
    // At a rate that is made constant the time before the first picture is filled with it, as in one piece.
    startSeconds: film.isRemade ? 0 : Math.round((first.seconds - film.fileStart) / step) * step,
  };
};

const secondsAt = (shown: readonly Shown[], at: number | undefined): number =>
  (shown[at ?? 0] ?? shown.at(-1))?.seconds ?? 0;

/** The first pictures of the parts: keyframes, each some `partSeconds` after the one before and none near the end. */
const startsOf = (shown: readonly Shown[], partSeconds: number): readonly number[] => {
  const end = secondsAt(shown, shown.length);
  const starts = [0];
  let previous = secondsAt(shown, 0);
  for (const [at, { seconds, isKey }] of shown.entries()) {
    if (!isKey || seconds - previous < partSeconds || end - seconds < partSeconds / 2) continue;
    starts.push(at);
    previous = seconds;
  }
  return starts;
};

type Film = {
  readonly shown: readonly Shown[];
  readonly starts: readonly number[];
  readonly step: number;
  readonly frameRate: Fraction;
  readonly fileStart: number;
  /** Its rate is made constant. */
  readonly isRemade: boolean;
  readonly betweenJoints: number;
};

/** Seconds as ffmpeg reads them, to the microsecond. */
const said = (seconds: number): string => seconds.toFixed(6);

/**
 * Where a part's reading begins, and the filter that gives its pictures times from there. Half a picture before a keyframe, so
 * that no rounding leaves it out; of the keyframe before the part's own, since a transport stream is entered somewhere
 * (measured: HEVC there lost five pictures of each part, H.264 with open groups sixty of one).
 */
const entryOf = ({ shown, starts, step, fileStart }: Film, index: number) => {
  const from = starts[index] ?? 0;
  const lead = shown.findLastIndex((each, at) => at < from && each.isKey);
  if (lead > 0) {
    const seekSeconds = secondsAt(shown, lead) - fileStart - step / 2;
    return { seekSeconds, base: seekSeconds, filters: [] };
  }
  // ffmpeg counts from the first stream that is read, which is not the file's beginning where the sound is earlier.
  const late = secondsAt(shown, 0) - fileStart;
  return { seekSeconds: null, base: 0, filters: [`setpts=PTS-STARTPTS+${said(late)}/TB`] };
};

/** A part whose pictures keep their times: what is shown before and after it is cut off half a picture before its keyframes. */
const plainPart = (film: Film, index: number): FilmPart => {
  const { shown, starts, step, fileStart } = film;
  const { seekSeconds, base, filters } = entryOf(film, index);
  const [from, to] = [starts[index] ?? 0, starts[index + 1]];
  const at = (picture: number): string => said(secondsAt(shown, picture) - fileStart - step / 2 - base);
  const limits = [
    ...(index > 0 ? [`start=${at(from)}`] : []),
    ...(to === undefined ? [] : [`end=${at(to)}`]),
  ];
  const pictures = (to ?? shown.length) - from;
  return {
    index,
    seekSeconds,
    filters: [...filters, `trim=${limits.join(":")}`, "setpts=PTS-STARTPTS"],
    mostPictures: null,
    pictures,
    seconds: pictures * step,
    betweenJoints: film.betweenJoints,
  };
};

/**
 * A part whose rate is made constant: it begins on the grid of the whole film's pictures. The filter `fps` looks at times alone,
 * where ffmpeg's own `-r` remembers what it did (measured: two pictures too many at 50 to 25, one at 59.94 to 29.97).
 */
const remadePart = (film: Film, index: number): FilmPart => {
  const { shown, starts, step, frameRate, fileStart } = film;
  const { seekSeconds, base, filters } = entryOf(film, index);
  const onGrid = (picture: number): number => Math.round((secondsAt(shown, picture) - fileStart) / step);
  const to = starts[index + 1];
  const from = index === 0 ? 0 : onGrid(starts[index] ?? 0);
  const pictures = to === undefined ? null : onGrid(to) - from;
  return {
    index,
    seekSeconds,
    filters: [
      ...filters,
      `fps=fps=${frameRate.num}/${frameRate.den}:start_time=${said(from * step - base)}`,
      "setpts=PTS-STARTPTS",
    ],
    mostPictures: pictures,
    pictures,
    seconds: (pictures ?? onGrid(shown.length) - from) * step,
    betweenJoints: film.betweenJoints,
  };
};
