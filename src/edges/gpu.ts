/** Which encoder really works here, found by a real test encode. */
import { ENCODER_NAMES, ENCODERS, type Encoder, testEncodeArgs } from "../core/encoders.ts";
import { classifyFailure } from "../core/ffmpeg-failure.ts";
import { PROBLEMS } from "../core/problem.ts";
import { defaultEncodingProfile, type EncoderChoice } from "../core/settings.ts";
import type { Ffmpeg } from "./ffmpeg.ts";

export type EncoderTrial = {
  readonly encoder: Encoder;
  readonly works: boolean;
  /** Why not, in words; empty when it works. */
  readonly why: string;
};

const TRIAL_MS = 20_000;

/** Tries one encoder with a real encode of six pictures. Throws Problem ffmpeg-missing. */
export const tryEncoder = async (
  ffmpeg: Ffmpeg,
  encoder: Encoder,
  signal?: AbortSignal,
): Promise<EncoderTrial> => {
  const args = testEncodeArgs(encoder, defaultEncodingProfile);
  const { end } = await ffmpeg.run(args, {
    durationSeconds: null,
    limitMs: TRIAL_MS,
    stallMs: TRIAL_MS,
    ...(signal ? { signal } : {}),
  });
  const problem = classifyFailure(end);
  if (problem === null) return { encoder, works: true, why: "" };
  const said = end.stderr
    .trim()
    .split("\n")[0]
    ?.replace(/^\[[^\]]*\] /, "")
    .slice(0, 200);
  return { encoder, works: false, why: said || PROBLEMS[problem.code].title };
};

/**
 * The first encoder that works and that the settings allow, in the order of ENCODER_NAMES; null when none does, with
 * every trial made. Under `gpuOnly` the processor is not tried.
 */
export const chooseEncoder = async (
  ffmpeg: Ffmpeg,
  choice: EncoderChoice,
  gpuOnly: boolean,
  signal?: AbortSignal,
): Promise<{ readonly encoder: Encoder | null; readonly trials: readonly EncoderTrial[] }> => {
  const names =
    choice === "auto" ? ENCODER_NAMES.filter((name) => !gpuOnly || ENCODERS[name].isHardware) : [choice];
  const trials: EncoderTrial[] = [];
  for (const name of names) {
    if (signal?.aborted) break;
    const trial = await tryEncoder(ffmpeg, ENCODERS[name], signal);
    trials.push(trial);
    if (trial.works) return { encoder: trial.encoder, trials };
  }
  return { encoder: null, trials };
};
