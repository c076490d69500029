/** Compares a film with what was made of it at five moments. Reads both, changes nothing but our own folder of pictures. */
import { momentsOf, pairNotes, pairShape, pictureDelay } from "../core/frame-pairs.ts";
import { highestFrameRate } from "../core/judge-video.ts";
import { type MediaInfo, mainVideo } from "../core/media-info.ts";
import type { ConversionPlan } from "../core/plan.ts";
import { Problem, toProblem } from "../core/problem.ts";
import type { openInside } from "../edges/film-file.ts";
import type { OpenedFilm, PairInput } from "../edges/frame-pairs.ts";
import type { Compared, PictureCache } from "../edges/picture-cache.ts";

export type CompareDeps = {
  readonly openInside: typeof openInside;
  readonly probe: (path: string, signal: AbortSignal) => Promise<{ readonly media: MediaInfo }>;
  readonly makePair: (input: PairInput, signal: AbortSignal) => Promise<number | null>;
  readonly cache: PictureCache;
};

/** A file, and the folder it must lie in. */
export type Place = { readonly path: string; readonly root: string };

export type CompareInput = {
  readonly key: string;
  readonly source: Place;
  readonly result: Place;
  /** The source's, and how it was planned. */
  readonly media: MediaInfo;
  readonly plan: ConversionPlan;
  /** Called when a pair is made, with how many there are. */
  readonly onPair: (made: number) => void;
};

/**
 * Makes the pairs and keeps them under `key`. Throws Problem pictures-not-made, file-missing, file-unreadable, interrupted,
 * ffmpeg-missing.
 */
export const comparePictures = async (
  deps: CompareDeps,
  input: CompareInput,
  signal: AbortSignal,
): Promise<Compared> => {
  const source = await opened(deps, input.source);
  try {
    const result = await opened(deps, input.result);
    try {
      return await compareOpened(deps, input, { source, result }, signal);
    } finally {
      await result.file.close();
    }
  } finally {
    await source.file.close();
  }
};

const opened = async ({ openInside }: CompareDeps, { path, root }: Place): Promise<OpenedFilm> => ({
  path,
  file: await openInside(path, root),
});

const compareOpened = async (
  { probe, makePair, cache }: CompareDeps,
  { key, media, plan, onPair }: CompareInput,
  files: Pick<PairInput, "source" | "result">,
  signal: AbortSignal,
): Promise<Compared> => {
  const made = (await probe(files.result.path, signal)).media;
  const before = media.streams.find((each) => each.index === plan.video?.stream);
  const after = mainVideo(made);
  if (before?.kind !== "video" || after === null)
    throw new Problem("pictures-not-made", "One of the files has no picture.");
  const shape = pairShape(before, plan, after);
  const length = Math.min(media.durationSeconds ?? 0, made.durationSeconds ?? 0);
  const moments = momentsOf(length, highestFrameRate(before));
  const [sourceDelay, resultDelay] = [pictureDelay(media, before), pictureDelay(made, after)];
  const rate = highestFrameRate(after);
  const neighbour = rate > 0 ? 1 / rate : 0;
  const folder = await cache.begin(key);
  try {
    const pairs: { seconds: number; ssim: number | null }[] = [];
    for (const [moment, seconds] of moments.entries()) {
      const [one, other] = [cache.placeOf(folder, moment, "before"), cache.placeOf(folder, moment, "after")];
      const atSeconds = [seconds + sourceDelay, Math.max(0, seconds + resultDelay - neighbour)] as const;
      const input = { ...files, stream: before.index, atSeconds, shape, before: one, after: other };
      pairs.push({ seconds, ssim: await makePair(input, signal) });
      onPair(pairs.length);
    }
    const compared: Compared = {
      pairs,
      notes: pairNotes(before, plan, after),
      width: shape.shownWidth,
      height: shape.shownHeight,
    };
    await cache.keep(key, folder, compared);
    return compared;
  } catch (thrown) {
    await cache.drop(folder);
    throw toProblem(thrown);
  }
};
