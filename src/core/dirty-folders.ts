/** Folders of a library that should be looked at, and when they are told: hints, never facts. */

/** A folder relative to the root of its library ('' is the root), alone or with all that is below it. */
export type DirtyFolder = { readonly path: string; readonly isTree: boolean };

/** All of a library. */
export const ALL: DirtyFolder = { path: "", isTree: true };

/** No file system has a longer path. */
const PATH_MAX = 4096;

/** Whether `path` may name a folder below a root: no way out of it, nothing empty, no half of a character. */
export const isFolderPath = (path: string): boolean =>
  path === "" ||
  (path.length <= PATH_MAX &&
    path.isWellFormed() &&
    !path.includes("\0") &&
    path.split("/").every((each) => each !== "" && each !== "." && each !== ".."));

export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** Every folder above `path`, the nearest first, the root last. */
export function* above(path: string): Generator<string> {
  for (let at = path; at !== ""; ) {
    at = parentOf(at);
    yield at;
  }
}

/** Folders, by path whether all below is meant too, without those that are below another's tree. */
export const dirtyFolders = (set: ReadonlyMap<string, boolean>): readonly DirtyFolder[] =>
  [...set]
    .filter(([path]) => ![...above(path)].some((each) => set.get(each) === true))
    .map(([path, isTree]) => ({ path, isTree }));

/** A folder is told when nothing has happened in it for this long; ms. */
export const QUIET_MS = 200;
/** One in which something goes on happening is told after this long, then after twice as long each time; ms. */
export const PATIENCE_MS = { first: 1000, max: 30_000 } as const;

type Noise = {
  readonly isTree: boolean;
  readonly firstAt: number;
  lastAt: number;
  readonly patienceMs: number;
};

/** Folders in which something happened, by path; and those that were told while it still went on. */
export type Noisy = { readonly waiting: Map<string, Noise>; readonly told: Map<string, Noise> };

export const newNoisy = (): Noisy => ({ waiting: new Map(), told: new Map() });

/** Something happened in a folder; in more than `max` of them at once it happened everywhere. */
export const noteNoise = (noisy: Noisy, { path, isTree }: DirtyFolder, now: number, max: number): void => {
  const { waiting, told } = noisy;
  const all = waiting.get(ALL.path);
  if (all?.isTree && path !== ALL.path) {
    waiting.set(ALL.path, { ...all, lastAt: now });
    return;
  }
  if (waiting.size >= max && !waiting.has(path)) {
    waiting.clear();
    noteNoise(noisy, ALL, now, max);
    return;
  }
  const before = waiting.get(path);
  if (before) {
    waiting.set(path, { ...before, isTree: isTree || before.isTree, lastAt: now });
    return;
  }
  const last = told.get(path);
  const goesOn = last !== undefined && now - last.lastAt < last.patienceMs && now >= last.lastAt;
  const patienceMs = goesOn ? Math.min(PATIENCE_MS.max, last.patienceMs * 2) : PATIENCE_MS.first;
  told.delete(path);
  waiting.set(path, { isTree, firstAt: now, lastAt: now, patienceMs });
};

const dueAt = ({ firstAt, lastAt, patienceMs }: Noise): number =>
  Math.min(lastAt + QUIET_MS, firstAt + patienceMs);

/** Takes the folders that are to be told now; and when the next one is, null when none waits. */
export const takeQuiet = (
  { waiting, told }: Noisy,
  now: number,
): { readonly folders: readonly DirtyFolder[]; readonly nextAt: number | null } => {
  const folders: DirtyFolder[] = [];
  let nextAt: number | null = null;
  for (const [path, noise] of waiting) {
    const at = dueAt(noise);
    // A clock that was set back must not keep a folder for ever.
    if (at > now && noise.firstAt <= now) {
      nextAt = Math.min(nextAt ?? at, at);
      continue;
    }
    folders.push({ path, isTree: noise.isTree });
    waiting.delete(path);
    if (now - noise.lastAt < QUIET_MS) told.set(path, noise);
  }
  for (const [path, noise] of told) if (now - noise.lastAt > PATIENCE_MS.max) told.delete(path);
  return { folders, nextAt };
};
