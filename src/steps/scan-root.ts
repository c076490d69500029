/** Whether a library root can be believed: an unmounted disk must never look like films deleted. */
import { dirname, join } from "node:path";
import type { ProblemCode } from "../core/problem.ts";
import type { statFile, statRoot } from "../edges/library-walk.ts";
import type { KnownFile } from "../edges/store/assets.ts";
import type { Store } from "../edges/store/store.ts";
import type { KnownFilms } from "./known-films.ts";

export type RootDeps = {
  readonly store: Pick<Store, "assets" | "journal" | "roots" | "events">;
  readonly statRoot: typeof statRoot;
  readonly statFile: typeof statFile;
};

type RootInput = {
  readonly name: string;
  readonly root: string;
  readonly known: Pick<KnownFilms, "expected" | "rows">;
};

type RootCheck =
  | { readonly kind: "ok"; readonly device: string; readonly identity: string }
  | { readonly kind: "problem"; readonly code: ProblemCode };

const SAMPLE_FILES = 20;

/**
 * Device numbers change over a restart or a remount, so another number is only a wrong disk when the films are not
 * there: it is accepted when at least half of up to 20 known files, spread over the library, are there in equal size. Of a
 * library whose films are all archived, or about to be, the results are looked for.
 */
const holdsKnownFiles = async (deps: RootDeps, { name, root, known }: RootInput): Promise<boolean> => {
  const { journal } = deps.store;
  const leaving = new Set(
    journal.all().flatMap(({ step, assetId }) => (step === "planned" ? [] : [assetId])),
  );
  const step = Math.max(1, Math.floor((known.expected() - leaving.size) / SAMPLE_FILES));
  const films: KnownFile[] = [];
  let index = 0;
  for (const { id, path, sizeBytes } of known.rows()) {
    if (films.length === SAMPLE_FILES) break;
    if (!leaving.has(id) && index++ % step === 0) films.push({ path: join(root, path), sizeBytes });
  }
  const sample = films.length > 0 ? films : filesIn(deps, name, root);
  return (await countThere(deps, sample)) * 2 >= sample.length;
};

const filesIn = ({ store }: RootThereDeps, name: string, root: string): readonly KnownFile[] => [
  ...store.assets.filesIn(name, root, SAMPLE_FILES),
  ...filesPublished({ store }, name, root),
];

/**
 * Where publications that were cut off have their files: nothing else may be left of a small library. An original on its
 * way into the archive is in one of two places, which is half of them.
 */
const filesPublished = (
  { store }: Pick<RootThereDeps, "store">,
  name: string,
  root: string,
): readonly KnownFile[] =>
  store.journal.all().flatMap((entry): readonly KnownFile[] => {
    const { assetId, step, original, archivePath, finalPath, sourcePath } = entry;
    const asset = store.assets.byId(assetId);
    if (asset?.library !== name) return [];
    const isIn = (path: string | null): path is string => path?.startsWith(`${root}/`) === true;
    const { sizeBytes } = asset;
    if (step === "planned" || original === "keep") return [{ path: sourcePath, sizeBytes }];
    if (isIn(archivePath)) return [sourcePath, archivePath].map((path) => ({ path, sizeBytes }));
    return isIn(finalPath) ? [{ path: finalPath, sizeBytes: null }] : [];
  });

/** How many of these files are there in equal size, where that is known. */
const countThere = async (
  { statFile }: Pick<RootDeps, "statFile">,
  sample: readonly KnownFile[],
): Promise<number> => {
  let there = 0;
  for (const each of sample) {
    const found = await statFile(each.path);
    if (found.kind === "file" && found.sizeBytes === (each.sizeBytes ?? found.sizeBytes)) there++;
  }
  return there;
};

/** Looks at the root as it is now, against what it was at the last scan. Changes nothing. */
export const checkRoot = async (deps: RootDeps, input: RootInput): Promise<RootCheck> => {
  const found = await deps.statRoot(input.root);
  if (found.kind === "missing") return { kind: "problem", code: "root-missing" };
  if (found.kind === "unreadable") return { kind: "problem", code: found.code };
  const before = deps.store.roots.get(input.name);
  const wasFilled = input.known.expected() > 0 || (before?.fileCount ?? 0) > 0;
  // All that is left in it may be the hidden folder of originals.
  const isBare = found.isEmpty && wasFilled && !(await holdsSome(deps, input.name, input.root));
  if (isBare) return { kind: "problem", code: "root-empty" };
  const isOtherDevice =
    before !== null && before.root === input.root && before.device !== "" && before.device !== found.device;
  if (isOtherDevice && !(await holdsKnownFiles(deps, input)))
    return { kind: "problem", code: "root-other-device" };
  return { kind: "ok", device: found.device, identity: found.identity };
};

export type RootThereDeps = {
  readonly store: Pick<Store, "assets" | "journal" | "roots">;
  readonly statRoot: typeof statRoot;
  readonly statFile: typeof statFile;
};

/** Stricter than a scan, which comes again: where nothing is known to be there, nothing says that it is this library. */
const holdsSome = async (deps: RootThereDeps, name: string, root: string): Promise<boolean> => {
  const sample = filesIn(deps, name, root);
  const there = await countThere(deps, sample);
  return there > 0 && there * 2 >= sample.length;
};

/**
 * Whether a library can be written to now, and its films be missed: a folder may be the mount point of a disk that is away,
 * empty or with something in it, unless it is on the disk of the last scan (an empty one: the very folder) or holds at least half of some known files. So
 * may a folder in it on whose disk `path` (relative) lies.
 */
export const isRootThere = async (
  deps: RootThereDeps,
  name: string,
  root: string,
  path: string,
): Promise<boolean> => {
  const { store, statRoot } = deps;
  const found = await statRoot(root);
  const before = store.roots.get(name);
  if (found.kind !== "ok") return false;
  const isOther =
    before !== null && before.root === root && before.device !== "" && before.device !== found.device;
  const isSameFolder = before?.identity
    ? found.identity === before.identity
    : found.device === before?.device;
  // All that is left in it may be the hidden folder of originals.
  const isDoubted = isOther || (found.isEmpty && !isSameFolder);
  if (isDoubted && !(await holdsSome(deps, name, root))) return false;
  for (const mount of before?.mounts ?? [])
    if (path.startsWith(`${mount}/`) && !(await isMounted(statRoot, join(root, mount)))) return false;
  return true;
};

/** Whether another disk is mounted at a folder than that of the folder above it. */
export const isMounted = async (statRoot: RootDeps["statRoot"], folder: string): Promise<boolean> => {
  const [inner, outer] = await Promise.all([statRoot(folder), statRoot(dirname(folder))]);
  return inner.kind === "ok" && outer.kind === "ok" && inner.device !== outer.device;
};

type RootResult = {
  readonly name: string;
  readonly root: string;
  readonly now: number;
  readonly problem: ProblemCode | null;
  /** What a finished walk saw; absent when the root was not walked, and then the row keeps what it had. */
  readonly seen?: {
    readonly device: string;
    readonly identity: string;
    readonly mounts: readonly string[];
    readonly fileCount: number;
  };
};

/** Writes down the root's state, with one event when its problem begins, changes or ends (not one a scan). */
export const recordRoot = (deps: RootDeps, { name, root, now, problem, seen }: RootResult): void => {
  const before = deps.store.roots.get(name);
  deps.store.roots.put({
    library: name,
    root: seen ? root : (before?.root ?? root),
    device: seen?.device ?? before?.device ?? "",
    identity: seen?.identity ?? before?.identity ?? "",
    mounts: seen?.mounts ?? before?.mounts ?? [],
    fileCount: seen?.fileCount ?? before?.fileCount ?? 0,
    scannedAt: now,
    problemCode: problem,
  });
  if ((before?.problemCode ?? null) === problem) return;
  deps.store.events.append({
    at: now,
    assetId: null,
    kind: problem ? "root-problem" : "root-recovered",
    path: root,
    data: { library: name, problem: problem ?? before?.problemCode ?? null },
  });
};
