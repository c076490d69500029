/**
 * Looks through some folders of a library as a scan looks through all of it, and takes nothing away that a scan of all
 * would not. Where anything about the root or its disks is not as at the last scan, that is left to a scan of all.
 */
import { join } from "node:path";
import { above, type DirtyFolder, dirtyFolders, isFolderPath, parentOf } from "../core/dirty-folders.ts";
import type { FolderRow } from "../edges/store/asset-folder.ts";
import { walk } from "./scan.ts";
import { newScan, type Scan, type ScanDeps, type ScanInput, type ScanReport } from "./scan-context.ts";
import { settleOutputs } from "./scan-outputs.ts";
import { resolveDeferred } from "./scan-resolve.ts";
import { isMounted } from "./scan-root.ts";

/** More folders than these at once are the whole library. */
export const FOLDERS_MAX = 2000;

/** Whether the root, and every disk that was mounted in it, is as it was at the last scan. */
const isAsBefore = async ({ store, statRoot }: ScanDeps, { name, library }: ScanInput): Promise<boolean> => {
  const before = store.roots.get(name);
  if (before === null || before.root !== library.root || before.problemCode !== null) return false;
  const root = await statRoot(library.root);
  if (root.kind !== "ok" || root.isEmpty || root.identity !== before.identity) return false;
  for (const mount of before.mounts)
    if (!(await isMounted(statRoot, join(library.root, mount)))) return false;
  return true;
};

/** Whether the walk of a scan would enter the folder. */
const isEntered = (scan: Scan, path: string): boolean =>
  path === "" ||
  (!scan.isIgnored(path, "folder") &&
    [...above(path)].every((each) => each === "" || !scan.isIgnored(each, "folder")));

/**
 * The folders to read: of one that is gone, or that a link leads to, the nearest that is there. Null where one lies on
 * a disk of which no scan knows.
 */
const foldersToRead = async (
  scan: Scan,
  folders: readonly DirtyFolder[],
): Promise<readonly DirtyFolder[] | null> => {
  const { deps, input } = scan;
  const before = deps.store.roots.get(input.name);
  const found = new Map<string, boolean>();
  for (const { path, isTree } of folders) {
    if (!isFolderPath(path) || !isEntered(scan, path)) continue;
    const there = await deps.findFolder(input.library.root, path);
    if (there === null) return null;
    const isKnownDisk =
      there.device === before?.device ||
      before?.mounts.some((each) => there.path === each || there.path.startsWith(`${each}/`));
    if (!isKnownDisk) return null;
    const isItself = there.path === path;
    found.set(there.path, (isItself && isTree) || found.get(there.path) === true);
  }
  return dirtyFolders(found);
};

const know = ({ known, outputs }: Scan, { file, output }: FolderRow): void => {
  known.know(file);
  if (output) outputs.know(output);
};

/** Loads the known rows of the folders; gives those in them, below which there are films, that are not read. */
const knowFolders = (scan: Scan, folders: readonly DirtyFolder[]): readonly string[] => {
  const { assets } = scan.deps.store;
  const below: string[] = [];
  for (const { path, isTree } of folders) {
    const { rows, folders: names } = isTree
      ? { rows: assets.tree(scan.input.name, path), folders: [] }
      : assets.folder(scan.input.name, path);
    for (const row of rows) know(scan, row);
    for (const name of names) below.push(path === "" ? name : `${path}/${name}`);
  }
  return below;
};

/** Sizes of files that are still being written, wherever: a film that is not found may be one of them. */
const rememberUnsettled = ({ deps, input, unsettledSizes }: Scan): void => {
  for (const [key, { sizeBytes }] of deps.settling)
    if (key.startsWith(`${input.name}\0`)) unsettledSizes.add(sizeBytes);
};

/** What waits no more, of the folders that were read; and films that were not found before and are there. */
const forgetSettled = (scan: Scan, folders: readonly DirtyFolder[]): void => {
  const { deps, input, known, settlingKeys } = scan;
  const isTree = new Map(folders.map((each) => [each.path, each.isTree]));
  for (const key of deps.settling.keys()) {
    if (!key.startsWith(`${input.name}\0`) || settlingKeys.has(key)) continue;
    const path = key.slice(input.name.length + 1);
    const isRead = isTree.has(parentOf(path)) || [...above(path)].some((each) => isTree.get(each) === true);
    if (isRead) deps.settling.delete(key);
  }
  for (const key of deps.missed.keys())
    if (key.startsWith(`${input.name}\0`) && known.isSeen(key.slice(input.name.length + 1)))
      deps.missed.delete(key);
};

/**
 * Scans some folders of a library. Null where that cannot be told from a disk that is away: a scan of all decides, and
 * nothing was taken away. A film that is not found loses its row only when it is not found again some seconds later
 * (`again` says when), as a move may be told in two halves. Throws as `scanLibrary`.
 */
export const scanFolders = async (
  deps: ScanDeps,
  input: ScanInput,
  wanted: readonly DirtyFolder[],
  signal?: AbortSignal,
): Promise<ScanReport | null> => {
  const startedAt = deps.clock();
  const scan = newScan(deps, input, true);
  if (wanted.length > FOLDERS_MAX || wanted.some((each) => each.path === "" && each.isTree)) return null;
  if (!(await isAsBefore(deps, input))) return null;
  const folders = await foldersToRead(scan, wanted);
  if (folders === null) return null;
  const below = knowFolders(scan, folders);
  rememberUnsettled(scan);
  const met = await walk(scan, signal, folders);
  const mounts = deps.store.roots.get(input.name)?.mounts ?? [];
  if ([...scan.mounts].some((each) => !mounts.includes(each))) return null;
  const read = new Map(folders.map((each) => [each.path, each.isTree]));
  // A folder that is not there any more took with it what was below.
  for (const folder of below)
    if (!met.has(folder) && !read.has(folder))
      for (const row of deps.store.assets.tree(input.name, folder)) know(scan, row);
  if (!(await isAsBefore(deps, input))) return null;
  await settleOutputs(scan);
  await resolveDeferred(scan, signal);
  forgetSettled(scan, folders);
  return {
    library: input.name,
    ...scan.counters,
    badName: scan.badName,
    problem: null,
    seconds: (deps.clock() - startedAt) / 1000,
    again: scan.again,
  };
};
