/** Reads, checks and saves the settings for the pages and the API. */
import { isDeepStrictEqual } from "node:util";
import { Problem } from "../core/problem.ts";
import { parseSettings, type Settings, type SettingsIssue } from "../core/settings.ts";
import { defaultEncodingProfile } from "../core/settings-profile.ts";
import { masked, secretsIn, unmasked, withoutSecrets } from "../core/settings-secrets.ts";
import { changesBetween, type SettingsChange, type SettingsTree } from "../core/settings-tree.ts";
import { writtenOf } from "../core/settings-written.ts";
import { editYaml } from "../edges/settings-edit.ts";
import { type ParsedText, parseSettingsText, readSettingsText } from "../edges/settings-file.ts";
import { createSettingsFile, replaceSettingsFile } from "../edges/settings-write.ts";
import type { Control } from "./control.ts";
import { freshSettingsText } from "./settings-fresh.ts";
import type { SettingsSource } from "./settings-source.ts";

/** Text that a person or a program sends; a settings file is a few kB. */
export const SETTINGS_TEXT_MAX_BYTES = 256 * 1024;

export type CurrentSettings = {
  readonly file: string;
  /** Null: there is no file yet; the settings are those in use. */
  readonly version: string | null;
  readonly text: string;
  /** As the file has it: what is left out is not in it. Holds secrets. */
  readonly tree: SettingsTree;
  readonly settings: Settings;
};

/** Checked settings that may be saved. */
export type SettingsDraft = {
  readonly version: string | null;
  readonly text: string;
  /** Holds secrets. */
  readonly tree: SettingsTree;
  readonly settings: Settings;
  /** What differs from the file as it was read, without secrets. */
  readonly changes: readonly SettingsChange[];
};

export type Drafted =
  | { readonly kind: "ok"; readonly draft: SettingsDraft }
  | { readonly kind: "invalid"; readonly issues: readonly SettingsIssue[] };

export type SettingsEditor = {
  readonly source: SettingsSource;
  /** Throws Problem settings-invalid when the file cannot be used. */
  readonly read: () => CurrentSettings;
  /** Settings as a file has them; a secret that says `MASK` stays. Throws Problem settings-invalid. */
  readonly draft: (current: CurrentSettings, wanted: SettingsTree) => Drafted;
  /** The whole text of a file. Throws Problem settings-invalid. */
  readonly draftText: (current: CurrentSettings, text: string) => SettingsDraft;
  /** The file's text with its secrets masked; null when one of them stands elsewhere in it too. */
  readonly maskedText: (current: CurrentSettings) => string | null;
  /** Writes the file and who changed what; the new version. Throws Problem settings-changed, settings-not-writable, disk-full. */
  readonly save: (draft: SettingsDraft, who: string) => Promise<string>;
  /**
   * Makes the first settings file: the template with its comments, holding `wanted` (keys that are left out have their
   * defaults); the new version. Throws as `draft` and `save`, and `settings-changed` when there is a file already.
   */
  readonly saveFirst: (wanted: SettingsTree, who: string) => Promise<string>;
  /** Whether the file says something else than what is in use. */
  readonly isWaiting: () => boolean;
  /** Takes up what is saved: work begins again under it. */
  readonly apply: () => Promise<void>;
};

type Deps = {
  readonly control: Pick<Control, "settings" | "store">;
  readonly source: SettingsSource;
  readonly now: () => number;
};

/** The editor of the settings that `source` names. */
export const createSettingsEditor = ({ control, source, now }: Deps): SettingsEditor => {
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other: of two that read the same version the second is refused. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  };
  const save = (made: SettingsDraft, who: string): Promise<string> =>
    inTurn(async () => {
      if (source.file === "") throw new Problem("settings-not-writable", "Nothing was started from a file.");
      const version =
        made.version === null
          ? await createSettingsFile(source.file, made.text)
          : await replaceSettingsFile(source.file, made.text, made.version);
      control.store.settingsChanges.append(made.changes, { at: now(), who });
      if (made.version === null) source.useFile();
      return version;
    });
  return {
    source,
    read: () => read(control, source),
    draft,
    draftText,
    maskedText,
    save,
    saveFirst: async (wanted, who) => {
      const made = draft({ ...read(control, source), version: null }, wanted);
      if (made.kind === "ok") return save(made.draft, who);
      throw new Problem(
        "settings-invalid",
        made.issues.map(({ path, message }) => `${path}: ${message}`).join("\n"),
      );
    },
    isWaiting: () => {
      try {
        return !isDeepStrictEqual(shown(source.load()), shown(control.settings));
      } catch {
        // A file that cannot be used is told of by whoever reads it.
        return false;
      }
    },
    apply: () => inTurn(source.apply),
  };
};

const read = (control: Pick<Control, "settings">, source: SettingsSource): CurrentSettings => {
  const { file } = source;
  if (!source.hasFile()) {
    // The sample is no library of theirs.
    const libraries = source.kind() === "sample" ? {} : control.settings.libraries;
    const settings = { ...control.settings, libraries };
    return { file, version: null, text: "", tree: writtenOf(settings), settings };
  }
  const { text, version } = readSettingsText(file);
  return { file, version, text, ...parseSettingsText(text, file) };
};

const draft = (current: CurrentSettings, wanted: SettingsTree): Drafted => {
  const tree = unmasked(wanted, current.tree);
  const parsed = parseSettings(tree);
  if (parsed.kind === "invalid") return parsed;
  const { settings } = parsed;
  const text = current.version === null ? freshSettingsText(tree) : editYaml(current.text, tree);
  if (text === null)
    throw new Problem(
      "settings-invalid",
      `${current.file} cannot be changed in this way by the program. Change it as text.`,
    );
  return { kind: "ok", draft: drafted(current, text, { tree, settings }) };
};

const drafted = (current: CurrentSettings, text: string, { tree, settings }: ParsedText): SettingsDraft => ({
  version: current.version,
  text,
  tree,
  settings,
  changes: changesBetween(shown(current.settings), shown(settings)).map(withoutSecrets),
});

/** The two profiles that exist without being written count as written. */
const shown = (settings: Settings): SettingsTree => {
  const [movies, series] = [defaultEncodingProfile, defaultEncodingProfile];
  return writtenOf({ ...settings, profiles: { movies, series, ...settings.profiles } });
};

const draftText = (current: CurrentSettings, text: string): SettingsDraft => {
  const name = "settings";
  if (Buffer.byteLength(text) > SETTINGS_TEXT_MAX_BYTES)
    throw new Problem("settings-invalid", `${name}: is larger than 256 KiB; not a settings file`);
  const { tree, settings } = parseSettingsText(text, name);
  const known = unmasked(tree, current.tree);
  if (isDeepStrictEqual(known, tree)) return drafted(current, text, { tree, settings });
  const whole = editYaml(text, known);
  if (whole === null)
    throw new Problem("settings-invalid", `${name}: write the secrets out instead of ********`);
  return drafted(current, whole, parseSettingsText(whole, name));
};

const maskedText = ({ version, text, tree }: CurrentSettings): string | null => {
  const result = version === null ? freshSettingsText(masked(tree)) : editYaml(text, masked(tree));
  return result === null || secretsIn(tree).some((each) => result.includes(each)) ? null : result;
};
