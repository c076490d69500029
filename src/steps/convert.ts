/** Makes the file: ffmpeg writes a hidden partial file, sidecars follow, everything is checked. Publishes nothing. */

import type { Tries } from "../core/encode-ladder.ts";
import type { Encoder } from "../core/encoders.ts";
import { type Estimate, longestSeconds } from "../core/estimate.ts";
import { type ArgsContext, type ConversionPaths, toArgs } from "../core/ffmpeg-args.ts";
import type { Capabilities } from "../core/ffmpeg-capabilities.ts";
import { classifyFailure, sawDamage } from "../core/ffmpeg-failure.ts";
import type { Progress } from "../core/ffmpeg-progress.ts";
import { chainFor } from "../core/hardware-chains.ts";
import { type MediaInfo, videoStreams } from "../core/media-info.ts";
import { folderOf, partialPath } from "../core/output-paths.ts";
import type { ConversionPlan, Wish } from "../core/plan.ts";
import type { ProblemValue } from "../core/problem.ts";
import type { OriginalPolicy } from "../core/settings.ts";
import type { Check } from "../core/verification-facts.ts";
import type { prepareFolder } from "../edges/library-write.ts";
import { type MadeSidecar, makeSidecars, type SidecarDeps } from "./make-sidecars.ts";
import { runTries } from "./run-tries.ts";
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
  /** What the encoder's card may decode and filter with; null: the processor does that. */
  readonly card: Capabilities | null;
  readonly sourcePath: string;
  readonly sourceFingerprint: string | null;
  /** The folder of the published file, made if need be, but nothing above `base`. */
  readonly folder: string;
  /** The library, or the folder of results that the settings name. */
  readonly base: string;
  /** Sidecars of an earlier result, absolute: no person put them beside the film. */
  readonly earlierSidecars: ReadonlySet<string>;
  /** What is to happen to the original: before one is deleted, every picture of the result is decoded. */
  readonly original: OriginalPolicy;
  readonly onProgress: (progress: Progress) => void;
  /** What ffmpeg writes to standard error, as it comes. */
  readonly onSaid?: (text: string) => void;
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
      /** What of the film the result has not: for their sake an original is not deleted. */
      readonly missing: readonly string[];
      /** By how many encoders at once, where it was made in parts. */
      readonly encoders?: number;
    }
  | {
      readonly kind: "failed";
      readonly problem: ProblemValue;
      readonly checks: readonly Check[];
      readonly log: string;
    };

/** Converts one film into partial files; on failure nothing of them is left. Throws Problem folder-not-writable, disk-full, ffmpeg-missing, cancelled, interrupted. */
export const convert = async (
  deps: ConvertDeps,
  input: ConvertInput,
  signal?: AbortSignal,
): Promise<Converted> => {
  const { media, sourcePath, plan } = input;
  const partial = partialOf(input);
  try {
    await deps.prepareFolder(input.folder, input.token, folderOf(sourcePath), input.base);
    input.onPhase("converting");
    const run = {
      durationSeconds: media.durationSeconds,
      onProgress: input.onProgress,
      ...(input.onSaid ? { onSaid: input.onSaid } : {}),
      watchFile: partial,
      limitMs: longestSeconds(input.estimate) * 1000,
      ...(signal ? { signal } : {}),
    };
    const text = { media, sourcePath, burnIn: plan.burnIn };
    const { end, saidEnd, log } = await withBurnedText(deps, text, signal, (burnedText) =>
      runTries(deps.ffmpeg, firstTries(input, { partial, burnedText }), run, input.onCommand),
    );
    const problem = classifyFailure(end) ?? (saidEnd ? null : NEVER_ENDED);
    if (problem === null) return await finishFilm(deps, input, { stderr: end.stderr, log }, signal);
    await leaveNothing(deps, [partial]);
    return { kind: "failed", problem, checks: [], log };
  } catch (thrown) {
    await leaveNothing(deps, [partial]);
    throw thrown;
  }
};

/** Where the film is written until it gets its name. */
export const partialOf = ({ folder, sourcePath, token }: ConvertInput): string =>
  partialPath(folder, sourcePath, token, "mp4");

/** What failed is said, not that its leftovers cannot be removed either: those are swept another day. */
const leaveNothing = async ({ removeFile }: ConvertDeps, paths: readonly string[]): Promise<void> => {
  await Promise.allSettled(paths.map((path) => removeFile(path)));
};

/** Makes the sidecars of a film that ffmpeg has written, and checks it; on failure nothing of it is left. Throws as `convert`. */
export const finishFilm = async (
  deps: ConvertDeps,
  input: ConvertInput,
  { stderr, log }: { readonly stderr: string; readonly log: string },
  signal?: AbortSignal,
): Promise<Converted> => {
  const { media, plan } = input;
  const partial = partialOf(input);
  let sidecars: readonly MadeSidecar[] = [];
  let isDone = false;
  try {
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
        sourcePath: input.sourcePath,
        plan,
        outputPath: partial,
        wish: input.wish,
        isHardware: input.encoder.isHardware,
        log: stderr,
        readsAll: input.original === "delete" || input.wish.profile.strict,
      },
      signal,
    );
    if (verified.kind === "failed")
      return { kind: "failed", problem: verified.problem, checks: verified.checks, log };
    const sizeBytes = (await deps.fileStat(partial))?.sizeBytes ?? 0;
    isDone = true;
    return {
      kind: "converted",
      partial,
      sidecars,
      sizeBytes,
      checks: [...verified.checks, ...warnOf(made.unread)],
      log,
      missing: [
        ...droppedTracks(input),
        ...made.unread,
        ...(sawDamage(stderr) ? ["the film is damaged; what could be read of it was converted"] : []),
      ],
    };
  } finally {
    if (!isDone) await leaveNothing(deps, [partial, ...sidecars.map((each) => each.path)]);
  }
};

/** A film is worth more than its subtitles, but a person should know. */
const warnOf = (unread: readonly string[]): readonly Check[] =>
  unread.length === 0 ? [] : [{ name: "subtitles", passed: true, warns: true, detail: unread.join("; ") }];

/** Of a run that ended well by its exit code alone. */
export const NEVER_ENDED: ProblemValue = {
  code: "conversion-failed",
  detail: "ffmpeg ended without saying that it was done.",
};

/** Where ffmpeg writes, and where the text to burn in was put. */
type Made = { readonly partial: string; readonly burnedText: string | undefined };

const firstTries = (input: ConvertInput, { partial, burnedText }: Made): Tries => {
  const paths = { input: input.sourcePath, output: partial, ...(burnedText ? { burnedText } : {}) };
  return triesOf(input, paths, (context) => toArgs(input.plan, context));
};

/** With the card's decoder first, where there is a way for this film, and without it. */
export const triesOf = (
  { plan, media, encoder, card, wish, sourceFingerprint }: ConvertInput,
  paths: ConversionPaths,
  argsOf: (context: ArgsContext) => readonly string[],
): Tries => {
  const context = { paths, encoder, profile: wish.profile, sourceFingerprint };
  const onProcessor = argsOf(context);
  const chain = card && chainFor(plan, media, encoder, card);
  return { args: chain ? argsOf({ ...context, chain }) : onProcessor, onProcessor };
};

/** A cover picture is no film; a second angle is. */
const droppedTracks = ({ plan, media }: ConvertInput): readonly string[] => {
  const films = new Set(videoStreams(media).map((each) => each.index));
  return plan.streams
    .filter(
      (each) =>
        each.action === "drop" && (each.kind === "video" ? films.has(each.stream) : HELD.has(each.kind)),
    )
    .map((each) => `${each.kind} track ${each.stream} is left out`);
};

const HELD: ReadonlySet<string> = new Set(["audio", "subtitle"]);
