/** A settings file in a folder of its own, and what a program that was started with it would use. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadSettings, type SettingsSource, settingsFrom } from "../../src/apps/settings-source.ts";
import { tempFolder } from "./temp.ts";

export const SETTINGS_TEXT = `# The household's settings
devices: [chromecast-2, chromecast-3]
libraries:
  movies:
    root: /films/movies   # disk 1
  series:
    root: /films/series   # disk 2
    profile: series
    original: archive
operational:
  gpu_only: false  # no card yet
jellyfin: { url: "http://nas:8096", api_key: s3cr3t }  # ours
`;

export type SettingsHome = {
  readonly file: string;
  readonly source: SettingsSource;
  readonly text: () => string;
  /** How often the settings were taken up. */
  readonly applied: () => number;
};

/** `text` null: there is no file yet. `use` is called with what is taken up. */
export const newSettingsHome = (
  context: { readonly after: (work: () => void) => void },
  text: string | null = SETTINGS_TEXT,
  apply: (source: SettingsSource) => Promise<void> = async () => {},
): SettingsHome => {
  const file = join(tempFolder(context), "settings.yaml");
  if (text !== null) writeFileSync(file, text);
  let applied = 0;
  const source: SettingsSource = {
    file,
    hasFile: () => existsSync(file),
    kind: () => (existsSync(file) ? "file" : "folders"),
    load: () => (existsSync(file) ? loadSettings(file) : settingsFrom({})),
    useFile: () => {},
    apply: async () => {
      applied++;
      await apply(source);
    },
  };
  return { file, source, text: () => readFileSync(file, "utf8"), applied: () => applied };
};
