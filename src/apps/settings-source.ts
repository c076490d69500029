/** Where the settings come from: a file somebody named, the usual file, or the defaults. */
import { existsSync, realpathSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { Problem } from "../core/problem.ts";
import { type LibrarySettings, parseSettings, type Settings } from "../core/settings.ts";
import { readSettingsFile } from "../edges/settings-file.ts";

/** The folder of this program's checkout. */
const PROJECT_ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The folder of the database: the one named, else `data` of the checkout. `DATA_DIR` is read by the option. */
export const dataFolder = (named: string | undefined): string => resolve(named ?? join(PROJECT_ROOT, "data"));

const usualFile = (): string => process.env.CONFIG_PATH ?? join(PROJECT_ROOT, "config", "settings.yaml");

/** The settings file there is: the one named, `CONFIG_PATH`, or `config/settings.yaml`; null when there is none. */
export const findSettingsFile = (named: string | undefined): string | null => {
  if (named !== undefined) return resolve(named);
  const usual = usualFile();
  return process.env.CONFIG_PATH !== undefined || existsSync(usual) ? usual : null;
};

/** Settings from what is written, with defaults for the rest. Throws Problem settings-invalid. */
export const settingsFrom = (value: unknown): Settings => {
  const parsed = parseSettings(value);
  if (parsed.kind === "ok") return parsed.settings;
  throw new Problem(
    "settings-invalid",
    parsed.issues.map((each) => `${each.path}: ${each.message}`).join("\n"),
  );
};

/** The settings of the file found, or the defaults. Without a file nothing waits for a GPU. */
export const loadSettings = (named: string | undefined): Settings => {
  const file = findSettingsFile(named);
  return file === null ? settingsFrom({ operational: { gpu_only: false } }) : readSettingsFile(file);
};

/** The library whose root holds `path` (absolute, an existing file), links followed; null for a film of no library. */
export const libraryHolding = (settings: Settings, path: string): LibrarySettings | null => {
  const film = real(path);
  const holds = ({ root }: LibrarySettings): boolean => film.startsWith(join(real(resolve(root)), sep));
  return Object.values(settings.libraries).find(holds) ?? null;
};

/** Its path without links; a path that is not there stays as it is. */
const real = (path: string): string => (existsSync(path) ? realpathSync(path) : path);

/** Where the settings of a running program come from, and how it takes up others. */
export type SettingsSource = {
  /** The settings file there is, or that would be made. */
  readonly file: string;
  readonly hasFile: () => boolean;
  /** What the program works by: the file, folders named at the start (the file, if there is one, says the rest), a sample. */
  readonly kind: () => "file" | "folders" | "sample";
  /** What a start would use now. Throws Problem settings-invalid. */
  readonly load: () => Settings;
  /** From now on the file says everything: it was just made. */
  readonly useFile: () => void;
  /** Ends the work and begins it again by what `load` gives. Throws Problem settings-invalid and those of a start. */
  readonly apply: () => Promise<void>;
};

/** Where a settings file is looked for, and made when there is none. */
export const settingsFileFor = (named: string | undefined): string => resolve(named ?? usualFile());

const fixed = (): never => {
  throw new Problem("settings-not-writable", "This program was started with settings that no file holds.");
};

/** Settings that somebody holds in memory: shown, never changed. */
export const FIXED_SETTINGS: SettingsSource = {
  file: "",
  hasFile: () => false,
  kind: () => "folders",
  load: fixed,
  useFile: fixed,
  apply: fixed,
};
