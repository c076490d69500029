/**
 * Listens for changes in all folders of a library: one inotify watch a folder, none for its files. What it says are hints;
 * only reading a folder says what is in it. Why it is our own is in `docs/decisions/0010-one-watch-a-folder.md`.
 */
import { isUtf8 } from "node:buffer";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ALL, type DirtyFolder, parentOf } from "../core/dirty-folders.ts";
import { leftAlone } from "../core/library-names.ts";
import { isWatchLimit, type WatchLimit } from "../core/watch-kinds.ts";
import { codeOf } from "./file-problem.ts";
import { diskOf, type FolderTime, folderTimes } from "./folder-times.ts";
import { HAS_EVENTS, queueLength, type WatchFolder, watchFolder } from "./watch-system.ts";

/** There are hundreds of thousands of them in a large library: each byte counts. */
type Node = FolderTime & {
  watcher: ReturnType<WatchFolder> | null;
  modifiedMs: number;
  /** null: none, as nearly all have. */
  children: Set<string> | null;
};

export type Compared = { readonly told: number; readonly silent: number };

export type LibraryTree = {
  /** Begins with the root and all below it; false when it is not there. */
  readonly begin: () => Promise<boolean>;
  /** Whether the root is the folder that `begin` found. */
  readonly isRootSame: () => Promise<boolean>;
  /**
   * Compares the times of all folders with those of the last look, tells of those that changed, and tries again to watch
   * those that could not be watched. How many had changed with and without a word; waits `graceMs` for one on its way.
   */
  readonly compare: (graceMs: number) => Promise<Compared>;
  /** Folders in which something came, went or got another name since then (epoch ms); what came may be a folder full of films. */
  readonly changedSince: (at: number) => readonly DirtyFolder[];
  readonly counts: () => {
    readonly folders: number;
    readonly watched: number;
    readonly limit: WatchLimit | null;
    /** Whether no folder is on another disk than the root. */
    readonly isOneDisk: boolean;
  };
  /** Forgets everything. */
  readonly end: () => void;
};

type Around = {
  readonly watch?: WatchFolder;
  /** Something may have changed in this folder. */
  readonly onDirty: (folder: DirtyFolder) => void;
  /** Something was told, of whatever. */
  readonly onEvent: () => void;
  readonly signal: AbortSignal;
};

const LOOKS_IN_FLIGHT = 16;
/** Times alone are asked for by the ten thousands, each minute: this many at once take two thirds of the processor of 16. */
const TIMES_IN_FLIGHT = 64;

const below = (folder: string, name: string): string => (folder === "" ? name : `${folder}/${name}`);

/** What is held of one root. */
type Tree = {
  readonly root: string;
  /** On which the root was when it was begun with. */
  disk: bigint;
  readonly around: Around;
  readonly nodes: Map<string, Node>;
  /** Folders of which something was told since the last comparison. */
  told: Set<string>;
  /** Names that came, went or changed hands. */
  readonly names: Set<string>;
  limit: WatchLimit | null;
  watched: number;
  /** Folders on other disks. */
  elsewhere: number;
  inThisTurn: number;
  /** So many events at once fill the kernel's queue, or nearly. */
  readonly many: number;
  isChecking: boolean;
};

const countEvent = (tree: Tree): void => {
  if (tree.inThisTurn++ === 0)
    setImmediate(() => {
      if (tree.inThisTurn >= tree.many) {
        tree.around.onDirty(ALL);
        for (const path of tree.nodes.keys()) tree.told.add(path);
      }
      tree.inThisTurn = 0;
    });
  tree.around.onEvent();
};

const heard = (tree: Tree, folder: string, event: "rename" | "change", name: Buffer | null): void => {
  const { around, nodes, names, told } = tree;
  if (around.signal.aborted) return;
  countEvent(tree);
  told.add(folder);
  if (name === null || !isUtf8(name)) {
    around.onDirty({ path: folder, isTree: false });
    return;
  }
  const path = below(folder, name.toString());
  if (leftAlone(path, "folder") !== null) return;
  if (leftAlone(path, "file") === null)
    around.onDirty({ path: nodes.has(path) ? path : folder, isTree: false });
  if (event !== "rename") return;
  names.add(path);
  if (!tree.isChecking) void checkNames(tree);
};

const NOTHING = (): void => {};

const listen = (tree: Tree, folder: string): Node["watcher"] => {
  const { root, around } = tree;
  if (tree.limit !== null || !HAS_EVENTS) return null;
  try {
    const watch = around.watch ?? watchFolder;
    const watcher = watch(join(root, folder), (event, name) => heard(tree, folder, event, name));
    // That the folder went away is told by the one above it.
    watcher.on("error", NOTHING);
    tree.watched++;
    return watcher;
  } catch (thrown) {
    const code = codeOf(thrown);
    if (isWatchLimit(code)) tree.limit = code;
    return null;
  }
};

const isElsewhere = ({ identity }: FolderTime): boolean => typeof identity === "string";

const forget = (tree: Tree, path: string): void => {
  const node = tree.nodes.get(path);
  if (!node) return;
  tree.nodes.delete(path);
  tree.nodes.get(parentOf(path))?.children?.delete(path);
  if (node.watcher) tree.watched--;
  if (isElsewhere(node)) tree.elsewhere--;
  node.watcher?.close();
  for (const child of node.children ?? []) forget(tree, child);
};

const stated = async ({ root, disk }: Tree, path: string): Promise<FolderTime | null> =>
  (await folderTimes(root, [path], disk))[0] ?? null;

/** The folders in a folder that a scan would enter. */
const foldersIn = async ({ root }: Tree, path: string): Promise<readonly string[]> => {
  const entries = await readdir(join(root, path), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((each) => each.isDirectory() && !each.name.includes("\uFFFD"))
    .map((each) => below(path, each.name))
    .filter((each) => leftAlone(each, "folder") === null);
};

/** Watches a folder before its time is read and it is listed, so that nothing can come between; the folders in it, to go on with. */
const addOne = async (tree: Tree, path: string): Promise<readonly string[]> => {
  forget(tree, path);
  const watcher = listen(tree, path);
  const found = await stated(tree, path);
  const parent = tree.nodes.get(parentOf(path));
  const isWanted = path === "" || parent !== undefined;
  if (found === null || !isWanted || tree.around.signal.aborted) {
    if (watcher) tree.watched--;
    watcher?.close();
    return [];
  }
  // It may have been told of and added meanwhile.
  forget(tree, path);
  if (parent?.children) parent.children.add(path);
  else if (parent) parent.children = new Set([path]);
  tree.nodes.set(path, { watcher, ...found, children: null });
  if (isElsewhere(found)) tree.elsewhere++;
  return foldersIn(tree, path);
};

const addTree = async (tree: Tree, path: string): Promise<void> => {
  for (let open: readonly string[] = [path]; open.length > 0 && !tree.around.signal.aborted; ) {
    const some = await Promise.all(open.slice(0, LOOKS_IN_FLIGHT).map((each) => addOne(tree, each)));
    open = [...some.flat(), ...open.slice(LOOKS_IN_FLIGHT)];
  }
};

/** A name that came, went or changed hands: is it a folder, and which? */
const checkOne = async (tree: Tree, path: string): Promise<void> => {
  const found = await stated(tree, path);
  const before = tree.nodes.get(path);
  if (found?.identity === before?.identity) return;
  forget(tree, path);
  if (found !== null) await addTree(tree, path);
  tree.around.onDirty(found === null ? { path: parentOf(path), isTree: false } : { path, isTree: true });
};

const checkNames = async (tree: Tree): Promise<void> => {
  tree.isChecking = true;
  for (let [path] = tree.names; path !== undefined; [path] = tree.names) {
    tree.names.delete(path);
    if (!tree.around.signal.aborted) await checkOne(tree, path);
  }
  tree.isChecking = false;
};

/** The folders whose time, or which themselves, changed since the last look. */
const changedFolders = async ({ root, nodes, disk, around }: Tree): Promise<readonly string[]> => {
  const all = [...nodes.keys()];
  const found: string[] = [];
  for (let at = 0; at < all.length && !around.signal.aborted; at += TIMES_IN_FLIGHT) {
    const some = all.slice(at, at + TIMES_IN_FLIGHT);
    const times = await folderTimes(root, some, disk);
    for (const [index, path] of some.entries()) {
      const [now, node] = [times[index] ?? null, nodes.get(path)];
      if (!node || (now?.identity === node.identity && now.modifiedMs === node.modifiedMs)) continue;
      if (now?.identity === node.identity) node.modifiedMs = now.modifiedMs;
      found.push(path);
    }
  }
  return found;
};

/** Those that could not be watched are tried again. */
const listenAgain = (tree: Tree): void => {
  tree.limit = null;
  for (const [path, node] of tree.nodes) node.watcher ??= listen(tree, path);
};

const compare = async (tree: Tree, graceMs: number): Promise<Compared> => {
  if (tree.limit !== null) listenAgain(tree);
  const before = tree.told;
  tree.told = new Set();
  const found = await changedFolders(tree);
  if (found.length > 0) await new Promise((resolve) => setTimeout(resolve, graceMs));
  const told = found.filter((path) => before.has(path) || tree.told.has(path)).length;
  // Those of which something was told too: it need not have been all, where others change them.
  for (const path of found) {
    if (tree.around.signal.aborted) break;
    tree.around.onDirty({ path, isTree: false });
    if (path !== "") await checkOne(tree, path);
    const children = tree.nodes.get(path)?.children ?? [];
    for (const child of new Set([...children, ...(await foldersIn(tree, path))])) await checkOne(tree, child);
  }
  return { told, silent: found.length - told };
};

/** All folders of one root. Nothing is watched before `begin`. */
export const createLibraryTree = (root: string, around: Around): LibraryTree => {
  const tree: Tree = {
    root,
    disk: 0n,
    around,
    nodes: new Map(),
    told: new Set(),
    names: new Set(),
    limit: null,
    watched: 0,
    elsewhere: 0,
    inThisTurn: 0,
    many: queueLength() * 0.9,
    isChecking: false,
  };
  return {
    begin: async () => {
      tree.limit = null;
      tree.disk = await diskOf(root);
      await addTree(tree, "");
      return tree.nodes.has("");
    },
    isRootSame: async () => (await stated(tree, ""))?.identity === tree.nodes.get("")?.identity,
    compare: (graceMs) => compare(tree, graceMs),
    changedSince: (at) =>
      [...tree.nodes].flatMap(([path, { modifiedMs }]) => (modifiedMs >= at ? [{ path, isTree: true }] : [])),
    counts: () => ({
      ...{ folders: tree.nodes.size, watched: tree.watched, limit: tree.limit },
      isOneDisk: tree.elsewhere === 0,
    }),
    end: () => {
      forget(tree, "");
      tree.told.clear();
    },
  };
};
