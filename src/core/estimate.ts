/** What a plan will cost: seconds as a range, bytes as one figure. Rough until this machine has runs of its own. */
import { type MediaInfo, toNumber } from "./media-info.ts";
import type { ConversionPlan } from "./plan.ts";

export type Estimate = { readonly seconds: readonly [low: number, high: number]; readonly bytes: number };

/** Copying is bound by the disk: bytes a second, slow share to fast disk. */
export const COPY_BYTES_PER_SECOND = [40e6, 400e6] as const;
/** Multiples of playing time, measured on two cores (38x for AC-3 5.1 to AAC stereo) and stretched both ways. */
export const AUDIO_SPEED = [15, 80] as const;
/** Multiples of playing time for 720p: libx264 veryfast on 2 cores 1.2 to 2.8, NVENC 5 to 20. */
export const VIDEO_SPEED = { software: [0.8, 6], hardware: [4, 20] } as const;
/** Between slow and fast, for sums over many films, until this machine has encodes of its own; multiples of playing time. */
export const typicalEncodeSpeed = (isHardware: boolean): number => {
  const [slow, fast] = VIDEO_SPEED[isHardware ? "hardware" : "software"];
  return Math.sqrt(slow * fast);
};

/** An encode's size as bits for each pixel of each picture: 720p24 at about 2.2 Mb/s. */
const BITS_PER_PIXEL = 0.1;

/**
 * A film that says it lasts for ever is not believed: two hours of picture that fill less than 100 MB are rare, and become
 * some 2 GB.
 */
const LARGEST_GROWTH = 20;

const whole = (bytes: number, sourceBytes: number): number =>
  Math.round(Math.min(bytes, sourceBytes > 0 ? LARGEST_GROWTH * sourceBytes : Number.MAX_SAFE_INTEGER));

/**
 * No film takes more than six times the longest estimate, and none less than a quarter of an hour is worth ending; one
 * that lies about its length is given a week.
 */
const [LEAST_SECONDS, WEEK_SECONDS] = [15 * 60, 7 * 24 * 3600];

/** How long work may take before it is ended, seconds. */
export const longestSeconds = ({ seconds: [, high] }: Pick<Estimate, "seconds">): number =>
  Math.min(WEEK_SECONDS, Math.max(LEAST_SECONDS, 6 * high));

/** Seconds [low, high] and output bytes for a plan; zero for a plan that does nothing. */
export const estimate = (media: MediaInfo, plan: ConversionPlan, isHardware: boolean): Estimate => {
  const duration = media.durationSeconds ?? 0;
  const size = media.sizeBytes ?? 0;
  if (plan.video === null) return { seconds: [0, 0], bytes: size };
  const copy = range(size, COPY_BYTES_PER_SECOND);
  const audioBytes = plan.audio?.kind === "encode" ? (plan.audio.bitrateBps * duration) / 8 : null;
  const second = media.streams.find((each) => each.index === plan.surround?.stream);
  const secondBytes = ((second?.bitrateBps ?? 0) * duration) / 8;
  const soundNow = media.streams
    .filter((each) => each.kind === "audio")
    .reduce((sum, each) => sum + ((each.bitrateBps ?? 0) * duration) / 8, 0);
  if (plan.video.kind === "copy") {
    const audio = plan.audio?.kind === "encode" ? range(duration, AUDIO_SPEED) : ([0, 0] as const);
    return {
      seconds: [copy[0] + audio[0], copy[1] + audio[1]],
      bytes: whole(
        audioBytes === null ? size : Math.max(0, size - soundNow) + audioBytes + secondBytes,
        size,
      ),
    };
  }
  const rate = plan.video.frameRate ? toNumber(plan.video.frameRate) : 25;
  const pictureBytes = (plan.video.width * plan.video.height * rate * BITS_PER_PIXEL * duration) / 8;
  return {
    seconds: range(duration, VIDEO_SPEED[isHardware ? "hardware" : "software"]),
    bytes: whole(pictureBytes + (audioBytes ?? soundNow) + secondBytes, size),
  };
};

/** The time an amount takes between the fast and the slow speed. */
const range = (amount: number, [slow, fast]: readonly [number, number]): [number, number] => [
  Number((amount / fast).toFixed(2)),
  Number((amount / slow).toFixed(2)),
];

/** An encode's size between a quiet film's and a noisy one's, as multiples of the estimate. */
const ENCODE_SIZES = [0.3, 2.5] as const;

/** The bytes a plan makes as a range; what is copied is known, what is encoded depends on the film. */
export const bytesRange = (
  { bytes }: Estimate,
  plan: ConversionPlan,
): readonly [low: number, high: number] =>
  plan.video?.kind === "encode"
    ? [Math.round(bytes * ENCODE_SIZES[0]), Math.round(bytes * ENCODE_SIZES[1])]
    : [bytes, bytes];
