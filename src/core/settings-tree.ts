/** Settings as a tree of values, as a settings file has them: reading, merging and comparing by key path. */

export type SettingsTree = { readonly [key: string]: unknown };

export const isTree = (value: unknown): value is SettingsTree =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value at a path of keys; undefined where nothing is written. */
export const valueAt = (tree: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (here, key) => (isTree(here) && Object.hasOwn(here, key) ? here[key] : undefined),
    tree,
  );

/** The tree with another value at a path; undefined takes the key away. */
export const withValue = (tree: SettingsTree, path: readonly string[], value: unknown): SettingsTree => {
  const [key, ...rest] = path;
  if (key === undefined) return tree;
  const below = isTree(tree[key]) ? tree[key] : {};
  const next = rest.length === 0 ? value : withValue(below, rest, value);
  const others = Object.entries(tree);
  const isThere = Object.hasOwn(tree, key);
  if (next === undefined) return Object.fromEntries(others.filter(([each]) => each !== key));
  return Object.fromEntries(
    isThere
      ? others.map(([each, old]): [string, unknown] => [each, each === key ? next : old])
      : [...others, [key, next]],
  );
};

/** The deepest that settings go, with room: what is deeper is not settings. */
const DEPTH_MAX = 12;

/** A JSON merge patch (RFC 7396): maps are merged, null takes a key away, any other value replaces the whole of the old. */
export const merged = (tree: SettingsTree, patch: SettingsTree, depth = 0): SettingsTree => {
  const result = new Map(Object.entries(tree));
  for (const [key, value] of Object.entries(patch)) {
    const old = result.get(key);
    if (value === null) result.delete(key);
    else if (isTree(value) && depth < DEPTH_MAX)
      result.set(key, merged(isTree(old) ? old : {}, value, depth + 1));
    else result.set(key, value);
  }
  return Object.fromEntries(result);
};

/** One key that differs; null where it is not there. */
export type SettingsChange = { readonly key: string; readonly from: unknown; readonly to: unknown };

/** The keys whose values differ, in the order of the trees. A library that came or went is one change, with all of it. */
export const changesBetween = (
  before: SettingsTree,
  after: SettingsTree,
  path: readonly string[] = [],
): readonly SettingsChange[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [from, to] = [before[name], after[name]];
    const key = [...path, name];
    if (isTree(from) && isTree(to)) return changesBetween(from, to, key);
    return JSON.stringify(from) === JSON.stringify(to)
      ? []
      : [{ key: key.join("."), from: from ?? null, to: to ?? null }];
  });
