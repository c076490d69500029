/** Settings that only the program itself needs to read: they are shown as set or not set, and nowhere else. */
import { isTree, type SettingsChange, type SettingsTree, valueAt, withValue } from "./settings-tree.ts";

/** Who knows the address of a webhook can post to it. `*` stands for any name. */
export const SECRET_KEYS: readonly string[] = [
  "notifiers.*.url",
  "notifiers.*.secret",
  "jellyfin.api_key",
  "emby.api_key",
  "plex.token",
  "sonarr.api_key",
  "radarr.api_key",
];

/** What stands in the place of a secret that is set. */
export const MASK = "********";

const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== "";

type Path = readonly string[];

const pathsOf = (tree: unknown, [key, ...rest]: Path, before: Path = []): readonly Path[] => {
  if (key === undefined) return [before];
  if (!isTree(tree)) return [];
  return (key === "*" ? Object.keys(tree) : [key]).flatMap((each) =>
    pathsOf(valueAt(tree, [each]), rest, [...before, each]),
  );
};

/** The places of secrets in a tree, whether they are set or not. */
const secretPaths = (tree: SettingsTree): readonly Path[] =>
  SECRET_KEYS.flatMap((key) => pathsOf(tree, key.split(".")));

/** The tree with every secret that is set as `MASK`. */
export const masked = (tree: SettingsTree): SettingsTree =>
  secretPaths(tree).reduce(
    (each, path) => (isSet(valueAt(each, path)) ? withValue(each, path, MASK) : each),
    tree,
  );

/** The tree with the secrets of `base` where it says `MASK`. */
export const unmasked = (tree: SettingsTree, base: SettingsTree): SettingsTree =>
  secretPaths(tree).reduce(
    (each, path) => (valueAt(each, path) === MASK ? withValue(each, path, valueAt(base, path) ?? "") : each),
    tree,
  );

/** The tree with the secrets of another one in their places; what only the tree has stays. */
export const withSecretsOf = (tree: SettingsTree, other: SettingsTree): SettingsTree =>
  secretPaths(other).reduce((each, path) => withValue(each, path, valueAt(other, path)), tree);

/** The secrets themselves. */
export const secretsIn = (tree: SettingsTree): readonly string[] =>
  secretPaths(tree)
    .map((path) => valueAt(tree, path))
    .filter((each) => typeof each === "string" && each !== "") as string[];

/** The change without what was secret about it, also where all of a notifier came or went. */
export const withoutSecrets = (change: SettingsChange): SettingsChange => {
  const path = change.key.split(".");
  const said = (value: unknown): unknown => {
    const alone = withValue({}, path, value);
    const shown = valueAt(masked(alone), path);
    return secretPaths(alone).length > 0 && !isSet(shown) ? null : shown;
  };
  return { key: change.key, from: said(change.from), to: said(change.to) };
};
