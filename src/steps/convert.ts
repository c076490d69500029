/** Makes the file: ffmpeg writes a hidden partial file, sidecars follow, everything is checked. Publishes nothing. */

import { nextTry, type Tries } from "../core/encode-ladder.ts";
import type { Encoder } from "../core/encoders.ts";
import { type Estimate, longestSeconds } from "../core/estimate.ts";
import { toArgs } from "../core/ffmpeg-args.ts";
import type { Capabilities } from "../core/ffmpeg-capabilities.ts";
import { classifyFailure, type RunEnd, sawDamage } from "../core/ffmpeg-failure.ts";
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
  const partial = partialPath(input.folder, input.sourcePath, input.token, "mp4");
  let sidecars: readonly MadeSidecar[] = [];
  let isDone = false;
  try {
    await deps.prepareFolder(input.folder, input.token, folderOf(input.sourcePath), input.base);
    input.onPhase("converting");
    const { media, sourcePath, plan } = input;
    const text = { media, sourcePath, burnIn: plan.burnIn };
    const { end, saidEnd, log } = await withBurnedText(deps, text, signal, (burnedText) =>
      runLadder(deps, input, { partial, burnedText }, signal),
    );
    const problem = classifyFailure(end) ?? (saidEnd ? null : NEVER_ENDED);
    if (problem) return { kind: "failed", problem, checks: [], log };
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
        wish: input.wish,
        isHardware: input.encoder.isHardware,
        log: end.stderr,
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
        ...(sawDamage(end.stderr) ? ["the film is damaged; what could be read of it was converted"] : []),
      ],
    };
  } finally {
    // What failed is said, not that its leftovers cannot be removed either: those are swept another day.
    if (!isDone)
      await Promise.allSettled(
        [partial, ...sidecars.map((each) => each.path)].map((path) => deps.removeFile(path)),
      );
  }
};

/** A film is worth more than its subtitles, but a person should know. */
const warnOf = (unread: readonly string[]): readonly Check[] =>
  unread.length === 0 ? [] : [{ name: "subtitles", passed: true, warns: true, detail: unread.join("; ") }];

const NEVER_ENDED: ProblemValue = {
  code: "conversion-failed",
  detail: "ffmpeg ended without saying that it was done.",
};

/** Where ffmpeg writes, and where the text to burn in was put. */
type Made = { readonly partial: string; readonly burnedText: string | undefined };

/** Runs ffmpeg, and again where a card refused an option or the film; the log begins with what was refused. */
const runLadder = async (
  deps: ConvertDeps,
  input: ConvertInput,
  made: Made,
  signal?: AbortSignal,
): Promise<{ readonly end: RunEnd; readonly saidEnd: boolean; readonly log: string }> => {
  let tries = firstTries(input, made);
  let refused = "";
  for (;;) {
    input.onCommand(["ffmpeg", ...tries.args]);
    const result = await deps.ffmpeg.run(tries.args, {
      durationSeconds: input.media.durationSeconds,
      onProgress: input.onProgress,
      ...(input.onSaid ? { onSaid: input.onSaid } : {}),
      watchFile: made.partial,
      limitMs: longestSeconds(input.estimate) * 1000,
      ...(signal ? { signal } : {}),
    });
    const next = nextTry(tries, result.end);
    if (next === null) return { ...result, log: refused + result.end.stderr };
    refused += `${next.why}.\n`;
    tries = next.tries;
  }
};

const firstTries = (input: ConvertInput, { partial, burnedText }: Made): Tries => {
  const { plan, media, encoder, card } = input;
  const context = {
    paths: { input: input.sourcePath, output: partial, ...(burnedText ? { burnedText } : {}) },
    encoder,
    profile: input.wish.profile,
    sourceFingerprint: input.sourceFingerprint,
  };
  const onProcessor = toArgs(plan, context);
  const chain = card && chainFor(plan, media, encoder, card);
  return { args: chain ? toArgs(plan, { ...context, chain }) : onProcessor, onProcessor };
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
