/** What is tried before anything is believed of an encoder and its card: a test encode, and decoding what it made. */
import type { Encoder } from "./encoders.ts";
import { fileUrl, SAFE_INPUT } from "./ffmpeg-args.ts";
import type { Capabilities } from "./ffmpeg-capabilities.ts";
import { type CardChain, cardChain } from "./hardware-chains.ts";
import type { EncodingProfile } from "./settings-profile.ts";

/**
 * A real test encode of six pictures: the only proof that an encoder works here. (NVENC refuses very small pictures.)
 * With `clip` it is written there, an MP4 in an absolute path; a chain of the card decodes that again.
 */
export const testEncodeArgs = (
  encoder: Encoder,
  profile: EncodingProfile,
  clip: string | null = null,
): readonly string[] => [
  ...["-hide_banner", "-nostdin", "-v", "error", ...encoder.device],
  ...["-f", "lavfi", "-i", "color=s=1280x720:r=30:d=0.2"],
  ...["-vf", encoder.upload ?? "format=yuv420p", "-c:v", encoder.codec, ...encoder.options(profile)],
  ...(clip === null ? ["-f", "null", "-"] : ["-f", "mp4", fileUrl(clip)]),
];

/** Decodes and filters the clip of a test encode on the card and encodes it again: the proof of a whole chain. */
export const testChainArgs = (
  encoder: Encoder,
  profile: EncodingProfile,
  chain: CardChain,
  clip: string,
): readonly string[] => [
  ...["-hide_banner", "-nostdin", "-v", "error", ...encoder.device, ...chain.input],
  ...[...SAFE_INPUT, "-i", fileUrl(clip), "-vf", chain.filters.join(",")],
  ...["-c:v", encoder.codec, ...encoder.options(profile), "-f", "null", "-"],
];

/** The chain for a film of `testEncodeArgs`: what proves that the card decodes and filters; null when ffmpeg lacks it. */
export const testChain = (
  encoder: Pick<Encoder, "name" | "cudaDevice">,
  has: Capabilities,
  size = { width: 640, height: 360 },
): CardChain | null =>
  cardChain(
    {
      ...{ kind: "encode", stream: 0, ...size, level: "4.1", frameRate: null },
      ...{
        keyframeEveryFrames: 60,
        deinterlace: "none",
        fieldOrder: "auto",
        detelecine: false,
        crop: null,
        toneMap: null,
        fromFullRange: false,
        fromRgb: false,
      },
    },
    {
      ...{ codec: "h264", bitDepth: 8, pixelFormat: "yuv420p", width: 1280, height: 720 },
      ...{ rotationDegrees: 0, isFullRange: false },
    },
    encoder,
    has,
  );
