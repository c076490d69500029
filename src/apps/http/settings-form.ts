/** The form of the settings: what it shows for the values of a file, and what is to be written for what was sent. */
import type { SettingField } from "../../core/setting-field.ts";
import type { SettingsIssue } from "../../core/settings.ts";
import { SETTING_FIELDS } from "../../core/settings-fields.ts";
import { isTree, type SettingsTree, valueAt, withValue } from "../../core/settings-tree.ts";
import { type FieldText, LIMIT_OF_TEXT, textOf, writtenFor } from "./settings-values.ts";

/** The maps whose keys are names of a person's choice. */
export const NAMED_MAPS = ["device_profiles", "libraries", "profiles", "notifiers"] as const;
export type NamedMap = (typeof NAMED_MAPS)[number];

/** One library, profile or device. */
export type FormGroup = {
  readonly map: NamedMap;
  readonly name: string;
  /** Its name in the file; empty for one that is not written there. */
  readonly was: string;
  readonly isRemoved: boolean;
  /** By the key below the name, `audio.bitrate`. */
  readonly texts: Readonly<Record<string, FieldText>>;
};

export type FormState = {
  /** By key. */
  readonly texts: Readonly<Record<string, FieldText>>;
  readonly groups: readonly FormGroup[];
  /** Secrets that are to be taken out. */
  readonly cleared: ReadonlySet<string>;
};

/** More libraries or profiles than this have nobody's forms. */
const GROUPS_MAX = 200;

/** The profiles that exist without being written. */
const IMPLIED = ["movies", "series"];

const isNamed = ({ key }: SettingField): boolean => key.includes(".*.");
export const FIXED_FIELDS = SETTING_FIELDS.filter((each) => !isNamed(each));
export const fieldsOfMap = (map: NamedMap): readonly SettingField[] =>
  SETTING_FIELDS.filter((each) => each.key.startsWith(`${map}.*.`));
/** The key below the name. */
export const keyIn = ({ key }: SettingField): string => key.slice(key.indexOf(".*.") + 3);

const mapIn = (tree: SettingsTree, map: NamedMap): SettingsTree => {
  const value = tree[map];
  return isTree(value) ? value : {};
};

const groupOf = (map: NamedMap, name: string, was: string, value: unknown): FormGroup => ({
  map,
  name,
  was,
  isRemoved: false,
  texts: Object.fromEntries(
    fieldsOfMap(map).map((field) => [keyIn(field), textOf(field, valueAt(value, keyIn(field).split(".")))]),
  ),
});

/** A blank one, to be filled in. */
export const blankGroup = (map: NamedMap): FormGroup => groupOf(map, "", "", {});

/** What the form shows for the values of a file. */
export const stateOfTree = (tree: SettingsTree): FormState => ({
  texts: Object.fromEntries(
    FIXED_FIELDS.map((field) => [field.key, textOf(field, valueAt(tree, field.key.split(".")))]),
  ),
  groups: NAMED_MAPS.flatMap((map) => {
    const written = mapIn(tree, map);
    const implied = map === "profiles" ? IMPLIED.filter((name) => !Object.hasOwn(written, name)) : [];
    return [
      ...Object.entries(written).map(([name, value]) => groupOf(map, name, name, value)),
      ...implied.map((name) => groupOf(map, name, "", {})),
    ];
  }),
  cleared: new Set(),
});

/** What a form sends: a field that is given more than once is a list. */
type Sent = Readonly<Record<string, unknown>>;

const textIn = (sent: Sent, name: string): string | null => {
  const value = Object.hasOwn(sent, name) ? sent[name] : undefined;
  return typeof value === "string" ? value.slice(0, LIMIT_OF_TEXT) : null;
};

const textsIn = (sent: Sent, name: string): readonly string[] => {
  const value = Object.hasOwn(sent, name) ? sent[name] : [];
  return (Array.isArray(value) ? value : [value]).filter((each) => typeof each === "string");
};

/** A box that is not ticked sends nothing, so each that was shown says so besides. */
export const shownMark = (name: string): string => `${name}.shown`;

const sentText = (sent: Sent, name: string, shown: FieldText): FieldText => {
  if (typeof shown === "string") return textIn(sent, name) ?? shown;
  return Object.hasOwn(sent, shownMark(name)) ? textsIn(sent, name) : shown;
};

/** What the form shows for what was sent; a field that was not sent shows what the file says. */
export const stateOfSent = (sent: Sent, tree: SettingsTree): FormState => {
  const shown = stateOfTree(tree);
  const groups: FormGroup[] = [];
  for (const map of NAMED_MAPS)
    for (let index = 0; index < GROUPS_MAX; index++) {
      const prefix = `${map}.${index}`;
      const name = textIn(sent, `${prefix}.name`);
      if (name === null) break;
      const was = textIn(sent, `${prefix}.was`) ?? "";
      const before = groupOf(map, name, was, valueAt(tree, [map, was]));
      groups.push({
        ...before,
        name: name.trim(),
        isRemoved: textIn(sent, `${prefix}.remove`) !== null,
        texts: mapValues(before.texts, (key, text) => sentText(sent, `${prefix}.${key}`, text)),
      });
    }
  return {
    texts: mapValues(shown.texts, (key, text) => sentText(sent, key, text)),
    groups,
    cleared: new Set(Object.keys(sent).flatMap((key) => (key.endsWith(".clear") ? [key.slice(0, -6)] : []))),
  };
};

const mapValues = <T>(record: Readonly<Record<string, T>>, work: (key: string, value: T) => T) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, work(key, value)]));

export type Written = { readonly tree: SettingsTree; readonly issues: readonly SettingsIssue[] };

/** What is to be written for the form, over what is written now. */
export const treeOfState = (state: FormState, before: SettingsTree): Written => {
  const issues: SettingsIssue[] = [];
  let tree = before;
  for (const field of FIXED_FIELDS) {
    const path = field.key.split(".");
    const old = valueAt(before, path);
    const secret = state.cleared.has(field.key) ? "" : state.texts[field.key] || old;
    const value =
      field.kind.kind === "secret" ? secret : writtenFor(field, state.texts[field.key] ?? "", old);
    if (value instanceof Error) issues.push({ path: field.key, message: value.message });
    else if (value !== old) tree = withValue(tree, path, value);
  }
  const renamed = renamedProfiles(state);
  for (const map of NAMED_MAPS) {
    const groups = state.groups.filter((each) => each.map === map);
    const written = namedTree(map, groups, { before: mapIn(before, map), cleared: state.cleared }, issues);
    const followed = map === "libraries" ? mapValues(written, (_, each) => follow(each, renamed)) : written;
    const isNothing = Object.keys(followed).length === 0 && tree[map] === undefined;
    if (!isNothing) tree = withValue(tree, [map], followed);
  }
  return { tree, issues };
};

/** What is written now, and which secrets are to be taken out. */
type Around = { readonly before: SettingsTree; readonly cleared: ReadonlySet<string> };

const renamedProfiles = ({ groups }: FormState): ReadonlyMap<string, string> =>
  new Map(
    groups
      .filter((each) => each.map === "profiles" && each.was !== "" && each.was !== each.name)
      .map((each) => [each.was, each.name]),
  );

/** A library goes on aiming at its profile when that gets another name. */
const follow = (library: unknown, renamed: ReadonlyMap<string, string>): unknown => {
  if (!isTree(library) || typeof library.profile !== "string") return library;
  const name = renamed.get(library.profile);
  return name === undefined ? library : withValue(library, ["profile"], name);
};

const namedTree = (
  map: NamedMap,
  groups: readonly FormGroup[],
  { before, cleared }: Around,
  issues: SettingsIssue[],
): SettingsTree => {
  const entries: [string, unknown][] = [];
  for (const [index, group] of groups.entries()) {
    if (group.isRemoved || isBlank(group)) continue;
    const path = `${map}.${index}`;
    const old = group.was === "" ? undefined : before[group.was];
    const around = { before: isTree(old) ? old : {}, cleared };
    const value = groupTree(group, around, path, issues);
    const isImplied = map === "profiles" && group.was === "" && IMPLIED.includes(group.name);
    if (isImplied && Object.keys(value).length === 0) continue;
    const wrong = wrongName(group.name, entries);
    if (wrong === null) entries.push([group.name, value]);
    else issues.push({ path: `${path}.name`, message: wrong });
  }
  return Object.fromEntries(entries);
};

const wrongName = (name: string, entries: readonly (readonly [string, unknown])[]): string | null => {
  if (name === "") return "must have a name";
  if (name === "__proto__") return "is no name";
  return entries.some(([each]) => each === name) ? "is the name of another one here" : null;
};

/** One that was added and not filled in. */
const isBlank = (group: FormGroup): boolean =>
  group.was === "" &&
  group.name === "" &&
  JSON.stringify(group.texts) === JSON.stringify(blankGroup(group.map).texts);

const groupTree = (
  group: FormGroup,
  { before, cleared }: Around,
  path: string,
  issues: SettingsIssue[],
): SettingsTree => {
  let tree = before;
  for (const field of fieldsOfMap(group.map)) {
    const key = keyIn(field);
    const old = valueAt(before, key.split("."));
    const isCleared = cleared.has(`${path}.${key}`);
    const value = isCleared ? undefined : writtenFor(field, group.texts[key] ?? "", old);
    if (value instanceof Error) issues.push({ path: `${path}.${key}`, message: value.message });
    else if (value !== old) tree = withValue(tree, key.split("."), value);
  }
  return tree;
};

/** The issues of the schema by the names of the fields in the form: names of libraries are numbers there. */
export const issuesByField = (
  state: FormState,
  issues: readonly SettingsIssue[],
): ReadonlyMap<string, FieldIssue> => {
  const found = new Map<string, FieldIssue>();
  for (const { path, message } of issues) {
    const name = fieldNameOf(state, path);
    if (!found.has(name)) found.set(name, issueOf(state, name, message));
  }
  return found;
};

/** What is wrong with a field, and what the field is called. */
export type FieldIssue = { readonly label: string; readonly message: string };

const issueOf = (state: FormState, name: string, message: string): FieldIssue => {
  const [map = "", index = "", ...below] = name.split(".");
  const group = state.groups.filter((each) => each.map === map)[Number(index)];
  const field = group
    ? fieldsOfMap(group.map).find((each) => keyIn(each) === below.join("."))
    : FIXED_FIELDS.find((each) => each.key === name);
  const text = group ? group.texts[below.join(".")] : state.texts[name];
  const label = field?.label ?? (group ? "Name" : name);
  return {
    label: group ? `${group.name || "The new one"}: ${label}` : label,
    message: field ? inWords(field, text, message) : message,
  };
};

/** The schema's own words for a number are those of a programmer. */
const inWords = ({ kind, key }: SettingField, text: FieldText | undefined, message: string): string => {
  if (kind.kind === "number")
    return `must be a number from ${kind.min} to ${kind.max}${kind.step === 1 ? ", without a fraction" : ""}`;
  return text === "" && key === "libraries.*.root" ? "must be given: a library has a folder" : message;
};

const fieldNameOf = (state: FormState, path: string): string => {
  for (const map of NAMED_MAPS) {
    const groups = state.groups.filter((each) => each.map === map);
    for (const [index, { name, isRemoved }] of groups.entries()) {
      if (isRemoved || name === "") continue;
      const prefix = `${map}.${name}`;
      if (path === prefix) return `${map}.${index}.name`;
      if (!path.startsWith(`${prefix}.`)) continue;
      const below = path.slice(prefix.length + 1);
      const field = fieldsOfMap(map).find((each) => isBelow(below, keyIn(each)));
      return `${map}.${index}.${field ? keyIn(field) : "name"}`;
    }
  }
  return FIXED_FIELDS.find(({ key }) => isBelow(path, key))?.key ?? path;
};

const isBelow = (path: string, key: string): boolean => path === key || path.startsWith(`${key}.`);
