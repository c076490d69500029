/** Makes the file: ffmpeg writes a hidden partial file, sidecars follow, everything is checked. Publishes nothing. */
import type { Encoder } from "../core/encoders.ts";
import type { Estimate } from "../core/estimate.ts";
import { toArgs } from "../core/ffmpeg-args.ts";
import { classifyFailure, type RunEnd, refusedOption, withoutOption } from "../core/ffmpeg-failure.ts";
import type { Progress } from "../core/ffmpeg-progress.ts";
import type { MediaInfo } from "../core/media-info.ts";
import { partialPath } from "../core/output-paths.ts";
import type { ConversionPlan, Wish } from "../core/plan.ts";
import type { ProblemValue } from "../core/problem.ts";
import type { OriginalPolicy } from "../core/settings.ts";
import type { Check } from "../core/verification.ts";
import type { prepareFolder } from "../edges/library-write.ts";
import { type MadeSidecar, makeSidecars, type SidecarDeps } from "./make-sidecars.ts";
import { type BurnInDeps, withBurnedText } from "./subtitle-tracks.ts";
import { type VerifyDeps, verify } from "./verify.ts";

export type ConvertDeps = VerifyDeps &
  SidecarDeps &
  BurnInDeps & { readonly prepareFolder: typeof prepareFolder };

export type ConvertInput = {
  readonly token: string;
  readonly media: MediaInfo;
  readonly plan: ConversionPlan;
  readonly estimate: Estimate;
  readonly wish: Wish;
  /** Used only when the picture is encoded. */
  readonly encoder: Encoder;
  readonly sourcePath: string;
  readonly sourceFingerprint: string | null;
  /** The folder of the published file. */
  readonly folder: string;
  /** Sidecars of an earlier result, absolute: no person put them beside the film. */
  readonly earlierSidecars: ReadonlySet<string>;
  /** What is to happen to the original: before one is deleted, every picture of the result is decoded. */
  readonly original: OriginalPolicy;
  readonly onProgress: (progress: Progress) => void;
  readonly onPhase: (phase: "converting" | "verifying") => void;
  /** Called with the argument list before every run. */
  readonly onCommand: (args: readonly string[]) => void;
};

export type Converted =
  | {
      readonly kind: "converted";
      readonly partial: string;
      readonly sidecars: readonly MadeSidecar[];
      readonly sizeBytes: number;
      readonly checks: readonly Check[];
      readonly log: string;
      /** Sound and subtitles of the film that the result has not: for their sake an original is not deleted. */
      readonly missing: readonly string[];
    }
  | {
      readonly kind: "failed";
      readonly problem: ProblemValue;
      readonly checks: readonly Check[];
      readonly log: string;
    };

/** No film takes more than six times the longest estimate, and none less than a quarter of an hour is worth ending. */
const limitMs = (cost: Estimate): number => Math.max(15 * 60, 6 * cost.seconds[1]) * 1000;

/** Converts one film into partial files; on failure nothing of them is left. Throws Problem folder-not-writable, disk-full, ffmpeg-missing, cancelled, interrupted. */
export const convert = async (
  deps: ConvertDeps,
  input: ConvertInput,
  signal?: AbortSignal,
): Promise<Converted> => {
  const partial = partialPath(input.folder, input.sourcePath, input.token, "mp4");
  let sidecars: readonly MadeSidecar[] = [];
  let isDone = false;
  try {
    await deps.prepareFolder(input.folder);
    input.onPhase("converting");
    const { media, sourcePath, plan } = input;
    const text = { media, sourcePath, burnIn: plan.burnIn };
    const { end, saidEnd } = await withBurnedText(deps, text, signal, (burnedText) =>
      runLadder(deps, input, { partial, burnedText }, signal),
    );
    const problem = classifyFailure(end) ?? (saidEnd ? null : NEVER_ENDED);
    if (problem) return { kind: "failed", problem, checks: [], log: end.stderr };
    const made = await makeSidecars(
      deps,
      { ...input, ours: input.earlierSidecars, burned: plan.burnIn?.stream ?? null },
      signal,
    );
    sidecars = made.sidecars;
    input.onPhase("verifying");
    const verified = await verify(
      deps,
      {
        source: media,
        sourcePath,
        plan,
        outputPath: partial,
        household: input.wish,
        log: end.stderr,
        decodesAll: input.original === "delete",
      },
      signal,
    );
    if (verified.kind === "failed")
      return { kind: "failed", problem: verified.problem, checks: verified.checks, log: end.stderr };
    const sizeBytes = (await deps.fileStat(partial))?.sizeBytes ?? 0;
    isDone = true;
    return {
      kind: "converted",
      partial,
      sidecars,
      sizeBytes,
      checks: verified.checks,
      log: end.stderr,
      missing: [...droppedTracks(input), ...made.unread],
    };
  } finally {
    if (!isDone)
      await Promise.all([partial, ...sidecars.map((each) => each.path)].map((path) => deps.removeFile(path)));
  }
};

const NEVER_ENDED: ProblemValue = {
  code: "conversion-failed",
  detail: "ffmpeg ended without saying that it was done.",
};

/** NVENC generations differ: an option the card refuses is left out and the run repeated. */
const MAX_RUNGS = 6;

const runLadder = async (
  deps: ConvertDeps,
  input: ConvertInput,
  { partial, burnedText }: { readonly partial: string; readonly burnedText: string | undefined },
  signal?: AbortSignal,
): Promise<{ end: RunEnd; saidEnd: boolean }> => {
  let args = toArgs(input.plan, {
    paths: { input: input.sourcePath, output: partial, ...(burnedText ? { burnedText } : {}) },
    encoder: input.encoder,
    profile: input.wish.profile,
    sourceFingerprint: input.sourceFingerprint,
  });
  for (let rung = 0; ; rung++) {
    input.onCommand(["ffmpeg", ...args]);
    const result = await deps.ffmpeg.run(args, {
      durationSeconds: input.media.durationSeconds,
      onProgress: input.onProgress,
      watchFile: partial,
      limitMs: limitMs(input.estimate),
      ...(signal ? { signal } : {}),
    });
    const refused = result.end.exitCode === 0 ? null : refusedOption(result.end.stderr);
    if (refused === null || !args.includes(refused) || rung === MAX_RUNGS) return result;
    args = withoutOption(args, refused);
  }
};

const droppedTracks = ({ plan }: ConvertInput): readonly string[] =>
  plan.streams
    .filter((each) => each.action === "drop" && (each.kind === "audio" || each.kind === "subtitle"))
    .map((each) => `${each.kind} track ${each.stream} is left out`);
