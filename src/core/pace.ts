/** How fast a job went over its time, in a bounded number of points, for the graph of its page. */
import type { Progress } from "./ffmpeg-progress.ts";

export type PacePoint = {
  /** Since the job began. */
  readonly seconds: number;
  /** Multiples of playing time. */
  readonly speed: number | null;
  readonly fps: number | null;
  /** Of what was written since the point before. */
  readonly bitrateBps: number | null;
  /** Of the graphics card, Celsius; null where it says nothing, or none encodes. */
  readonly degrees: number | null;
};

export type Pace = {
  readonly points: readonly PacePoint[];
  /** Seconds from a point to the next, at least. */
  readonly everySeconds: number;
  /** Where the file was at the last point. */
  readonly outTimeSeconds: number;
  readonly bytes: number;
};

/** A graph is some 700 pixels wide; a day of work has no more points than this. */
export const MAX_POINTS = 240;

export const NO_PACE: Pace = { points: [], everySeconds: 1, outTimeSeconds: 0, bytes: 0 };

/**
 * The pace with what ffmpeg said `seconds` after the job began. When there are too many points, every second one goes and
 * the next come half as often.
 */
export const addToPace = (
  pace: Pace,
  seconds: number,
  progress: Progress,
  degrees: number | null = null,
): Pace => {
  const last = pace.points.at(-1);
  if (last && seconds - last.seconds < pace.everySeconds) return pace;
  const outTimeSeconds = progress.outTimeSeconds ?? pace.outTimeSeconds;
  const bytes = progress.bytes ?? pace.bytes;
  const played = outTimeSeconds - pace.outTimeSeconds;
  const written = bytes - pace.bytes;
  const point = {
    seconds: round(seconds, 1),
    speed: progress.speed,
    fps: progress.fps,
    bitrateBps: played > 0 && written >= 0 ? Math.round((written * 8) / played) : null,
    degrees,
  };
  const grown = { ...pace, outTimeSeconds, bytes, points: [...pace.points, point] };
  if (grown.points.length <= MAX_POINTS) return grown;
  return { ...grown, everySeconds: pace.everySeconds * 2, points: thinned(grown.points) };
};

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** Every second point, the last one always. */
const thinned = (points: readonly PacePoint[]): readonly PacePoint[] =>
  points.filter((_, at) => (points.length - 1 - at) % 2 === 0);

/** A few of the points, the first and the last always, for a table. */
export const fewOf = (points: readonly PacePoint[], most: number): readonly PacePoint[] => {
  if (points.length <= most) return points;
  const step = (points.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, at) => points[Math.round(at * step)]).filter(
    (each) => each !== undefined,
  );
};

/** Points as they are stored: `[seconds, speed, fps, bits a second, degrees]` each. */
export type StoredPoint = readonly [number, ...(readonly (number | null)[])];

export const toStored = (points: readonly PacePoint[]): readonly StoredPoint[] =>
  points.map(({ seconds, speed, fps, bitrateBps, degrees }) => [seconds, speed, fps, bitrateBps, degrees]);

/** What was stored, whatever it is. */
export const fromStored = (value: unknown): readonly PacePoint[] =>
  Array.isArray(value)
    ? value.slice(0, MAX_POINTS).flatMap((each: unknown): readonly PacePoint[] => {
        if (!Array.isArray(each) || typeof each[0] !== "number") return [];
        const number = (at: number): number | null => (typeof each[at] === "number" ? each[at] : null);
        return [
          { seconds: each[0], speed: number(1), fps: number(2), bitrateBps: number(3), degrees: number(4) },
        ];
      })
    : [];
