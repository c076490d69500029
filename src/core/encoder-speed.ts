/** How fast an encoder is: what is encoded to measure it, and what ffmpeg's progress says of it. */
import { testChain } from "./encoder-trials.ts";
import type { Encoder } from "./encoders.ts";
import { fileUrl, SAFE_INPUT } from "./ffmpeg-args.ts";
import type { Capabilities } from "./ffmpeg-capabilities.ts";
import type { EncodingProfile } from "./settings-profile.ts";

/** So long an encoder is measured, at the most; ms. */
export const MEASURED_MS = 10_000;
const FRAMES_PER_SECOND = 30;
/** More than a fast card makes in the time above. */
const PLAYING_SECONDS = 600;

/** Two seconds of 1080p30 that move and are grainy, as no film is that takes no time; the encoder itself makes them. */
export const speedClipArgs = (
  encoder: Encoder,
  profile: EncodingProfile,
  clip: string,
): readonly string[] => [
  ...["-hide_banner", "-nostdin", "-v", "error", ...encoder.device],
  ...["-f", "lavfi", "-i", `testsrc2=s=1920x1080:r=${FRAMES_PER_SECOND}:d=2`],
  ...["-vf", ["noise=alls=6:allf=t", encoder.upload ?? "format=yuv420p"].join(",")],
  ...["-c:v", encoder.codec, ...encoder.options(profile), "-f", "mp4", fileUrl(clip)],
];

/** The clip over and over, made 720p as a film would be; `card`: what the card may decode and filter with. */
export const speedArgs = (
  encoder: Encoder,
  profile: EncodingProfile,
  card: Capabilities | null,
  clip: string,
): readonly string[] => {
  const chain = card && testChain(encoder, card, { width: 1280, height: 720 });
  const onProcessor = ["scale=1280:720:flags=lanczos", "format=yuv420p", "setsar=1"];
  const upload = encoder.upload === null ? [] : [encoder.upload];
  return [
    ...["-hide_banner", "-nostdin", "-v", "error", "-nostats", "-stats_period", "0.5", "-progress", "pipe:1"],
    ...[...encoder.device, ...(chain?.input ?? []), ...SAFE_INPUT],
    ...["-stream_loop", "-1", "-t", String(PLAYING_SECONDS), "-i", fileUrl(clip)],
    ...["-vf", (chain?.filters ?? [...onProcessor, ...upload]).join(",")],
    ...["-c:v", encoder.codec, ...encoder.options(profile), "-f", "null", "-"],
  ];
};

/** How far it was, and when; ms. */
export type Reached = { readonly atMs: number; readonly playingSeconds: number };

/**
 * Frames a second between the first picture that came out and the last: what a film has to wait for at its start does not
 * count. Null when too little was seen.
 */
export const speedOf = (reached: readonly Reached[]): number | null => {
  const seen = reached.filter((each) => each.playingSeconds > 0);
  const [first, last] = [seen[0], seen.at(-1)];
  if (first === undefined || last === undefined || last.atMs - first.atMs < 500) return null;
  const speed =
    (FRAMES_PER_SECOND * (last.playingSeconds - first.playingSeconds) * 1000) / (last.atMs - first.atMs);
  return speed > 0 ? speed : null;
};
