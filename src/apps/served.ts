/** What is served: the libraries of the settings file, folders named at the start, or a sample library. */
import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { Problem } from "../core/problem.ts";
import type { Settings } from "../core/settings.ts";
import { readSettingsFile } from "../edges/settings-file.ts";
import {
  dataFolder,
  findSettingsFile,
  loadSettings,
  type SettingsSource,
  settingsFileFor,
  settingsFrom,
} from "./settings-source.ts";

type Options = { readonly settings?: string; readonly data?: string };

/** What to serve: settings, and where the database lies. A sample has a database of its own. */
export type Served = {
  readonly settings: Settings;
  readonly data: string;
  readonly kind: "file" | "folders" | "sample";
};

/** What a start with these folders (none: the settings file, else a sample) serves. Throws Problem settings-invalid, root-missing. */
export const chooseServed = (folders: readonly string[], options: Options): Served => {
  const data = dataFolder(options.data);
  if (folders.length > 0) return { settings: withFolders(folders, options), data, kind: "folders" };
  if (findSettingsFile(options.settings) !== null)
    return { settings: loadSettings(options.settings), data, kind: "file" };
  const root = join(data, "sample", "library");
  const libraries = {
    movies: { root: join(root, "Movies") },
    series: { root: join(root, "Series"), profile: "series" },
  };
  return {
    settings: settingsFrom({ libraries, operational: { gpu_only: false } }),
    data: join(data, "sample"),
    kind: "sample",
  };
};

/** The folders named are the libraries; everything else is as the settings file has it, when there is one. */
const withFolders = (folders: readonly string[], options: Options): Settings => {
  const libraries: Record<string, { root: string }> = {};
  for (const folder of folders) {
    const root = resolve(folder);
    if (!existsSync(root)) throw new Problem("root-missing", root);
    const base = basename(root).replaceAll(/[^\w-]+/g, "-") || "films";
    let name = base;
    for (let count = 2; Object.hasOwn(libraries, name); count++) name = `${base}-${count}`;
    libraries[name] = { root };
  }
  return { ...loadSettings(options.settings), libraries: settingsFrom({ libraries }).libraries };
};

/** The source of the settings of a program that was started so; `restart` takes up what it is given. */
export const sourceOf = (
  folders: readonly string[],
  options: Options,
  restart: (next: { readonly settings: Settings; readonly dataDirectory: string }) => Promise<void>,
): SettingsSource => {
  let named = folders;
  const file = settingsFileFor(options.settings);
  let kind: Served["kind"] = named.length > 0 ? "folders" : existsSync(file) ? "file" : "sample";
  // A file that is deleted meanwhile is missed, not taken for a household that has none.
  const choose = (): Served =>
    kind === "file"
      ? { settings: readSettingsFile(file), data: dataFolder(options.data), kind }
      : chooseServed(named, options);
  return {
    file,
    hasFile: () => existsSync(file),
    kind: () => kind,
    load: () => choose().settings,
    useFile: () => {
      named = [];
      kind = "file";
    },
    apply: async () => {
      const { settings, data } = choose();
      await restart({ settings, dataDirectory: data });
    },
  };
};
