/**
 * Brings an archived original back to its place, byte for byte, and takes the converted film out of the library. The wish
 * is written down first and every step may be repeated, so that a restart carries it through.
 */
import { HELD_UNTIL } from "../core/lifecycle.ts";
import { folderOf, homeOf, setAsidePaths } from "../core/output-paths.ts";
import { Problem, toProblem } from "../core/problem.ts";
import { type Destination, holdDestination } from "../edges/destination.ts";
import type { moveOriginal } from "../edges/library-write.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Store } from "../edges/store/store.ts";
import { type NamedFolderDeps, requireArchive, requireFolder } from "./named-folder.ts";
import { compareFile, type SameFileDeps, untouchedResult } from "./same-file.ts";

export type RestoreDeps = {
  readonly store: Pick<Store, "archive" | "assets" | "restores" | "transaction">;
  readonly files: SameFileDeps &
    NamedFolderDeps["files"] & {
      readonly moveOriginal: typeof moveOriginal;
    };
  /**
   * Whether the film's place can be believed, or that of another file of the library (relative); else it would be put below
   * a mount point, and hidden by its disk.
   */
  readonly isLibraryThere: (path?: string) => Promise<boolean>;
  /** Called before the first file is touched: from then on the wish is only forgotten where it is refused. */
  readonly onBegun?: () => void;
  readonly now: () => number;
};

/** Refuses what cannot be restored at all. Throws Problem state-refuses, restore-failed. */
export const restorable = (asset: Asset): { readonly archivePath: string } => {
  if (asset.state !== "Archived") throw new Problem("state-refuses", `It is ${asset.state}, not Archived.`);
  if (asset.archivePath === null)
    throw new Problem("restore-failed", "The original was deleted, as the settings asked.");
  return { archivePath: asset.archivePath };
};

/**
 * Restores the original of an Archived asset to `sourcePath` (absolute). It then waits, so that it is not converted again
 * before a person says so. The wish stays until then; whoever asked takes it back where trying again is of no use. Throws
 * Problem state-refuses, restore-failed (refused: it stays archived); root-missing, folder-away, file-missing (a disk may be
 * away: that of the library, of the archive or of the results);
 * publish-failed (the original is back, the converted film could not be set aside); io-error, permission-denied.
 */
export const restore = async (deps: RestoreDeps, asset: Asset, sourcePath: string): Promise<Asset> => {
  const { store, files, now } = deps;
  const { archivePath } = restorable(asset);
  // Nothing waits between these two: what removes originals asks for wishes in the same breath.
  store.restores.ask(asset.id, now());
  if (store.archive.byPath(archivePath)?.removal?.step === "removing")
    throw new Problem("restore-failed", "It is being removed, as its days in the archive are over.");
  const library = await holdLibrary(deps, asset, sourcePath);
  // Of a result on a disk that is away nothing could be set aside, and the undo would forget it.
  await requireResult(deps, asset, sourcePath, library);
  await bringBack(deps, { asset, archivePath, sourcePath }, library);
  await setAside(deps, asset, sourcePath, library);
  const back = await files.fileStat(sourcePath);
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
      ...(asset.outputPath !== null && { data: { output: asset.outputPath } }),
    });
    if (result.kind !== "moved")
      throw new Problem("state-refuses", result.kind === "refused" ? result.message : "");
    return result.asset;
  });
};

const requireLibrary = async (
  { isLibraryThere }: RestoreDeps,
  sourcePath: string,
  path?: string,
): Promise<void> => {
  if (!(await isLibraryThere(path)))
    throw new Problem("root-missing", `The disk of its library may not be mounted: ${sourcePath}.`);
};

/** The library, which has to be this very folder until the end: one that is emptied meanwhile may be a mount point. */
const holdLibrary = async (deps: RestoreDeps, asset: Asset, sourcePath: string): Promise<Destination> => {
  const base = homeOf(sourcePath, asset.path);
  const prove = () => requireLibrary(deps, sourcePath);
  return { base, prove: await holdDestination({ base, prove }, "folder") };
};

type Undo = { readonly asset: Asset; readonly archivePath: string; readonly sourcePath: string };

const bringBack = async (
  deps: RestoreDeps,
  { asset, archivePath, sourcePath }: Undo,
  into: Destination,
): Promise<void> => {
  const { store, files } = deps;
  await into.prove();
  const compare = async (path: string) => {
    if (asset.fingerprint !== null) return compareFile(files, path, asset.fingerprint);
    return (await files.fileStat(path)) ? "same" : "missing";
  };
  // Before anything is moved: what a person put into the archive instead is theirs, and no original.
  const archived = await compare(archivePath);
  if (archived === "other") throw notTheOriginal(archivePath);
  if (archived === "missing" && (await compare(sourcePath)) !== "same") {
    await requireArchive({ store, files }, { sourcePath, archivePath }, asset.path, true);
    // The converted film may be the only copy: it stays.
    throw new Problem("file-missing", `The archived file ${archivePath} is not there.`);
  }
  deps.onBegun?.();
  await files.moveOriginal(archivePath, sourcePath, "restore-failed", into);
  const back = await compare(sourcePath);
  // Its disk may have gone right after.
  if (back === "missing") await into.prove();
  if (back !== "same") throw notTheOriginal(sourcePath);
};

const notTheOriginal = (path: string): Problem =>
  new Problem("restore-failed", `The file at ${path} is not the original.`);

/** Proves the folder of each file of a result that is neither in its place nor set aside: of one that is there it is gone. */
const requireResult = async (
  deps: RestoreDeps,
  asset: Asset,
  sourcePath: string,
  { base: root, prove }: Destination,
): Promise<void> => {
  const { files } = deps;
  for (const path of [asset.outputPath, ...asset.sidecarPaths]) {
    if (path === null || (await files.fileStat(path)) || (await isSetAside(deps, asset, path))) continue;
    // On a disk of its own in the library it may be.
    if (path.startsWith(`${root}/`)) {
      await prove();
      await requireLibrary(deps, sourcePath, path.slice(root.length + 1));
    } else await requireFolder(deps, homeOf(path, asset.path), true);
  }
};

const isSetAside = async ({ store, files }: RestoreDeps, { id }: Asset, path: string): Promise<boolean> => {
  for (const each of setAsidePaths(path))
    if (store.archive.byPath(each)?.assetId === id && (await files.fileStat(each))) return true;
  return false;
};

/** Takes the published film and its sidecars out of the library, as far as they are as we left them. */
const setAside = async (
  deps: RestoreDeps,
  asset: Asset,
  sourcePath: string,
  library: Destination,
): Promise<void> => {
  // The film last: by it the sidecars are known to be ours, also when this is done again after a crash.
  for (const { path } of (await untouchedResult(deps.files, asset)).toReversed()) {
    const found = path === sourcePath ? null : await deps.files.fileStat(path);
    if (found) await setAsideFile(deps, asset, { path, ...found });
  }
  // To bring the original back may have taken minutes.
  await requireResult(deps, asset, sourcePath, library);
};

/** While a file is seen in its place its folder is there. */
const beside = (files: RestoreDeps["files"], path: string): Destination => ({
  base: folderOf(path),
  prove: async () => {
    if (!(await files.fileStat(path))) throw new Problem("folder-away", `${path} is not there any more.`);
  },
});

const setAsideFile = async (
  { store, files, now }: RestoreDeps,
  { id, library }: Asset,
  file: { readonly path: string; readonly sizeBytes: number; readonly modifiedUs: number },
): Promise<void> => {
  for (const path of setAsidePaths(file.path)) {
    const isBegun = store.archive.byPath(path)?.assetId === id;
    if (!isBegun && (await files.fileStat(path))) continue;
    // Written first: what lies there is known, also after a crash.
    store.archive.setAside({ ...file, path, assetId: id, library, since: now() });
    try {
      return await files.moveOriginal(file.path, path, "publish-failed", beside(files, file.path));
    } catch (thrown) {
      // Of an undo before this one: that file stays, and this one gets the next name.
      if (isBegun && toProblem(thrown).code === "publish-failed") continue;
      // What has the name by now may be ours, half done.
      if (!(await files.fileStat(path))) store.archive.forget(path);
      throw thrown;
    }
  }
  throw new Problem("publish-failed", `Every name for ${file.path} among the files set aside is taken.`);
};
