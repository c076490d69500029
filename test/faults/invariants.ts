/** What must hold of a library whatever happened to it. Looks at files and at the database with no code of the product. */
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

export type Violation = {
  readonly kind:
    | "lost"
    | "overwritten"
    | "half"
    | "partial"
    | "stuck"
    | "database"
    | "different"
    | "not durable"
    | "harness";
  readonly what: string;
};

/** A file as it should be found: its bytes and its time. */
export type Seen = { readonly sha256: string; readonly modifiedMs: number };

/** Every file below some folders, by path relative to them. */
export type Tree = ReadonlyMap<string, Seen>;

/** Where a library lies. */
export type Ground = {
  readonly root: string;
  /** It may lie in the root, hidden. */
  readonly archive: string;
  /** A folder of results, when they are not beside their films. */
  readonly ready: string;
  readonly temp: string;
};

/** What was there before anything happened, and what may come of it. */
export type Expected = {
  /** Films by path in the library. */
  readonly originals: Tree;
  /** What a person put there and nobody may touch, by path in the library. */
  readonly others: Tree;
  /** Files that publishing may give a name, by path; each is one of these. A path that is not here may not appear. */
  readonly results: ReadonlyMap<string, readonly Seen[]>;
  /** Originals may be gone when their result is there: by path of the original, the path of the result. */
  readonly deletable: ReadonlyMap<string, string>;
  /** A name may be held by a placeholder between two steps. */
  readonly hasNoLinks: boolean;
};

const seenAt = (path: string): Seen => ({
  sha256: createHash("sha256").update(readFileSync(path)).digest("hex"),
  modifiedMs: Math.round(lstatSync(path).mtimeMs),
});

/** Where a tree's paths begin: `films/`, `archive/`, `ready/`. */
const FOLDERS = ["root", "archive", "ready"] as const;
const LABELS = { root: "films", archive: "archive", ready: "ready" } as const;

/** Every file of a library, hidden ones too; one in the archive is named by it, wherever it lies. */
export const treeOf = (ground: Ground): Tree => {
  const tree = new Map<string, Seen>();
  for (const each of FOLDERS) {
    const folder = ground[each];
    if (!existsSync(folder)) continue;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      const isArchived = each === "root" && path.startsWith(`${ground.archive}/`);
      if (entry.isDirectory() || isArchived) continue;
      tree.set(`${LABELS[each]}/${path.slice(folder.length + 1)}`, seenAt(path));
    }
  }
  return tree;
};

/** An empty file holds a name for a moment where there are no hard links. */
const isPlaceholder = (seen: Seen, { hasNoLinks }: Expected): boolean => hasNoLinks && seen.sha256 === EMPTY;

/** The hash of no bytes. */
export const EMPTY = createHash("sha256").digest("hex");

const isPartial = (path: string): boolean => basename(path).includes(".partial.");

const isSame = (one: Seen | undefined, other: Seen | undefined): boolean =>
  one !== undefined && other !== undefined && one.sha256 === other.sha256;

const isOneOf = (seen: Seen | undefined, allowed: readonly Seen[] | undefined): boolean =>
  (allowed ?? []).some((each) => isSame(seen, each));

/**
 * At any moment, also right after a kill: no film is lost or changed, no file of a person was touched, and what has a
 * final name is whole.
 */
export const checkSafe = (ground: Ground, expected: Expected): readonly Violation[] => {
  const tree = treeOf(ground);
  const found: Violation[] = [];
  for (const [path, seen] of expected.originals) {
    const places = [tree.get(`films/${path}`), tree.get(`archive/${path}`)];
    const result = expected.deletable.get(path);
    const isReplaced = result !== undefined && isOneOf(tree.get(result), expected.results.get(result));
    if (!places.some((each) => isSame(each, seen)) && !isReplaced)
      found.push({ kind: "lost", what: `${path} is nowhere, and nothing whole is in its place` });
    for (const [index, each] of places.entries())
      if (each !== undefined && !isSame(each, seen) && !isPlaceholder(each, expected))
        found.push({
          kind: "overwritten",
          what: `${index === 0 ? "films" : "archive"}/${path} has other bytes`,
        });
  }
  for (const [path, seen] of expected.others)
    if (!isSame(tree.get(`films/${path}`), seen))
      found.push({ kind: "overwritten", what: `${path}, a file of a person` });
  for (const [path, seen] of tree) {
    const inside = path.slice(path.indexOf("/") + 1);
    const isKnown =
      expected.originals.has(inside) || (path.startsWith("films/") && expected.others.has(inside));
    if (isPartial(path) || isKnown || isOneOf(seen, expected.results.get(path))) continue;
    if (isPlaceholder(seen, expected)) continue;
    found.push({ kind: "half", what: `${path} has a final name and is not what was verified` });
  }
  return found;
};

/** When nothing is at work: no partial file, no file of ours in the folder for temporary files. */
export const checkLeftovers = (ground: Ground): readonly Violation[] => {
  const partials = [...treeOf(ground).keys()].filter(isPartial);
  const temporary = existsSync(ground.temp) ? readdirSync(ground.temp) : [];
  return [...partials, ...temporary.map((each) => `temp/${each}`)].map((what) => ({ kind: "partial", what }));
};

/** Whether a library is as it would be undisturbed: the same files with the same bytes and times. */
export const compareTrees = (found: Tree, wanted: Tree): readonly Violation[] => {
  const different: Violation[] = [];
  for (const path of new Set([...found.keys(), ...wanted.keys()])) {
    const [one, other] = [found.get(path), wanted.get(path)];
    if (one === undefined) different.push({ kind: "different", what: `${path} is missing` });
    else if (other === undefined) different.push({ kind: "different", what: `${path} should not be there` });
    else if (!isSame(one, other)) different.push({ kind: "different", what: `${path} has other bytes` });
    else if (one.modifiedMs !== other.modifiedMs)
      different.push({
        kind: "different",
        what: `${path} has the time ${new Date(one.modifiedMs).toISOString()}, not ${new Date(other.modifiedMs).toISOString()}`,
      });
  }
  return different;
};
