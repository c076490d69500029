/** Which parts of a film are looked at, packet by packet, when its index does not name them. */
import type { MediaInfo } from "./media-info.ts";

/** `startSeconds` null: from the beginning. */
export type PacketWindow = { readonly startSeconds: number | null; readonly seconds: number };

/** A minute of a thousand pictures a second; what claims more has shown enough. */
export const MAX_PACKETS_SEEN = 60_000;

/**
 * The beginning, the middle and the end, all of a short film. Twelve seconds each, so that keyframes more than ten apart
 * are seen to be.
 */
export const packetWindows = ({
  durationSeconds,
  startSeconds,
}: Pick<MediaInfo, "durationSeconds" | "startSeconds">): readonly PacketWindow[] => {
  if (durationSeconds === null || durationSeconds < 60) return [{ startSeconds: null, seconds: 60 }];
  const from = Math.max(0, startSeconds ?? 0);
  const starts = [null, from + durationSeconds / 2, from + durationSeconds - 12];
  return starts.map((start) => ({ startSeconds: start && Number(start.toFixed(1)), seconds: 12 }));
};

/** As ffprobe's `-read_intervals` takes them. */
export const readIntervals = (windows: readonly PacketWindow[]): string =>
  windows
    .map(({ startSeconds, seconds }) => `${startSeconds === null ? "" : startSeconds.toFixed(1)}%+${seconds}`)
    .join(",");
