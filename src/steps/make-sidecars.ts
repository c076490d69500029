/** Writes the subtitle files of a film as partial files: from its tracks, and from what people put beside it. */
import { dirname, join } from "node:path";
import { decodeText } from "../core/charset.ts";
import type { MediaInfo } from "../core/media-info.ts";
import { partialPath } from "../core/output-paths.ts";
import { planSidecars, type SidecarFormat, type SubtitleWish } from "../core/plan-subtitles.ts";
import { Problem } from "../core/problem.ts";
import { toTextSidecarArgs } from "../core/sidecar-args.ts";
import { type NeighbourSubtitle, neighbourSubtitles, planNeighbours } from "../core/subtitle-names.ts";
import { cleanSubtitles, MAX_SUBTITLE_BYTES, type SidecarText } from "../core/subtitle-text.ts";
import type { fileStat, removeFile, writePartial } from "../edges/library-write.ts";
import type { namesIn } from "../edges/subtitle-files.ts";
import { runForText, type TrackDeps, type TrackSource, takeOut } from "./subtitle-tracks.ts";

export type SidecarDeps = TrackDeps & {
  readonly fileStat: typeof fileStat;
  readonly removeFile: typeof removeFile;
  readonly writePartial: typeof writePartial;
  readonly namesIn: typeof namesIn;
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
  /** The track that is in the picture already; null for none. */
  readonly burned: number | null;
};

/** A partial file, and what its name will end with beside the published film. */
export type MadeSidecar = {
  readonly label: string;
  readonly ending: string;
  readonly path: string;
  /** It holds what only the film held; others were made of files that stay. */
  readonly isOfTrack: boolean;
};

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
    signal,
    partial: (label, ending) => {
      const path = partialPath(input.folder, input.sourcePath, input.token, dotted(label, ending));
      written.add(path);
      return path;
    },
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

type Bench = TrackSource & { readonly deps: SidecarDeps; readonly input: SidecarInput };

const dotted = (...parts: readonly string[]): string => parts.filter(Boolean).join(".");

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

/** One bad track costs only itself. */
const fromTracks = async (bench: Bench, taken: ReadonlySet<string>): Promise<MadeSidecars> => {
  const { deps, input } = bench;
  const wanted = planSidecars(input.media, input.wish, taken)
    .filter((each) => each.stream !== input.burned)
    .map((each) => ({ ...each, output: bench.partial(each.label, each.format) }));
  const broken = await takeOut(bench, wanted);
  const sidecars: MadeSidecar[] = [];
  for (const { stream, label, format, output } of wanted) {
    // Some lines of a text are better than none; half a file of pictures is not.
    const isLost = broken.has(stream) && !isTextFormat(format);
    if (!isLost && (await finish(deps, output, format)))
      sidecars.push({ label, ending: format, path: output, isOfTrack: true });
  }
  return {
    sidecars,
    unread: [...broken].map((stream) => `subtitle track ${stream} could not be read whole`),
  };
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
    await runForText(deps.ffmpeg, toTextSidecarArgs(text, source.ending, outputs), bench.signal);
    for (const { format, written, output } of outputs)
      if (await finish(deps, output, format))
        sidecars.push({ label: source.label, ending: written, path: output, isOfTrack: false });
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
  // ffmpeg has just written it: it is the disk that cannot be read.
  if (bytes === null && size <= MAX_SUBTITLE_BYTES) throw new Problem("io-error", path);
  if (bytes === null || format === "sup") return true;
  if (format === "mks")
    return bytes.some((_, start) => CLUSTER.every((each, offset) => bytes[start + offset] === each));
  const text = new TextDecoder().decode(bytes);
  const clean = cleanSubtitles(text, format);
  if (clean !== null && clean !== text) await deps.writePartial(path, clean);
  return clean !== null;
};
