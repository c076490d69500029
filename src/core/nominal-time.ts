/**
 * How long work would take on a machine of plain figures. The queue's order follows it, and what a machine really takes
 * is learned as a multiple of it. The column `nominal_ms` of the migration `order-and-time` has the same formula.
 */
import type { MediaKind } from "./media-kind.ts";
import type { QueuedWork, Work } from "./work.ts";

/** What the time of the work on a film follows. */
export type WorkFacts = {
  readonly work: QueuedWork;
  readonly sizeBytes: number;
  /** Null when it is not known. */
  readonly playingSeconds: number | null;
  /** As `pictureOf` gives it. */
  readonly picture: string;
};

/** Checks, names and the database, whatever the film. */
const EACH_MS = 1000;
/** Bytes a millisecond that are copied. */
const COPIED_BYTES_PER_MS = 100_000;
/** Multiples of playing time at which sound is encoded. */
const SOUND_SPEED = 35;
/** Of films whose length is not known yet: 6 Mb/s, between a DVD and a Blu-ray. */
const BYTES_PER_PLAYING_SECOND = 750_000;
/** Of a film in 1080p. */
export const HD_NOMINAL = 1.5;
/** How much longer than of 720p the encode of a larger picture takes: it has to be decoded and made smaller first. */
const PICTURES: Readonly<Record<string, number>> = {
  "4320p": 12,
  "2160p": 4,
  "1440p": 2,
  "1080p": HD_NOMINAL,
};
const WEEK_MS = 604_800_000;

/** What of a picture its encode's time depends on, as `1080p` or `2160p hdr`; empty where no picture is encoded. */
export const pictureOf = (work: Work | null, media: MediaKind | null): string =>
  work === "video" && media !== null ? `${media.resolution}${media.hdr === "sdr" ? "" : " hdr"}` : "";

const encodeSpeed = (picture: string): number => 1 / (PICTURES[picture.split(" ")[0] ?? ""] ?? 1);

export const nominalSeconds = ({ work, sizeBytes, playingSeconds, picture }: WorkFacts): number => {
  const playingMs = (playingSeconds ?? sizeBytes / BYTES_PER_PLAYING_SECOND) * 1000;
  const bySize = work === "video" ? 0 : sizeBytes / COPIED_BYTES_PER_MS;
  const speed = { copy: Number.POSITIVE_INFINITY, audio: SOUND_SPEED, video: encodeSpeed(picture) }[work];
  return Math.trunc(Math.min(WEEK_MS, EACH_MS + bySize + playingMs / speed)) / 1000;
};
