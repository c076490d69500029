/**
 * The folders that the settings name for results and for originals. A person makes them: where the disk of one is away
 * its mount point is missing or empty, and what is put there is hidden by the disk when it comes back.
 */
import { join } from "node:path";
import { namedArchive, SET_ASIDE } from "../core/output-paths.ts";
import { Problem } from "../core/problem.ts";
import type { statRoot } from "../edges/library-walk.ts";
import type { JournalEntry } from "../edges/store/journal.ts";
import type { Store } from "../edges/store/store.ts";

export type NamedFolderDeps = {
  readonly store: Pick<Store, "archive">;
  readonly files: { readonly statRoot: typeof statRoot };
};

/**
 * Proves that such a folder is there. One that is empty may be new, unless files are known in it; `isUsed` says that
 * there must be some, if it is not the very folder `identity`. That is not asked for otherwise, as that of a share is
 * another at every start. Throws Problem folder-away, permission-denied, io-error.
 */
export const requireFolder = async (
  { store, files }: NamedFolderDeps,
  folder: string,
  isUsed = false,
  identity: string | null = null,
): Promise<void> => {
  const found = await files.statRoot(folder);
  if (found.kind === "unreadable") throw new Problem(found.code, folder);
  if (found.kind === "missing") throw new Problem("folder-away", `There is no folder ${folder}.`);
  const mustHoldSome = (isUsed && found.identity !== identity) || store.archive.hasFilesIn(folder);
  if (!found.isEmpty || !mustHoldSome) return;
  // When all was undone, nothing is in it but what was set aside, which is hidden.
  const setAside = await files.statRoot(join(folder, SET_ASIDE));
  if (setAside.kind !== "ok" || setAside.isEmpty)
    throw new Problem("folder-away", `${folder} is empty, though files are known to be in it.`);
};

/** The same of the folder in which an original has or gets its place; the hidden one of a library is made by us. */
export const requireArchive = async (
  deps: NamedFolderDeps,
  {
    sourcePath,
    archivePath,
    archiveFolder,
  }: Pick<JournalEntry, "sourcePath" | "archivePath"> & Partial<Pick<JournalEntry, "archiveFolder">>,
  path: string,
  isUsed: boolean,
): Promise<void> => {
  const folder = archivePath === null ? null : namedArchive(sourcePath, archivePath, path);
  if (folder !== null) await requireFolder(deps, folder, isUsed, archiveFolder);
};
