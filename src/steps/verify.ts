/** Is the file that was made the film that was meant? Gathers what the checks need and lets core decide. */
import { sawDamage } from "../core/ffmpeg-failure.ts";
import type { MediaInfo } from "../core/media-info.ts";
import { endOfPackets, type Packet, shownTime } from "../core/packets.ts";
import type { ConversionPlan } from "../core/plan.ts";
import { type ProblemValue, toProblem } from "../core/problem.ts";
import type { Household } from "../core/verdict.ts";
import {
  blameFor,
  type Check,
  type OutputFacts,
  passed,
  verify as verifyFacts,
} from "../core/verification.ts";
import type { DecodeWindow } from "../edges/ffmpeg.ts";
import type { Ffprobe } from "../edges/ffprobe.ts";

export type VerifyDeps = {
  readonly ffprobe: Ffprobe;
  readonly decodeStrictly: (
    path: string,
    windows: readonly DecodeWindow[],
    signal?: AbortSignal,
  ) => Promise<string>;
};

export type VerifyInput = {
  readonly source: MediaInfo;
  readonly sourcePath: string;
  readonly plan: ConversionPlan;
  readonly outputPath: string;
  readonly household: Household;
  /** stderr of the conversion. */
  readonly log: string;
  /** Decode every picture: what is asked for before an original is removed. */
  readonly decodesAll: boolean;
};

export type Verified =
  | { readonly kind: "passed"; readonly checks: readonly Check[] }
  | { readonly kind: "failed"; readonly checks: readonly Check[]; readonly problem: ProblemValue };

/** All checks of a finished file, read back from disk. Throws Problem cancelled or interrupted, never for a bad file. */
export const verify = async (
  deps: VerifyDeps,
  input: VerifyInput,
  signal?: AbortSignal,
): Promise<Verified> => {
  const { source, plan, household } = input;
  const isDamaged = sawDamage(input.log);
  const output = await read(deps, input, isDamaged || input.decodesAll, signal);
  if ("problem" in output) return output.problem;
  const first = verifyFacts({ media: source, isDamaged, packets: null }, plan, output, household);
  const doubtful = first.some((each) => !each.passed && DOUBTS.has(each.name));
  const checks = doubtful && plan.video ? await again(deps, input, isDamaged, output, signal) : first;
  // Bytes are missing and the film came out shorter than it says: packets that agree prove only the damage.
  if (passed(checks) && !(doubtful && isDamaged)) return { kind: "passed", checks };
  const told = passed(checks) ? first : checks;
  const wrong = told.filter((each) => !each.passed);
  const detail = wrong.map((each) => `${each.name}: ${each.detail}`).join("; ");
  return { kind: "failed", checks: told, problem: { code: blameFor(wrong, isDamaged), detail } };
};

/** Checks that compare with what the source says of itself, which may be wrong. */
const DOUBTS = new Set(["duration", "pictures", "sound-end"]);

/** The source's header and the result disagree: the source's packets are the judge. */
const again = async (
  deps: VerifyDeps,
  { source, sourcePath, plan, household }: VerifyInput,
  isDamaged: boolean,
  output: OutputFacts,
  signal?: AbortSignal,
): Promise<readonly Check[]> => {
  const read = async (stream: number | undefined): Promise<readonly Packet[]> =>
    stream === undefined ? [] : deps.ffprobe.packets(sourcePath, stream, signal);
  const [picture, sound] = [await read(plan.video?.stream), await read(plan.audio?.stream)];
  const [pictureEnd, soundEnd] = [endOfPackets(picture), endOfPackets(sound)];
  const packets = {
    count: picture.length,
    shown: shownTime(picture),
    soundGapSeconds: pictureEnd === null || soundEnd === null ? null : Math.abs(soundEnd - pictureEnd),
  };
  return verifyFacts({ media: source, isDamaged, packets }, plan, output, household);
};

const read = async (
  deps: VerifyDeps,
  { outputPath, plan }: VerifyInput,
  decodesAll: boolean,
  signal?: AbortSignal,
): Promise<OutputFacts | { readonly problem: Verified }> => {
  try {
    const { media, video, audio } = await deps.ffprobe.probe(outputPath, signal);
    const windows = decodesAll ? WHOLE : windowsOf(shownTime(video).seconds, plan);
    const decodeErrors = await deps.decodeStrictly(outputPath, windows, signal);
    return { media, video, audio, decodeErrors };
  } catch (thrown) {
    const problem = toProblem(thrown);
    if (["cancelled", "interrupted", "ffmpeg-missing", "internal"].includes(problem.code)) throw thrown;
    const check = { name: "opens", passed: false, detail: problem.message };
    return {
      problem: {
        kind: "failed",
        checks: [check],
        problem: { code: "verification-failed", detail: problem.message },
      },
    };
  }
};

const WHOLE: readonly DecodeWindow[] = ["all"];

/**
 * All of a film of a minute. Of a longer one the first and last five seconds and six seconds between; of one that was
 * encoded also every keyframe, which costs little beside the encode.
 */
const windowsOf = (seconds: number, plan: ConversionPlan): readonly DecodeWindow[] => {
  if (seconds <= 60) return WHOLE;
  const between = [1, 2, 3, 4, 5, 6].map((part) => ({
    startSeconds: Math.floor((seconds * part) / 7),
    seconds: 1,
  }));
  const ends = [0, Math.floor(seconds - 5)].map((startSeconds) => ({ startSeconds, seconds: 5 }));
  return [...ends, ...between, ...(plan.video?.kind === "encode" ? (["keyframes"] as const) : [])];
};
