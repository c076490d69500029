/** Whether a file is the one that was meant, by its content: asked before anything is moved or removed. */
import { toProblem } from "../core/problem.ts";
import type { fingerprintFile } from "../edges/library-walk.ts";
import type { fileStat } from "../edges/library-write.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { JournalEntry } from "../edges/store/journal.ts";
import type { Store } from "../edges/store/store.ts";

export type SameFileDeps = {
  readonly fileStat: typeof fileStat;
  readonly fingerprintFile: typeof fingerprintFile;
};

/**
 * `same`, `other` content (or a time other than `modifiedUs`, where one is given), or `missing`. Throws Problem io-error,
 * permission-denied, file-unreadable.
 */
export const compareFile = async (
  files: SameFileDeps,
  path: string,
  fingerprint: string,
  modifiedUs: number | null = null,
): Promise<"same" | "other" | "missing"> => {
  const found = await files.fileStat(path);
  if (!found) return "missing";
  if (modifiedUs !== null && found.modifiedUs !== modifiedUs) return "other";
  try {
    if ((await files.fingerprintFile(path, found.sizeBytes)) !== fingerprint) return "other";
    // What was read may have another file in its place by now.
    const now = await files.fileStat(path);
    return now?.sizeBytes === found.sizeBytes && now.modifiedUs === found.modifiedUs ? "same" : "other";
  } catch (thrown) {
    const { code } = toProblem(thrown);
    if (code === "source-changed") return "other";
    if (code === "file-missing") return "missing";
    throw thrown;
  }
};

/**
 * `compareFile` for the source of a publication. Its time is compared too, as what was written between the sampled blocks
 * shows in nothing else; the row has it, as no scan touches the row of a film in work.
 */
export const compareSource = async (
  files: SameFileDeps,
  { assets }: Pick<Store, "assets">,
  { assetId, sourcePath, sourceFingerprint }: JournalEntry,
): Promise<"same" | "other" | "missing"> => {
  const asset = assets.byId(assetId);
  return asset ? compareFile(files, sourcePath, sourceFingerprint, asset.modifiedUs) : "other";
};

/** A file of ours, as it was when it was looked at. */
type OwnFile = JournalEntry["superseded"][number];

/**
 * The published film and the sidecars of an asset that are as we left them. A film that a person changed is theirs, and
 * its sidecars with it.
 */
export const untouchedResult = async (files: SameFileDeps, asset: Asset): Promise<readonly OwnFile[]> => {
  const { outputPath: path, outputSizeBytes, outputModifiedUs } = asset;
  if (path === null || outputSizeBytes === null) return untouchedSidecars(files, asset);
  const film = await files.fileStat(path);
  if (film?.sizeBytes !== outputSizeBytes || film.modifiedUs !== outputModifiedUs) return [];
  return [{ path, ...film }, ...(await untouchedSidecars(files, asset))];
};

/**
 * The sidecars of an asset that are as we left them. One has the time of the film it was made with, and what it was
 * published with in it; any other was corrected or replaced by a person and is theirs. So is one that a person closed to us.
 * Throws Problem io-error: a disk that fails for a moment does not make a person's file of ours.
 */
export const untouchedSidecars = async (files: SameFileDeps, asset: Asset): Promise<readonly OwnFile[]> => {
  const madeUs = asset.outputModifiedUs ?? asset.modifiedUs;
  const ours: OwnFile[] = [];
  for (const [index, path] of asset.sidecarPaths.entries()) {
    const found = await files.fileStat(path);
    if (found?.modifiedUs !== madeUs) continue;
    const fingerprint = asset.sidecarFingerprints[index] || null;
    const compared =
      fingerprint === null ? "same" : await compareFile(files, path, fingerprint, madeUs).catch(ofAPerson);
    if (compared === "same") ours.push({ path, ...found });
  }
  return ours;
};

const ofAPerson = (thrown: unknown): "other" => {
  if (toProblem(thrown).code === "io-error") throw thrown;
  return "other";
};
