/** Makes the file: ffmpeg writes a hidden partial file, sidecars follow, everything is checked. Publishes nothing. */
import type { Encoder } from "../core/encoders.ts";
import type { Estimate } from "../core/estimate.ts";
import { toArgs, toSidecarArgs } from "../core/ffmpeg-args.ts";
import { classifyFailure, type RunEnd, refusedOption, withoutOption } from "../core/ffmpeg-failure.ts";
import type { Progress } from "../core/ffmpeg-progress.ts";
import type { MediaInfo } from "../core/media-info.ts";
import { partialPath } from "../core/output-paths.ts";
import type { ConversionPlan, SidecarPlan, Wish } from "../core/plan.ts";
import { Problem, type ProblemValue } from "../core/problem.ts";
import type { OriginalPolicy } from "../core/settings.ts";
import type { Check } from "../core/verification-facts.ts";
import type { Ffmpeg } from "../edges/ffmpeg.ts";
import type { fileStat, prepareFolder, removeFile } from "../edges/library-write.ts";
import { type VerifyDeps, verify } from "./verify.ts";

export type ConvertDeps = VerifyDeps & {
  readonly ffmpeg: Ffmpeg;
  readonly prepareFolder: typeof prepareFolder;
  readonly fileStat: typeof fileStat;
  readonly removeFile: typeof removeFile;
};

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
  /** What is to happen to the original: before one is deleted, every picture of the result is decoded. */
  readonly original: OriginalPolicy;
  readonly onProgress: (progress: Progress) => void;
  readonly onPhase: (phase: "converting" | "verifying") => void;
  /** Called with the argument list before every run. */
  readonly onCommand: (args: readonly string[]) => void;
};

export type MadeSidecar = { readonly plan: SidecarPlan; readonly path: string };

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
  const wanted = wantedSidecars(input);
  let isDone = false;
  try {
    await deps.prepareFolder(input.folder);
    input.onPhase("converting");
    const { end, saidEnd } = await runLadder(deps, input, partial, signal);
    const problem = classifyFailure(end) ?? (saidEnd ? null : NEVER_ENDED);
    if (problem) return { kind: "failed", problem, checks: [], log: end.stderr };
    const made = await makeSidecars(deps, input.sourcePath, wanted, signal);
    input.onPhase("verifying");
    const verified = await verify(
      deps,
      {
        source: input.media,
        sourcePath: input.sourcePath,
        plan: input.plan,
        outputPath: partial,
        wish: input.wish,
        isHardware: input.encoder.isHardware,
        log: end.stderr,
        readsAll: input.original === "delete" || input.wish.profile.strict,
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
      sidecars: made.sidecars,
      sizeBytes,
      checks: verified.checks,
      log: end.stderr,
      missing: [...droppedTracks(input), ...made.unread],
    };
  } finally {
    if (!isDone)
      await Promise.all([partial, ...wanted.map((each) => each.output)].map((path) => deps.removeFile(path)));
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
  partial: string,
  signal?: AbortSignal,
): Promise<{ end: RunEnd; saidEnd: boolean }> => {
  let args = toArgs(input.plan, {
    paths: { input: input.sourcePath, output: partial },
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

type WantedSidecar = { readonly plan: SidecarPlan; readonly output: string };

const wantedSidecars = ({ folder, sourcePath, token, plan }: ConvertInput): readonly WantedSidecar[] =>
  plan.sidecars.map((each) => {
    const ending = [each.label, each.format].filter(Boolean).join(".");
    return { plan: each, output: partialPath(folder, sourcePath, token, ending) };
  });

/** All tracks in one run; when that fails each by itself, so that one bad track costs only itself. */
const makeSidecars = async (
  deps: ConvertDeps,
  sourcePath: string,
  wanted: readonly WantedSidecar[],
  signal?: AbortSignal,
): Promise<{ sidecars: readonly MadeSidecar[]; unread: readonly string[] }> => {
  if (wanted.length === 0) return { sidecars: [], unread: [] };
  const unread: string[] = [];
  const run = async (some: readonly WantedSidecar[]): Promise<boolean> => {
    const args = toSidecarArgs(sourcePath, some);
    const { end } = await deps.ffmpeg.run(args, {
      durationSeconds: null,
      stallMs: SIDECAR_MS,
      limitMs: SIDECAR_MS,
      ...(signal ? { signal } : {}),
    });
    const problem = classifyFailure(end);
    // No sidecar is worth a film, but these are no fault of the track.
    if (problem && ["cancelled", "interrupted", "disk-full"].includes(problem.code))
      throw new Problem(problem.code, problem.detail);
    return problem === null;
  };
  if (!(await run(wanted)))
    for (const each of wanted)
      if (!(await run([each])))
        unread.push(`subtitle track ${each.plan.stream} could not be read as ${each.plan.format}`);
  const sidecars: MadeSidecar[] = [];
  for (const { plan, output } of wanted) {
    const size = (await deps.fileStat(output))?.sizeBytes ?? 0;
    if (size > EMPTY_SIDECAR_BYTES) sidecars.push({ plan, path: output });
    else await deps.removeFile(output);
  }
  return { sidecars, unread };
};

/** Reading a film for its subtitles is bound by the disk. */
const SIDECAR_MS = 30 * 60_000;
/** `WEBVTT` and a line end: a track without a line. */
const EMPTY_SIDECAR_BYTES = 8;
