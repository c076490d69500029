/** The progress of a film of which several parts are encoded at once: their sum. */
import type { Progress } from "./ffmpeg-progress.ts";

/** What is known of one part; `seconds` is how long it plays. */
export type PartProgress = {
  readonly seconds: number;
  readonly isDone: boolean;
  readonly latest: Progress | null;
};

/** How many parts are made, of how many. */
export type PartsDone = { readonly done: number; readonly of: number };

/** Sums what is made; speeds only of parts that are in work. */
export const sumProgress = (parts: readonly PartProgress[]): Progress => {
  const busy = parts.flatMap(({ isDone, latest }) => (isDone || !latest ? [] : [latest]));
  const sum = (values: readonly (number | null)[]): number | null =>
    values.every((each) => each === null)
      ? null
      : values.reduce<number>((total, each) => total + (each ?? 0), 0);
  const total = parts.reduce((seconds, each) => seconds + each.seconds, 0);
  const made = parts.reduce(
    (seconds, { seconds: whole, isDone, latest }) =>
      seconds + (isDone ? whole : Math.min(whole, latest?.outTimeSeconds ?? 0)),
    0,
  );
  const speed = sum(busy.map((each) => each.speed));
  return {
    percent: total > 0 ? Math.min(99, Math.floor((made / total) * 100)) : null,
    fps: sum(busy.map((each) => each.fps)),
    speed,
    etaSeconds: speed !== null && speed > 0 ? Math.round((total - made) / speed) : null,
    outTimeSeconds: made,
    bytes: sum(parts.map(({ latest }) => latest?.bytes ?? null)),
  };
};

/** How many are made. */
export const doneOf = (parts: readonly PartProgress[]): PartsDone => ({
  done: parts.filter((each) => each.isDone).length,
  of: parts.length,
});
