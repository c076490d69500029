/** Brings an archived original back to its place, byte for byte; the converted film goes, as it can be made again. */
import { HELD_UNTIL } from "../core/lifecycle.ts";
import { Problem } from "../core/problem.ts";
import type { moveOriginal, removeFile } from "../edges/library-write.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Store } from "../edges/store/store.ts";
import { compareFile, type SameFileDeps, untouchedResult } from "./same-file.ts";

export type RestoreDeps = {
  readonly store: Pick<Store, "assets">;
  readonly files: SameFileDeps & {
    readonly moveOriginal: typeof moveOriginal;
    readonly removeFile: typeof removeFile;
  };
  /** Whether the library's folder can be believed; else the film would be put below a mount point, and hidden by its disk. */
  readonly isLibraryThere: () => Promise<boolean>;
  readonly now: () => number;
};

/**
 * Restores the original of an Archived asset to `sourcePath` (absolute). It then waits, so that it is not converted
 * again before a person says so. Throws Problem state-refuses, restore-failed (nothing is lost: it stays archived).
 */
export const restore = async (
  { store, files, isLibraryThere, now }: RestoreDeps,
  asset: Asset,
  sourcePath: string,
): Promise<Asset> => {
  if (asset.state !== "Archived") throw new Problem("state-refuses", `It is ${asset.state}, not Archived.`);
  if (asset.archivePath === null)
    throw new Problem("restore-failed", "The original was deleted, as the settings asked.");
  if (!(await files.fileStat(asset.archivePath)) && !(await files.fileStat(sourcePath)))
    throw new Problem("restore-failed", `The archived file ${asset.archivePath} is not there.`);
  const compare = async (path: string) =>
    asset.fingerprint === null ? "same" : compareFile(files, path, asset.fingerprint);
  // Before anything is moved: what a person put into the archive instead is theirs, and no original.
  if ((await compare(asset.archivePath)) === "other") throw notTheOriginal(asset.archivePath);
  if (!(await isLibraryThere()))
    throw new Problem(
      "restore-failed",
      `Its library is not there, as its disk may not be mounted: ${sourcePath}.`,
    );
  await files.moveOriginal(asset.archivePath, sourcePath, "restore-failed");
  // Another file may stand there while the archive is empty: then the converted film is the only copy.
  if ((await compare(sourcePath)) !== "same") throw notTheOriginal(sourcePath);
  for (const path of await untouchedResult(files, asset))
    if (path !== sourcePath) await files.removeFile(path);
  const back = await files.fileStat(sourcePath);
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
};

const notTheOriginal = (path: string): Problem =>
  new Problem("restore-failed", `The file at ${path} is not the original.`);
