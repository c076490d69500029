/**
 * Brings an archived original back to its place, byte for byte, and takes the converted film out of the library. The wish
 * is written down first and every step may be repeated, so that a restart carries it through.
 */
import { HELD_UNTIL } from "../core/lifecycle.ts";
import { setAsidePaths } from "../core/output-paths.ts";
import { Problem } from "../core/problem.ts";
import type { moveOriginal } from "../edges/library-write.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Store } from "../edges/store/store.ts";
import { compareFile, type SameFileDeps, untouchedResult } from "./same-file.ts";

export type RestoreDeps = {
  readonly store: Pick<Store, "archive" | "assets" | "restores" | "transaction">;
  readonly files: SameFileDeps & {
    readonly moveOriginal: typeof moveOriginal;
  };
  /** Whether the library's folder can be believed; else the film would be put below a mount point, and hidden by its disk. */
  readonly isLibraryThere: () => Promise<boolean>;
  readonly now: () => number;
};

/** Where the original was, absolute, and where the library's published files lie. */
export type RestorePlace = { readonly sourcePath: string; readonly root: string; readonly output: string };

/** Refuses what cannot be restored at all. Throws Problem state-refuses, restore-failed. */
export const restorable = (asset: Asset): { readonly archivePath: string } => {
  if (asset.state !== "Archived") throw new Problem("state-refuses", `It is ${asset.state}, not Archived.`);
  if (asset.archivePath === null)
    throw new Problem("restore-failed", "The original was deleted, as the settings asked.");
  return { archivePath: asset.archivePath };
};

/**
 * Restores the original of an Archived asset. It then waits, so that it is not converted again before a person says so.
 * Throws Problem state-refuses, restore-failed (nothing is lost: it stays archived), io-error, permission-denied, disk-full.
 */
export const restore = async (deps: RestoreDeps, asset: Asset, place: RestorePlace): Promise<Asset> => {
  const { store, files, now } = deps;
  const { archivePath } = restorable(asset);
  store.restores.ask(asset.id, now());
  await bringBack(deps, asset, archivePath, place.sourcePath).catch((thrown: unknown) => {
    // Once the original is back, the rest is tried until it is done; before, the wish is refused.
    store.restores.remove(asset.id);
    throw thrown;
  });
  await setAside(deps, asset, place);
  const back = await files.fileStat(place.sourcePath);
  return store.transaction(() => {
    store.restores.remove(asset.id);
    store.archive.dropRemoval(archivePath);
    const result = store.assets.apply(asset.id, "restored", {
      now: now(),
      availableAt: HELD_UNTIL,
      outputPath: null,
      outputSizeBytes: null,
      outputModifiedUs: null,
      sidecarPaths: [],
      ...(back ?? {}),
    });
    if (result.kind !== "moved")
      throw new Problem("state-refuses", result.kind === "refused" ? result.message : "");
    return result.asset;
  });
};

const bringBack = async (
  { files, isLibraryThere }: RestoreDeps,
  asset: Asset,
  archivePath: string,
  sourcePath: string,
): Promise<void> => {
  if (!(await files.fileStat(archivePath)) && !(await files.fileStat(sourcePath)))
    throw new Problem("restore-failed", `The archived file ${archivePath} is not there.`);
  const compare = async (path: string) =>
    asset.fingerprint === null ? "same" : compareFile(files, path, asset.fingerprint);
  // Before anything is moved: what a person put into the archive instead is theirs, and no original.
  if ((await compare(archivePath)) === "other") throw notTheOriginal(archivePath);
  if (!(await isLibraryThere()))
    throw new Problem(
      "restore-failed",
      `Its library is not there, as its disk may not be mounted: ${sourcePath}.`,
    );
  await files.moveOriginal(archivePath, sourcePath, "restore-failed");
  // Another file may stand there while the archive is empty: then the converted film is the only copy.
  if ((await compare(sourcePath)) !== "same") throw notTheOriginal(sourcePath);
};

/** Takes the published film and its sidecars out of the library, as far as they are as we left them. */
const setAside = async (
  deps: RestoreDeps,
  asset: Asset,
  { sourcePath, root, output }: RestorePlace,
): Promise<void> => {
  // The film last: by it the sidecars are known to be ours, also when this is done again after a crash.
  for (const path of (await untouchedResult(deps.files, asset)).toReversed()) {
    if (path === sourcePath) continue;
    const found = await deps.files.fileStat(path);
    if (found) await setAsideFile(deps, asset, { path, ...found }, setAsidePaths(root, output, path));
  }
};

const setAsideFile = async (
  { store, files, now }: RestoreDeps,
  { id, library }: Asset,
  file: { readonly path: string; readonly sizeBytes: number; readonly modifiedUs: number },
  names: readonly string[],
): Promise<void> => {
  for (const path of names) {
    if (await files.fileStat(path)) continue;
    // Written first: what lies there is known, also after a crash.
    store.archive.setAside({ ...file, path, assetId: id, library, since: now() });
    return files.moveOriginal(file.path, path, "restore-failed");
  }
  throw new Problem("restore-failed", `Every name for ${file.path} among the files set aside is taken.`);
};

const notTheOriginal = (path: string): Problem =>
  new Problem("restore-failed", `The file at ${path} is not the original.`);
