/** Takes subtitle tracks out of a film, whatever character set they are in, reading it as seldom as can be. */
import { join } from "node:path";
import type { BurnIn } from "../core/burn-in.ts";
import { detectCharset } from "../core/charset.ts";
import { classifyFailure, lostText, type RunEnd } from "../core/ffmpeg-failure.ts";
import { type MediaInfo, subtitleStreams } from "../core/media-info.ts";
import { isTextSubtitle } from "../core/plan-subtitles.ts";
import { Problem } from "../core/problem.ts";
import { type TrackOutput, toRawTrackArgs, toSidecarArgs } from "../core/sidecar-args.ts";
import type { Ffmpeg } from "../edges/ffmpeg.ts";
import type { withScratchFolder } from "../edges/scratch-folder.ts";
import type { readSubtitle } from "../edges/subtitle-files.ts";

export type TrackDeps = { readonly ffmpeg: Ffmpeg; readonly readSubtitle: typeof readSubtitle };

export type TrackSource = {
  readonly deps: TrackDeps;
  readonly input: { readonly media: MediaInfo; readonly sourcePath: string };
  /** A new file of ours that is removed at the end unless it is asked for. */
  readonly partial: (label: string, ending: string) => string;
  readonly signal: AbortSignal | undefined;
};

/** Reading a film for its subtitles is bound by the disk: 100 GB over a line of 100 Mb/s take two hours and a bit. */
const READING_MS = 4 * 3600_000;

/** Runs ffmpeg for subtitles; what it does is no problem of the film. Throws Problem cancelled, interrupted, disk-full, ffmpeg-missing. */
export const runForText = async (
  ffmpeg: Ffmpeg,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<RunEnd> => {
  const limits = { durationSeconds: null, stallMs: READING_MS, limitMs: READING_MS };
  const { end } = await ffmpeg.run(args, { ...limits, ...(signal ? { signal } : {}) });
  const problem = classifyFailure(end);
  if (problem && ["cancelled", "interrupted", "disk-full"].includes(problem.code))
    throw new Problem(problem.code, problem.detail);
  return end;
};

/**
 * Writes tracks to files: all in one run; when that is not whole each track by itself, so that a bad one costs only
 * itself. Gives the streams that could not be taken out whole. Throws as runForText.
 */
export const takeOut = async (
  source: TrackSource,
  wanted: readonly TrackOutput[],
): Promise<ReadonlySet<number>> => {
  const { deps, input, signal } = source;
  let charsets: ReadonlyMap<number, string> | null = null;
  let isTooSlow = false;
  const isWhole = async (some: readonly TrackOutput[]): Promise<boolean> => {
    const end = await runForText(
      deps.ffmpeg,
      toSidecarArgs(input.sourcePath, some, charsets ?? new Map()),
      signal,
    );
    isTooSlow ||= end.stopped !== null;
    if (isTooSlow) return false;
    if (!lostText(end.stderr)) return classifyFailure(end) === null;
    if (charsets !== null) return false;
    charsets = await charsetsOf(source);
    return isWhole(some);
  };
  const broken = new Set<number>();
  if (wanted.length > 0 && !(await isWhole(wanted)))
    // What a film is too long for is not tried once more for each of its tracks.
    for (const [stream, some] of Map.groupBy(wanted, (each) => each.stream))
      if (isTooSlow || !(await isWhole(some))) broken.add(stream);
  return broken;
};

/** The character sets of text tracks that are not UTF-8, by stream; an MP4's text always is. */
const charsetsOf = async ({
  deps,
  input,
  partial,
  signal,
}: TrackSource): Promise<ReadonlyMap<number, string>> => {
  const raw = subtitleStreams(input.media)
    .filter((each) => isTextSubtitle(each) && each.codec !== "mov_text")
    .map(({ index, language }) => ({ stream: index, language, output: partial(String(index), "raw") }));
  await runForText(deps.ffmpeg, toRawTrackArgs(input.sourcePath, raw), signal);
  const charsets = new Map<number, string>();
  for (const { stream, language, output } of raw) {
    const bytes = await deps.readSubtitle(output);
    const charset = bytes === null ? "utf-8" : detectCharset(bytes, language);
    if (charset !== "utf-8") charsets.set(stream, charset);
  }
  return charsets;
};

export type BurnInDeps = TrackDeps & { readonly withScratchFolder: typeof withScratchFolder };

/**
 * Gives `use` the text that is burned in as a file of ours, with a name that is safe in a filter; undefined where no text
 * is. Throws Problem conversion-failed when the track cannot be read whole.
 */
export const withBurnedText = async <T>(
  deps: BurnInDeps,
  { burnIn, ...input }: TrackSource["input"] & { readonly burnIn: BurnIn | null },
  signal: AbortSignal | undefined,
  use: (file: string | undefined) => Promise<T>,
): Promise<T> => {
  if (burnIn?.kind !== "text") return use(undefined);
  return deps.withScratchFolder(async (folder) => {
    const output = join(folder, "text.ass");
    const partial = (label: string, ending: string): string => join(folder, `${label}.${ending}`);
    const broken = await takeOut({ deps, input, partial, signal }, [
      { stream: burnIn.stream, format: "ass", output },
    ]);
    if (broken.size > 0)
      throw new Problem("conversion-failed", `The subtitles of track ${burnIn.stream} could not be read.`);
    const text = await deps.readSubtitle(output);
    if (text === null || !/^Dialogue:/m.test(new TextDecoder().decode(text)))
      throw new Problem(
        "conversion-failed",
        `The subtitles of track ${burnIn.stream} have no line to burn in.`,
      );
    return use(output);
  });
};
