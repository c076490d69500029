/** What one scan holds while it runs: the known rows, what was met, and the counters of its report. */
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { parentOf } from "../core/dirty-folders.ts";
import type { Look } from "../core/fingerprint.ts";
import { settle, settledAt } from "../core/fingerprint.ts";
import { createPossible } from "../core/path-table.ts";
import type { ProblemCode } from "../core/problem.ts";
import { isLeftOut, type WalkRule } from "../core/walk-rules.ts";
import type { findFolder, fingerprintFile, statFile, statRoot, walkLibrary } from "../edges/library-walk.ts";
import type { Store } from "../edges/store/store.ts";
import { createKnownFilms, type KnownFilms } from "./known-films.ts";
import { createKnownOutputs, type KnownOutputs } from "./known-outputs.ts";

/** What the walk of a scan leaves out. */
export const RULE: WalkRule = "films";

export type ScanDeps = {
  readonly store: Pick<
    Store,
    "assets" | "events" | "journal" | "restores" | "roots" | "probes" | "transaction"
  >;
  readonly walkLibrary: typeof walkLibrary;
  readonly statRoot: typeof statRoot;
  readonly statFile: typeof statFile;
  readonly findFolder: typeof findFolder;
  readonly fingerprintFile: typeof fingerprintFile;
  /** Looks at files that are still growing, kept by the caller from scan to scan; one map for all libraries. */
  readonly settling: Map<string, Look>;
  /** Since when (epoch ms) a film or result was not found by scans of folders, kept likewise: it may be on its way. */
  readonly missed: Map<string, number>;
  /** `operational.settle_seconds`. */
  readonly settleSeconds: number;
  /** Epoch ms at the moment of the call, for `seconds`. */
  readonly clock: () => number;
};

export type ScanInput = {
  readonly name: string;
  /** As in the settings; `output` only matters when it is a folder of its own. */
  readonly library: {
    readonly root: string;
    readonly depth: number | "max";
    readonly output?: string;
  };
  readonly now: number;
};

/** Counts are of files, `problem` is the root's; on a problem of the whole root all counts are 0. */
export type ScanReport = {
  readonly library: string;
  /** Files that could be films. */
  readonly seen: number;
  readonly added: number;
  readonly changed: number;
  readonly moved: number;
  /** New assets whose content another asset has. */
  readonly copied: number;
  readonly missing: number;
  readonly waiting: number;
  readonly skipped: number;
  readonly unreadable: number;
  /** Files and folders left alone because their names are not UTF-8, and the first of them. */
  readonly badNames: number;
  readonly badName: string | null;
  readonly problem: ProblemCode | null;
  readonly seconds: number;
  /** When (epoch ms) folders are to be looked at again, by their paths: something in them was not settled. */
  readonly again: ReadonlyMap<string, number>;
};

type Counters = {
  -readonly [K in Exclude<keyof ScanReport, "library" | "badName" | "problem" | "seconds" | "again">]: number;
};

export type FileMet = { readonly path: string; readonly sizeBytes: number; readonly modifiedUs: number };

export type Scan = {
  readonly deps: ScanDeps;
  readonly input: ScanInput;
  readonly counters: Counters;
  readonly known: KnownFilms;
  readonly outputs: KnownOutputs;
  /** Of some folders only: `known` and `outputs` are those that may have to do with them. */
  readonly isPart: boolean;
  /** Sizes of known rows and published files, and some more: a new file of another size cannot be one of them moved. */
  readonly sizes: Pick<ReadonlySet<number>, "has">;
  /** New or differing files whose meaning depends on what else is found. */
  readonly deferred: FileMet[];
  /** Sizes of files that wait or cannot be read: a missing row of that size may be one of them. */
  readonly unsettledSizes: Set<number>;
  readonly unreadable: Set<string>;
  readonly links: Set<string>;
  readonly mounts: Set<string>;
  badName: string | null;
  readonly settlingKeys: Set<string>;
  readonly again: Map<string, number>;
  readonly isIgnored: (path: string, kind: "file" | "folder") => boolean;
};

/** Below the root, by `root`'s own path? The relative path, or null. */
const relativeTo = (root: string, path: string): string | null => {
  const prefix = root.endsWith("/") ? root : `${root}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : null;
};

type Extent = { readonly isPart: boolean; readonly rows: number; readonly seed: number };

const knownBy = ({ store }: ScanDeps, { name, library }: ScanInput, extent: Extent) => ({
  known: createKnownFilms(store.assets, name, extent),
  outputs: createKnownOutputs(store.assets, {
    ...extent,
    library: name,
    relative: (path) => relativeTo(join(library.root), path) ?? path,
  }),
});

/** A scan of all, of about so many rows, or of a part; it knows of no row yet. */
export const newScan = (deps: ScanDeps, input: ScanInput, isPart: boolean, rows = 0): Scan => ({
  deps,
  input,
  counters: {
    seen: 0,
    added: 0,
    changed: 0,
    moved: 0,
    copied: 0,
    missing: 0,
    waiting: 0,
    skipped: 0,
    unreadable: 0,
    badNames: 0,
  },
  ...knownBy(deps, input, { isPart, rows, seed: deps.clock() }),
  isPart,
  sizes: { has: () => true },
  deferred: [],
  unsettledSizes: new Set(),
  unreadable: new Set(),
  links: new Set(),
  mounts: new Set(),
  badName: null,
  settlingKeys: new Set(),
  again: new Map(),
  isIgnored: (path, kind) => isLeftOut(RULE, path, kind),
});

/** Loads the known rows of the library. Throws the reason of `signal`. */
export const beginScan = async (deps: ScanDeps, input: ScanInput, signal?: AbortSignal): Promise<Scan> => {
  const { assets } = deps.store;
  const { total } = assets.counts([input.name]);
  const scan = newScan(deps, input, false, total);
  const sizes = createPossible(2 * total);
  const addSize = (sizeBytes: number): void => {
    if (sizeBytes > 0) sizes.add(sizeBytes);
  };
  for (const rows of assets.rows(input.name)) {
    for (const { file, output } of rows) {
      scan.known.know(file);
      addSize(file.sizeBytes);
      if (output) scan.outputs.know(output);
      addSize(output?.outputSizeBytes ?? 0);
    }
    // Others have their turn: of a million rows it takes seconds.
    await setImmediate();
    signal?.throwIfAborted();
  }
  // Empty files are all alike: none is taken for another.
  return { ...scan, sizes: { has: (sizeBytes) => sizeBytes > 0 && sizes.has(sizeBytes) } };
};

export const absolute = (scan: Scan, path: string): string => join(scan.input.library.root, path);

const keyOf = ({ input }: Scan, path: string): string => `${input.name}\0${path}`;

/** What is looked at again that is not sure to be ready by then; ms. */
const LOOK_MS = 2000;

/** The folder of `path` is looked at again `at` (epoch ms), or when a file settles, if not sooner. */
export const lookAgain = ({ again, deps, input }: Scan, path: string, at?: number): void => {
  const folder = parentOf(path);
  const wanted = at ?? input.now + Math.max(LOOK_MS, deps.settleSeconds * 1000);
  again.set(folder, Math.min(again.get(folder) ?? wanted, wanted));
};

/** False, and counted as waiting, while the file is still being written. */
export const isSettled = (scan: Scan, file: FileMet): boolean => {
  const { deps, input } = scan;
  const key = keyOf(scan, file.path);
  const { isSettled: isReady, look } = settle(file, deps.settling.get(key), deps.settleSeconds, input.now);
  if (isReady) return true;
  deps.settling.set(key, look);
  scan.settlingKeys.add(key);
  markWaiting(scan, file, settledAt(look, deps.settleSeconds));
  return false;
};

/** Counts a file as waiting; its folder is looked at again `at` (epoch ms), or when a file settles. */
export const markWaiting = (scan: Scan, file: FileMet, at?: number): void => {
  scan.counters.waiting++;
  scan.unsettledSizes.add(file.sizeBytes);
  lookAgain(scan, file.path, at);
};

/** What is not found in a folder may turn up in another one, whose turn comes later; ms. */
const MISSED_MS = 10_000;

/**
 * Whether `what`, a film at its `path` or its published file, is gone for good. A scan of all would have met it elsewhere;
 * one of some folders asks again first, in the folder of the film.
 */
export const isGoneForGood = (scan: Scan, path: string, what = path): boolean => {
  if (!scan.isPart) return true;
  const { deps, input } = scan;
  const key = keyOf(scan, what);
  const since = deps.missed.get(key);
  if (since !== undefined && input.now - since >= MISSED_MS) {
    deps.missed.delete(key);
    return true;
  }
  if (since === undefined || since > input.now) deps.missed.set(key, input.now);
  lookAgain(scan, path, Math.min(since ?? input.now, input.now) + MISSED_MS);
  return false;
};

/** It is there: if it is not found another time, that is the first. */
export const isNotMissed = (scan: Scan, what: string): void => {
  const { missed } = scan.deps;
  if (missed.size > 0) missed.delete(keyOf(scan, what));
};

const isAtOrBelow = (places: ReadonlySet<string>, path: string): boolean => {
  if (places.size === 0) return false;
  if (places.has("") || places.has(path)) return true;
  for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1))
    if (places.has(path.slice(0, end))) return true;
  return false;
};

/** Whether nothing can be said of `path`, as it or a folder above it could not be read or is not mounted. */
export const isUnreadable = (scan: Scan, path: string): boolean => isAtOrBelow(scan.unreadable, path);

/** Whether `path` is a link or behind one: what is there is not of this library. */
export const isBehindLink = (scan: Scan, path: string): boolean => isAtOrBelow(scan.links, path);

/** Whether the walk would come to `path` with the settings of now. */
export const isInScope = (scan: Scan, path: string): boolean => {
  const { depth } = scan.input.library;
  if (depth !== "max" && path.split("/").length - 1 > depth) return false;
  return !scan.isIgnored(path, "file");
};

/** The published file's path relative to the root, when it is in it. */
export const outputInRoot = (scan: Scan, outputPath: string): string | null =>
  relativeTo(join(scan.input.library.root), outputPath);
