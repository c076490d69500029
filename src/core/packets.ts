/** Packets of one video track, from MP4 sample tables or from ffprobe, and the facts that decide something. */
import type { PacketFacts } from "./media-info.ts";

export type Packet = {
  readonly ptsSeconds: number | null;
  readonly dtsSeconds: number | null;
  readonly durationSeconds: number | null;
  readonly sizeBytes: number;
  readonly isKey: boolean;
  readonly isDiscarded: boolean;
};

/** An edit list may hide so many pictures of the beginning: encoders begin that way, and seeing them harms nobody. */
export const MAX_HIDDEN_PICTURES = 3;
/** Pictures looked at together when the highest frame rate is sought: about a second of film. */
const RATE_WINDOW = 24;
const BITRATE_WINDOW_SECONDS = 2;
/** Packets further apart than this belong to two windows that were read separately. */
const WINDOW_GAP_SECONDS = 5;

/** The facts over all packets given; gaps between separately read windows are left out. */
export const packetFacts = (packets: readonly Packet[]): PacketFacts => {
  return {
    peakFrameRate: peakFrameRate(shownTimes(packets)),
    peakBitrateBps: peakBitrate(packets),
    longestKeyframeGapSeconds: longestKeyframeGap(packets),
    discardedPackets: packets.filter((each) => each.isDiscarded).length,
    packetsWithoutPts: packets.filter((each) => each.ptsSeconds === null).length,
  };
};

/** Several checks ask for the times of the same film. */
const sortedTimes = new WeakMap<readonly Packet[], Float64Array>();

/** When pictures are shown, in order; a sort of plain numbers takes a tenth of the time of one that compares in JavaScript. */
export const shownTimes = (packets: readonly Packet[]): Float64Array => {
  const known = sortedTimes.get(packets);
  if (known) return known;
  // Not an array that grows: that costs ten times as much for the 170,000 pictures of two hours.
  const times = new Float64Array(packets.length);
  let count = 0;
  for (const { isDiscarded, ptsSeconds } of packets)
    if (!isDiscarded && ptsSeconds !== null) times[count++] = ptsSeconds;
  const sorted = times.subarray(0, count).sort();
  sortedTimes.set(packets, sorted);
  return sorted;
};

/** A picture whose time is off stands at an end of two windows; so many of the shortest are taken for such slips. */
const SLIPS_SHARE = 0.02;
const MAX_SLIPS = RATE_WINDOW;

const peakFrameRate = (pts: Float64Array): number | null => {
  const steps = Math.min(RATE_WINDOW, pts.length - 1);
  if (steps < 1) return null;
  const spans = new Float64Array(pts.length);
  let count = 0;
  for (let end = steps; end < pts.length; end++) {
    const span = (pts[end] ?? 0) - (pts[end - steps] ?? 0);
    if (span > 0) spans[count++] = span;
  }
  const slips = Math.min(MAX_SLIPS, Math.floor(count * SLIPS_SHARE));
  const shortest = spans.subarray(0, count).sort()[slips];
  return shortest === undefined ? null : steps / shortest;
};

/** Highest mean over two seconds, bits per second; a film shorter than that has its own mean. */
export const peakBitrate = (packets: readonly Packet[]): number | null => {
  const times = new Float64Array(packets.length);
  const sizes = new Float64Array(packets.length);
  let count = 0;
  for (const { dtsSeconds, ptsSeconds, sizeBytes } of packets) {
    const at = dtsSeconds ?? ptsSeconds;
    if (at === null) continue;
    times[count] = at;
    sizes[count++] = sizeBytes;
  }
  if (count < 2) return null;
  let [peak, bytes, start, span] = [0, 0, 0, 0.04];
  let [windowStart, previous] = [times[0] ?? 0, times[0] ?? 0];
  for (let end = 0; end < count; end++) {
    const at = times[end] ?? 0;
    if (Math.abs(at - previous) > WINDOW_GAP_SECONDS) {
      start = end;
      windowStart = at;
      bytes = 0;
    }
    previous = at;
    span = Math.max(span, at - windowStart);
    bytes += sizes[end] ?? 0;
    while (at - (times[start] ?? at) > BITRATE_WINDOW_SECONDS) bytes -= sizes[start++] ?? 0;
    peak = Math.max(peak, bytes);
  }
  return (peak * 8) / Math.min(BITRATE_WINDOW_SECONDS, span);
};

/**
 * The buffer that a player needs to show these packets over a line of `bitsPerSecond`: what has come in beyond that
 * rate at the worst moment, in bits (a leaky bucket, as an encoder's `bufsize` is meant).
 */
export const neededBuffer = (packets: readonly Packet[], bitsPerSecond: number): number => {
  let [held, needed, last] = [0, 0, Number.NaN];
  for (const { dtsSeconds, sizeBytes } of packets) {
    if (dtsSeconds === null) continue;
    const drained = Number.isNaN(last) ? 0 : bitsPerSecond * (dtsSeconds - last);
    held = Math.max(0, held - drained) + sizeBytes * 8;
    needed = Math.max(needed, held);
    last = dtsSeconds;
  }
  return needed;
};

/** Seconds from one keyframe to the next, at most; null where no keyframe follows another. */
export const longestKeyframeGap = (packets: readonly Packet[]): number | null => {
  let longest: number | null = null;
  let lastKey: number | null = null;
  let previous: number | null = null;
  for (const each of packets) {
    const at = each.ptsSeconds ?? each.dtsSeconds;
    if (at === null) continue;
    if (previous !== null && Math.abs(at - previous) > WINDOW_GAP_SECONDS) lastKey = null;
    previous = at;
    if (lastKey !== null) longest = Math.max(longest ?? 0, at - lastKey);
    if (each.isKey) lastKey = at;
  }
  return longest;
};

/** Where the last picture ends, seconds; null when no packet has a time. */
export const endOfPackets = (packets: readonly Packet[]): number | null => {
  let end: number | null = null;
  for (const { ptsSeconds, dtsSeconds, durationSeconds } of packets) {
    const at = ptsSeconds ?? dtsSeconds;
    if (at !== null) end = Math.max(end ?? Number.NEGATIVE_INFINITY, at + (durationSeconds ?? 0));
  }
  return end;
};

/** How long pictures are shown; the last one may be meant to stay for a while, which no constant rate keeps. */
export type Shown = {
  /** From the first picture to the end of the last. */
  readonly seconds: number;
  /** From the first picture to the beginning of the last. */
  readonly untilLastSeconds: number;
};

/** The time the pictures of these packets are shown. */
export const shownTime = (packets: readonly Packet[]): Shown => {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { isDiscarded, ptsSeconds, dtsSeconds } of packets) {
    const at = ptsSeconds ?? dtsSeconds;
    if (isDiscarded || at === null) continue;
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  const end = endOfPackets(packets);
  if (end === null || !Number.isFinite(first)) return { seconds: 0, untilLastSeconds: 0 };
  return { seconds: end - first, untilLastSeconds: last - first };
};
