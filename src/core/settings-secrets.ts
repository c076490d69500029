/** Settings that only the program itself needs to read: they are shown as set or not set, and nowhere else. */
import { type SettingsChange, type SettingsTree, valueAt, withValue } from "./settings-tree.ts";

/** Who knows the address of a webhook can post to it. */
export const SECRET_KEYS: readonly string[] = [
  "notifiers.webhook.url",
  "jellyfin.api_key",
  "emby.api_key",
  "plex.token",
  "sonarr.api_key",
  "radarr.api_key",
];

/** What stands in the place of a secret that is set. */
export const MASK = "********";

const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== "";

/** The tree with every secret that is set as `MASK`. */
export const masked = (tree: SettingsTree): SettingsTree =>
  SECRET_KEYS.map((key) => key.split(".")).reduce(
    (each, path) => (isSet(valueAt(each, path)) ? withValue(each, path, MASK) : each),
    tree,
  );

/** The tree with the secrets of `base` where it says `MASK`. */
export const unmasked = (tree: SettingsTree, base: SettingsTree): SettingsTree =>
  SECRET_KEYS.map((key) => key.split(".")).reduce(
    (each, path) => (valueAt(each, path) === MASK ? withValue(each, path, valueAt(base, path) ?? "") : each),
    tree,
  );

/** The secrets themselves. */
export const secretsIn = (tree: SettingsTree): readonly string[] =>
  SECRET_KEYS.map((key) => valueAt(tree, key.split("."))).filter(
    (each) => typeof each === "string" && each !== "",
  ) as string[];

/** The change without what was secret about it. */
export const withoutSecrets = (change: SettingsChange): SettingsChange => {
  if (!SECRET_KEYS.includes(change.key)) return change;
  const said = (value: unknown): string | null => (isSet(value) ? MASK : null);
  return { key: change.key, from: said(change.from), to: said(change.to) };
};
