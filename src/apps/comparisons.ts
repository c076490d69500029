/** Comparisons of pictures that people ask for: one at a time, a few in line, and what was made is kept for a while. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { Problem, type ProblemValue, toProblem } from "../core/problem.ts";
import { openInside } from "../edges/film-file.ts";
import { makePair } from "../edges/frame-pairs.ts";
import { type Compared, openPictureCache, type Side } from "../edges/picture-cache.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import { comparePictures, type Place } from "../steps/compare-pictures.ts";
import { assessedNow } from "./explain.ts";
import { libraryOf, type Running } from "./running.ts";

export type Comparison =
  /** There are not two files to compare, and why. */
  | { readonly kind: "impossible"; readonly why: string }
  | { readonly kind: "possible" }
  | { readonly kind: "making"; readonly pairs: number }
  | { readonly kind: "failed"; readonly problem: ProblemValue }
  | { readonly kind: "made"; readonly key: string; readonly compared: Compared };

export type Comparisons = {
  /** Starts nothing. */
  readonly of: (asset: Asset) => Comparison;
  /** Begins in the background; changes of the film are told. Throws Problem state-refuses, pictures-not-made. */
  readonly start: (asset: Asset) => void;
  readonly kept: () => Promise<{ readonly count: number; readonly bytes: number }>;
  /** A JPEG; null when there is none. */
  readonly picture: (asset: Asset, moment: number, side: Side) => Promise<Buffer | null>;
};

type Around = Pick<Running, "settings" | "store" | "encoder" | "ffmpeg" | "ffprobe" | "signal" | "changed">;

export type ComparisonLoop = Comparisons & { readonly idle: () => Promise<void> };

/** More than these wait for nobody: a person looks at one film at a time. */
const IN_LINE_MAX = 4;
const FAILED_KEPT = 50;

/** The same two files have the same key. */
const keyOf = (asset: Asset): string =>
  `${asset.id}-${createHash("sha256")
    .update(
      JSON.stringify([asset.fingerprint, asset.outputPath, asset.outputSizeBytes, asset.outputModifiedUs]),
    )
    .digest("hex")
    .slice(0, 16)}`;

const placesOf = (
  running: Around,
  asset: Asset,
): { readonly source: Place; readonly result: Place } | string => {
  const library = libraryOf(running, asset);
  if (!library || asset.outcome !== "converted" || asset.outputPath === null)
    return "There is no new file to compare with.";
  const root = library.output === "beside" ? library.root : library.output;
  const result = { path: asset.outputPath, root };
  if (asset.state !== "Archived")
    return { result, source: { path: join(library.root, asset.path), root: library.root } };
  if (asset.archivePath === null) return "The original is gone: there is nothing to compare with.";
  const archive = library.archive === "" ? library.root : library.archive;
  return { result, source: { path: asset.archivePath, root: archive } };
};

/** The comparisons of one orchestrator; pictures go to `pictures` in its data folder. */
export const createComparisons = (running: Around, dataDirectory: string): ComparisonLoop => {
  const cache = openPictureCache(join(dataDirectory, "pictures"));
  const { ffmpeg, ffprobe, signal } = running;
  const deps = {
    openInside,
    probe: ffprobe.probe,
    makePair: (input: Parameters<typeof makePair>[1], stop: AbortSignal) => makePair(ffmpeg, input, stop),
    cache,
  };
  const making = new Map<string, number>();
  const failed = new Map<string, ProblemValue>();
  let line: Promise<void> = Promise.resolve();
  const told = (asset: Asset): void => running.changed({ kind: "asset", assetId: asset.id });

  const make = async (asset: Asset, key: string): Promise<void> => {
    try {
      const places = placesOf(running, asset);
      const assessment = assessedNow(running, asset);
      signal.throwIfAborted();
      if (typeof places === "string" || !assessment)
        throw new Problem("pictures-not-made", typeof places === "string" ? places : "");
      const onPair = (pairs: number): void => {
        making.set(key, pairs);
        told(asset);
      };
      const { media, plan } = assessment;
      await comparePictures(deps, { key, ...places, media, plan, onPair }, signal);
    } catch (thrown) {
      const { code, detail } = toProblem(thrown);
      if (!signal.aborted) failed.set(key, { code, detail });
      const [oldest] = failed.keys();
      if (failed.size > FAILED_KEPT && oldest !== undefined) failed.delete(oldest);
    } finally {
      making.delete(key);
      told(asset);
    }
  };

  const of = (asset: Asset): Comparison => {
    const places = placesOf(running, asset);
    if (typeof places === "string") return { kind: "impossible", why: places };
    const key = keyOf(asset);
    const pairs = making.get(key);
    if (pairs !== undefined) return { kind: "making", pairs };
    const compared = cache.of(key);
    if (compared) return { kind: "made", key, compared };
    const problem = failed.get(key);
    return problem ? { kind: "failed", problem } : { kind: "possible" };
  };
  return {
    of,
    start: (asset) => {
      const now = of(asset);
      if (now.kind === "impossible") throw new Problem("state-refuses", now.why);
      if (now.kind === "making" || now.kind === "made") return;
      if (making.size >= IN_LINE_MAX)
        throw new Problem(
          "pictures-not-made",
          "Pictures of other films are being made; ask again in a minute.",
        );
      const key = keyOf(asset);
      failed.delete(key);
      making.set(key, 0);
      line = line.then(() => make(asset, key));
      told(asset);
    },
    picture: async (asset, moment, side) => {
      const now = of(asset);
      return now.kind === "made" ? cache.read(now.key, moment, side) : null;
    },
    kept: cache.kept,
    idle: () => line,
  };
};
