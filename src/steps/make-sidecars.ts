/** Writes the subtitle files of a film as partial files: from its tracks, and from what people put beside it. */
import { dirname, join } from "node:path";
import { decodeText, detectCharset } from "../core/charset.ts";
import { classifyFailure, lostText, type RunEnd } from "../core/ffmpeg-failure.ts";
import { type MediaInfo, subtitleStreams } from "../core/media-info.ts";
import { partialPath } from "../core/output-paths.ts";
import {
  isTextSubtitle,
  planSidecars,
  type SidecarFormat,
  type SidecarPlan,
  type SubtitleWish,
} from "../core/plan-subtitles.ts";
import { Problem } from "../core/problem.ts";
import { toRawTrackArgs, toSidecarArgs, toTextSidecarArgs } from "../core/sidecar-args.ts";
import { type NeighbourSubtitle, neighbourSubtitles, planNeighbours } from "../core/subtitle-names.ts";
import { cleanSubtitles, type SidecarText } from "../core/subtitle-text.ts";
import type { Ffmpeg } from "../edges/ffmpeg.ts";
import type { fileStat, removeFile, writePartial } from "../edges/library-write.ts";
import type { namesIn, readSubtitle } from "../edges/subtitle-files.ts";

export type SidecarDeps = {
  readonly ffmpeg: Ffmpeg;
  readonly fileStat: typeof fileStat;
  readonly removeFile: typeof removeFile;
  readonly writePartial: typeof writePartial;
  readonly namesIn: typeof namesIn;
  readonly readSubtitle: typeof readSubtitle;
};

export type SidecarInput = {
  readonly token: string;
  readonly media: MediaInfo;
  readonly wish: SubtitleWish;
  /** Absolute. */
  readonly sourcePath: string;
  /** The folder of the published file. */
  readonly folder: string;
  /** Subtitle files of an earlier result, absolute: no person put them there. */
  readonly ours: ReadonlySet<string>;
};

/** A partial file, and what its name will end with beside the published film. */
export type MadeSidecar = { readonly label: string; readonly ending: string; readonly path: string };

export type MadeSidecars = {
  readonly sidecars: readonly MadeSidecar[];
  /** Tracks that could not be taken out whole: for their sake an original is not deleted. */
  readonly unread: readonly string[];
};

/**
 * Makes every sidecar that can be made; one that cannot costs only itself. Throws Problem cancelled, interrupted,
 * disk-full, with nothing left behind.
 */
export const makeSidecars = async (
  deps: SidecarDeps,
  input: SidecarInput,
  signal?: AbortSignal,
): Promise<MadeSidecars> => {
  const written = new Set<string>();
  let made: MadeSidecars = { sidecars: [], unread: [] };
  const bench: Bench = {
    deps,
    input,
    partial: (label, ending) => {
      const path = partialPath(input.folder, input.sourcePath, input.token, dotted(label, ending));
      written.add(path);
      return path;
    },
    run: (args) => runFfmpeg(deps.ffmpeg, args, signal),
  };
  try {
    const neighbours = await findNeighbours(deps, input);
    const own = await fromTracks(bench, new Set(neighbours.map((each) => each.key)));
    const theirs = await fromNeighbours(bench, neighbours);
    made = { sidecars: [...own.sidecars, ...theirs], unread: own.unread };
    return made;
  } finally {
    const kept = new Set(made.sidecars.map((each) => each.path));
    for (const path of written) if (!kept.has(path)) await deps.removeFile(path);
  }
};

type Bench = {
  readonly deps: SidecarDeps;
  readonly input: SidecarInput;
  /** A hidden name that is removed at the end unless a sidecar has it. */
  readonly partial: (label: string, ending: string) => string;
  readonly run: (args: readonly string[]) => Promise<RunEnd>;
};

const dotted = (...parts: readonly string[]): string => parts.filter(Boolean).join(".");

/** Reading a film for its subtitles is bound by the disk. */
const SIDECAR_MS = 30 * 60_000;

/** No sidecar is worth a film, but a full disk and the wish to stop are no fault of a track. */
const runFfmpeg = async (ffmpeg: Ffmpeg, args: readonly string[], signal?: AbortSignal): Promise<RunEnd> => {
  const limits = { durationSeconds: null, stallMs: SIDECAR_MS, limitMs: SIDECAR_MS };
  const { end } = await ffmpeg.run(args, { ...limits, ...(signal ? { signal } : {}) });
  const problem = classifyFailure(end);
  if (problem && ["cancelled", "interrupted", "disk-full"].includes(problem.code))
    throw new Problem(problem.code, problem.detail);
  return end;
};

const findNeighbours = async (
  { namesIn }: SidecarDeps,
  { sourcePath, ours }: SidecarInput,
): Promise<readonly NeighbourSubtitle[]> => {
  const folder = dirname(sourcePath);
  const names = await namesIn(folder);
  return neighbourSubtitles(
    sourcePath,
    names.filter((name) => !ours.has(join(folder, name))),
  );
};

type WantedSidecar = { readonly plan: SidecarPlan; readonly output: string };

/** All tracks in one run; when that is not whole each by itself, so that one bad track costs only itself. */
const fromTracks = async (bench: Bench, taken: ReadonlySet<string>): Promise<MadeSidecars> => {
  const { deps, input } = bench;
  const wanted = planSidecars(input.media, input.wish, taken).map((plan) => ({
    plan,
    output: bench.partial(plan.label, plan.format),
  }));
  if (wanted.length === 0) return { sidecars: [], unread: [] };
  let charsets: ReadonlyMap<number, string> = new Map();
  const isMade = async (some: readonly WantedSidecar[]): Promise<boolean> => {
    const end = await bench.run(toSidecarArgs(input.sourcePath, some, charsets));
    if (lostText(end.stderr) && charsets.size === 0) {
      charsets = await charsetsOf(bench);
      if (charsets.size > 0) return isMade(some);
    }
    return classifyFailure(end) === null && !lostText(end.stderr);
  };
  const broken = new Set<number>();
  if (!(await isMade(wanted)))
    for (const [stream, some] of Map.groupBy(wanted, (each) => each.plan.stream))
      if (!(await isMade(some))) broken.add(stream);
  const sidecars: MadeSidecar[] = [];
  for (const { plan, output } of wanted) {
    // Some lines of a text are better than none; half a file of pictures is not.
    const isLost = broken.has(plan.stream) && !isTextFormat(plan.format);
    if (!isLost && (await finish(deps, output, plan.format)))
      sidecars.push({ label: plan.label, ending: plan.format, path: output });
  }
  return {
    sidecars,
    unread: [...broken].map((stream) => `subtitle track ${stream} could not be read whole`),
  };
};

/** The character sets of text tracks that are not UTF-8, by stream; an MP4's text always is. */
const charsetsOf = async ({ deps, input, partial, run }: Bench): Promise<ReadonlyMap<number, string>> => {
  const tracks = subtitleStreams(input.media).filter(
    (each) => isTextSubtitle(each) && each.codec !== "mov_text",
  );
  const raw = tracks.map(({ index, language }) => ({
    stream: index,
    language,
    output: partial(String(index), "raw"),
  }));
  await run(toRawTrackArgs(input.sourcePath, raw));
  const charsets = new Map<number, string>();
  for (const { stream, language, output } of raw) {
    const bytes = await deps.readSubtitle(output);
    const charset = bytes === null ? "utf-8" : detectCharset(bytes, language);
    if (charset !== "utf-8") charsets.set(stream, charset);
  }
  return charsets;
};

/** Each is read and written down in UTF-8 by us, so that ffmpeg opens nothing but a file of ours. */
const fromNeighbours = async (
  bench: Bench,
  neighbours: readonly NeighbourSubtitle[],
): Promise<readonly MadeSidecar[]> => {
  const { deps, input } = bench;
  const sidecars: MadeSidecar[] = [];
  for (const { source, files } of planNeighbours(neighbours, input.wish.sidecarFormats)) {
    const bytes = await deps.readSubtitle(join(dirname(input.sourcePath), source.name));
    if (bytes === null) continue;
    const text = bench.partial(dotted("text", source.label), source.ending);
    await deps.writePartial(text, decodeText(bytes, source.language));
    const outputs = files.map((each) => ({ ...each, output: bench.partial(source.label, each.written) }));
    await bench.run(toTextSidecarArgs(text, source.ending, outputs));
    for (const { format, written, output } of outputs)
      if (await finish(deps, output, format))
        sidecars.push({ label: source.label, ending: written, path: output });
  }
  return sidecars;
};

const isTextFormat = (format: SidecarFormat): format is SidecarText => format === "vtt" || format === "srt";

/** Where the events of a Matroska file begin (its Cluster element). */
const CLUSTER = [0x1f, 0x43, 0xb6, 0x75];

/** Cleans what ffmpeg wrote; false when there is no event in it. What is too large to be read stays as it is. */
const finish = async (deps: SidecarDeps, path: string, format: SidecarFormat): Promise<boolean> => {
  const size = (await deps.fileStat(path))?.sizeBytes ?? 0;
  if (size === 0) return false;
  const bytes = await deps.readSubtitle(path);
  if (bytes === null || format === "sup") return true;
  if (format === "mks")
    return bytes.some((_, start) => CLUSTER.every((each, offset) => bytes[start + offset] === each));
  const text = new TextDecoder().decode(bytes);
  const clean = cleanSubtitles(text, format);
  if (clean !== null && clean !== text) await deps.writePartial(path, clean);
  return clean !== null;
};
