/** What stands in a field of the form for a value of the settings, and the other way round. */
import type { SettingField } from "../../core/setting-field.ts";
import { parseSettings } from "../../core/settings.ts";
import { isTree, valueAt } from "../../core/settings-tree.ts";
import { writtenOf } from "../../core/settings-written.ts";
import { parseYamlLines } from "../../edges/settings-file.ts";
import { renderBlock } from "../../edges/yaml-text.ts";

/** The text of a field, or all that is ticked. */
export type FieldText = string | readonly string[];

export const LIMIT_OF_TEXT = 4000;

/** Of one library, one profile, one device: its name there. */
const ANY = "any";

const defaults = (() => {
  const parsed = parseSettings({
    libraries: { [ANY]: { root: "/" } },
    profiles: { [ANY]: {} },
    device_profiles: { [ANY]: {} },
    notifiers: { [ANY]: {} },
  });
  return parsed.kind === "ok" ? writtenOf(parsed.settings) : {};
})();

/** What a key has when nobody writes it; undefined when it must be written or stays open. */
export const defaultOf = ({ key }: SettingField): unknown =>
  key === "libraries.*.root" ? undefined : valueAt(defaults, key.replace("*", ANY).split("."));

/** What the field shows for a value; undefined: the key is not written. */
export const textOf = (field: SettingField, written: unknown): FieldText => {
  const value = written === undefined ? defaultOf(field) : written;
  switch (field.kind.kind) {
    case "some":
    case "devices":
      return Array.isArray(value) ? value.map(String) : [];
    case "switch":
      return value === true ? ["on"] : [];
    case "list":
      if (!Array.isArray(value)) return "";
      return value.length === 0 && field.isOptional ? "none" : value.join(", ");
    case "yaml":
      return isTree(value) ? renderBlock(value, { indent: 0, step: 2, eol: "\n" }).trimEnd() : "";
    case "secret":
      return "";
    default:
      return value === undefined || value === null ? "" : String(value);
  }
};

const isText = (text: FieldText): text is string => typeof text === "string";

const sameText = (one: FieldText, other: FieldText): boolean =>
  isText(one) || isText(other)
    ? one === other
    : JSON.stringify(one.toSorted()) === JSON.stringify(other.toSorted());

/**
 * What is written for a field that shows `text`; undefined: the key is not written. A text that says the same as before
 * leaves the value as it was written. An Error says why the text means nothing.
 */
export const writtenFor = (field: SettingField, text: FieldText, before: unknown): unknown => {
  if (sameText(text, textOf(field, before))) return before;
  if (!isText(text)) return field.kind.kind === "switch" ? text.includes("on") : inOrder(text, before);
  const trimmed = text.replaceAll("\r\n", "\n").trim();
  if (trimmed === "") return emptyOf(field);
  switch (field.kind.kind) {
    case "number":
      return Number.isNaN(Number(trimmed)) ? trimmed : Number(trimmed);
    case "choice":
      if (trimmed === "true" || trimmed === "false") return trimmed === "true";
      return field.kind.isNumber ? Number(trimmed) : trimmed;
    case "word-or-number":
      return /^\d{1,6}$/.test(trimmed) ? Number(trimmed) : trimmed;
    case "list":
      return field.isOptional && trimmed === "none"
        ? []
        : trimmed
            .split(/[,\n]/)
            .map((each) => each.trim())
            .filter((each) => each !== "");
    case "yaml":
      return parseYamlLines(trimmed);
    default:
      return trimmed;
  }
};

/** An emptied field is back at its default, unless nothing is what it says. */
const emptyOf = (field: SettingField): unknown => {
  if (field.isOptional || field.key === "libraries.*.root") return undefined;
  if (field.kind.kind === "list") return [];
  if (field.kind.kind === "yaml") return {};
  return defaultOf(field) === "" ? "" : undefined;
};

/** What was ticked before stays in its order; what is new comes behind it. */
const inOrder = (ticked: readonly string[], before: unknown): readonly string[] => {
  const old = Array.isArray(before) ? before.map(String) : [];
  return [...old.filter((each) => ticked.includes(each)), ...ticked.filter((each) => !old.includes(each))];
};
