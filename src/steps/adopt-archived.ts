/** After a backup of the database was put back: films whose originals went to the archive since, as it does not know. */
import { join, relative } from "node:path";
import { isOfTheDatabase } from "../core/database-problems.ts";
import type { MediaInfo } from "../core/media-info.ts";
import { archivePath, outputFolder } from "../core/output-paths.ts";
import type { Wish } from "../core/plan.ts";
import { Problem, toProblem } from "../core/problem.ts";
import type { LibrarySettings } from "../core/settings.ts";
import type { Ffprobe } from "../edges/ffprobe.ts";
import type { fingerprintFile, statRoot, walkLibrary } from "../edges/library-walk.ts";
import type { fileStat } from "../edges/library-write.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Store } from "../edges/store/store.ts";
import { type EarlierResult, findEarlierResult } from "./adopt.ts";
import { assessedFields, assessMedia } from "./assess.ts";

export type AdoptArchivedDeps = {
  readonly store: Pick<Store, "assets" | "probes" | "transaction">;
  readonly walkLibrary: typeof walkLibrary;
  readonly statRoot: typeof statRoot;
  readonly fileStat: typeof fileStat;
  readonly fingerprintFile: typeof fingerprintFile;
  readonly probe: Ffprobe["probe"];
  readonly newToken: () => string;
  readonly now: () => number;
};

export type AdoptArchivedInput = {
  readonly name: string;
  readonly library: Pick<LibrarySettings, "root" | "archive" | "output">;
  readonly wish: Wish;
};

type Original = {
  /** Where it was in the library. */
  readonly path: string;
  readonly archivePath: string;
  readonly sizeBytes: number;
  readonly modifiedUs: number;
  readonly fingerprint: string;
};

/**
 * Makes each original in the archive of a library an Archived film again whose published film says that it was made of
 * it. Nothing is moved, written or removed but rows. Gives how many, or null when the library or its archive is away.
 */
export const adoptArchived = async (
  deps: AdoptArchivedDeps,
  input: AdoptArchivedInput,
): Promise<number | null> => {
  const { root, archive } = input.library;
  const folder = archivePath(root, "", archive);
  const found = await deps.statRoot(root);
  if (found.kind !== "ok" || found.isEmpty) return null;
  const kept = await deps.statRoot(folder);
  // The usual archive is in the library: where it is not there, nothing was archived.
  if (kept.kind !== "ok") return kept.kind === "missing" && archive === "" ? 0 : null;
  // One that the settings name may be the mount point of a disk that is away.
  if (kept.isEmpty && archive !== "") return null;
  let adopted = 0;
  for await (const batch of deps.walkLibrary({ root: folder, depth: "max", rule: "everything" }))
    for (const entry of batch)
      if (entry.kind === "file" && (await adoptOne(deps, input, folder, entry.path).catch(isNotAdopted)))
        adopted++;
  return adopted;
};

/** One file that cannot be read, or is no film, keeps no other from being recognised. */
const isNotAdopted = (thrown: unknown): false => {
  const { code } = toProblem(thrown);
  if (code === "internal" || code === "ffmpeg-missing" || isOfTheDatabase(code)) throw thrown;
  return false;
};

const adoptOne = async (
  deps: AdoptArchivedDeps,
  input: AdoptArchivedInput,
  archive: string,
  path: string,
): Promise<boolean> => {
  const { store, fileStat, probe } = deps;
  const { root, output } = input.library;
  const archived = join(archive, path);
  // What the row of a film says whose file is not in its place is as old as the backup.
  const row = store.assets.byPath(input.name, path);
  if (row?.state === "Archived" || row?.state === "Processing") return false;
  const sourcePath = join(root, path);
  const found = await fileStat(archived);
  if (found === null || (await fileStat(sourcePath)) !== null) return false;
  const folder = outputFolder(root, path, output);
  const fingerprint = await deps.fingerprintFile(archived, found.sizeBytes);
  const media = store.probes.get(fingerprint)?.media ?? (await probe(archived)).media;
  const ofAnother = (published: string): Asset | null => {
    const owner = store.assets.byOutputPath(published);
    return owner?.id === row?.id ? null : owner;
  };
  const result = await findEarlierResult(
    { fileStat, probe, assets: { byOutputPath: ofAnother } },
    { asset: { fingerprint, outputPath: null }, source: media, sourcePath, folder, wish: input.wish },
  );
  if (result === null) return false;
  const original = { path, archivePath: archived, ...found, fingerprint };
  store.transaction(() => link(deps, input, original, media, result));
  return true;
};

/** The ways of a film's life, in one step: what the database has forgotten did happen. */
const link = (
  { store, newToken, now }: AdoptArchivedDeps,
  { name, library, wish }: AdoptArchivedInput,
  { path, archivePath: archived, ...content }: Original,
  media: MediaInfo,
  result: EarlierResult,
): void => {
  const { assets } = store;
  const at = now();
  const mistaken = assets.byPath(name, relative(library.root, result.path));
  if (mistaken) assets.apply(mistaken.id, "gone", { now: at, data: { reason: "our own result" } });
  const asset = assets.byPath(name, path) ?? assets.insert({ library: name, path, ...content, foundAt: at });
  assets.touch(asset.id, content);
  queue(assets, asset, media, wish, at);
  const token = newToken();
  assets.claim({ works: ["copy", "audio", "video"], token, now: at, id: asset.id });
  const archivedAsset = assets.apply(asset.id, "published-moved", {
    now: at,
    token,
    outputPath: result.path,
    outputSizeBytes: result.sizeBytes,
    outputModifiedUs: result.modifiedUs,
    resultBytes: result.sizeBytes,
    sidecarPaths: [],
    archivePath: archived,
    data: { adopted: true },
  });
  if (archivedAsset.kind === "refused") throw new Problem("state-refuses", archivedAsset.message);
};

const queue = (assets: Store["assets"], asset: Asset, media: MediaInfo, wish: Wish, now: number): void => {
  const fields = assessedFields(assessMedia(media, wish, false));
  // By the settings of now nothing might be done; something was.
  const work = fields.work === "none" || fields.work === "impossible" ? "copy" : fields.work;
  if (asset.state === "New") assets.apply(asset.id, "assessed-needs-work", { now, ...fields, work });
  else if (asset.state !== "Queued") assets.apply(asset.id, "reprocess", { now, ...fields, work });
  assets.touch(asset.id, { work, availableAt: null });
};
