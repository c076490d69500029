/** A file this program made of a film before, in a time its database does not know: it need not be made again. */
import type { MediaInfo } from "../core/media-info.ts";
import { finalPaths } from "../core/output-paths.ts";
import type { Wish } from "../core/plan.ts";
import { toProblem } from "../core/problem.ts";
import { judge } from "../core/verdict.ts";
import { claimedSeconds, durationTolerance } from "../core/verification-lengths.ts";
import type { Ffprobe } from "../edges/ffprobe.ts";
import type { fileStat } from "../edges/library-write.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Store } from "../edges/store/store.ts";

export type AdoptDeps = {
  /** null for what is no regular file. */
  readonly fileStat: typeof fileStat;
  readonly probe: Ffprobe["probe"];
  readonly assets: Pick<Store["assets"], "byOutputPath">;
};

export type AdoptInput = {
  readonly asset: Pick<Asset, "fingerprint" | "outputPath">;
  readonly source: MediaInfo;
  readonly sourcePath: string;
  /** The folder of the published file. */
  readonly folder: string;
  readonly wish: Wish;
};

export type EarlierResult = {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedUs: number;
};

/**
 * The first file under the names this film may be published by that says it was made of this very content, plays on
 * the household's devices, is as long as its source and is nobody's result yet; null when there is none, and for a film
 * that has a result: it is processed again. Throws Problem ffmpeg-missing, cancelled, interrupted; a file that cannot
 * be read is none of ours.
 */
export const findEarlierResult = async (
  { fileStat, probe, assets }: AdoptDeps,
  { asset, source, sourcePath, folder, wish }: AdoptInput,
  signal?: AbortSignal,
): Promise<EarlierResult | null> => {
  if (asset.fingerprint === null || asset.outputPath !== null) return null;
  for (const path of finalPaths(folder, sourcePath)) {
    const found = await fileStat(path);
    if (found === null) return null;
    if (assets.byOutputPath(path) !== null) continue;
    const media = await mediaOf(probe, path, signal);
    if (
      media !== null &&
      media.madeFrom === asset.fingerprint &&
      judge(media, wish).playable &&
      isAsLong(media, source)
    )
      return { path, ...found };
  }
  return null;
};

const ENDS_THE_SEARCH: ReadonlySet<string> = new Set([
  "ffmpeg-missing",
  "cancelled",
  "interrupted",
  "internal",
]);

const mediaOf = async (
  probe: Ffprobe["probe"],
  path: string,
  signal?: AbortSignal,
): Promise<MediaInfo | null> => {
  try {
    return (await probe(path, signal)).media;
  } catch (thrown) {
    const problem = toProblem(thrown);
    if (ENDS_THE_SEARCH.has(problem.code)) throw problem;
    return null;
  }
};

const isAsLong = (made: MediaInfo, source: MediaInfo): boolean => {
  const [own, wanted] = [claimedSeconds(made), claimedSeconds(source)];
  return own !== null && wanted !== null && Math.abs(own - wanted) <= durationTolerance(source);
};
