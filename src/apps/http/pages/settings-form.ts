/** The form with every setting, in sections that can be reached from its side. */
import { counted } from "../../../core/human-text.ts";
import { SECTIONS, type SectionId, type SettingField } from "../../../core/setting-field.ts";
import { type SettingsTree, valueAt } from "../../../core/settings-tree.ts";
import { type Html, html } from "../html.ts";
import {
  FIXED_FIELDS,
  type FieldIssue,
  type FormGroup,
  type FormState,
  fieldsOfMap,
  keyIn,
  type NamedMap,
} from "../settings-form.ts";
import { idOf, settingField } from "./settings-field.ts";
import { serverFields, type TriedServer } from "./settings-servers.ts";
import { foreign } from "./words.ts";

export type SettingsForm = {
  readonly state: FormState;
  /** What is wrong, by the names of the fields. */
  readonly issues: ReadonlyMap<string, FieldIssue>;
  /** As the file has it. */
  readonly tree: SettingsTree;
  readonly version: string;
  /** The changes that are made over again; empty for none. */
  readonly token: string;
  readonly canSave: boolean;
  /** What a server answered that was tried with what was typed. */
  readonly tried?: TriedServer;
};

const MAP_OF: Readonly<Partial<Record<SectionId, NamedMap>>> = {
  devices: "device_profiles",
  libraries: "libraries",
  profiles: "profiles",
  notifiers: "notifiers",
};
const NOUN_OF: Readonly<Record<NamedMap, string>> = {
  device_profiles: "screen of your own",
  libraries: "library",
  profiles: "profile",
  notifiers: "receiver",
};
const REMOVED: Readonly<Record<NamedMap, string>> = {
  device_profiles: "The screen is as this program knows it again, if it does.",
  libraries:
    "It leaves the list. No file is touched, and what is known of its films is kept: name it again and they are back.",
  profiles: "No library may name it then.",
  notifiers: "It is told nothing more; what still waits for it is forgotten.",
};

/** Where a section goes on. */
const MORE_OF: Readonly<Partial<Record<SectionId, Html>>> = {
  notifiers: html` <a href="#messages">Send a test</a>`,
  others: html` <a href="/access">Password and tokens</a>`,
};

/** The form. */
export const settingsForm = (form: SettingsForm): Html => html`<div class="settings">
<nav class="toc" aria-label="Sections of the settings"><ul>${SECTIONS.map(
  ({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`,
)}</ul></nav>
<form method="post" action="/settings" novalidate>
<input type="hidden" name="version" value="${form.version}">
<input type="hidden" name="token" value="${form.token}">
<button class="first" type="submit" name="intent" value="review" tabindex="-1">Review</button>
${wrongs(form)}
${SECTIONS.map((each) => section(form, each))}
${form.canSave ? bar : null}
</form>
</div>`;

const bar = html`<div class="save-bar"><span class="muted">Nothing is saved before you have seen what changes.</span><button class="btn btn-primary" type="submit" name="intent" value="review">Review changes</button></div>`;

const wrongs = ({ issues }: SettingsForm): Html | null =>
  issues.size === 0
    ? null
    : html`<div class="banner banner-problem" role="alert"><strong>${counted(issues.size, "setting")} cannot be used; nothing was saved.</strong>
<ul>${[...issues].map(
        ([name, { label, message }]) => html`<li><a href="#${idOf(name)}">${label}</a>: ${message}</li>`,
      )}</ul></div>`;

const section = (form: SettingsForm, { id, title, about }: (typeof SECTIONS)[number]): Html => {
  const fields = FIXED_FIELDS.filter((each) => each.section === id);
  const map = MAP_OF[id];
  return html`<section class="card sheet" id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
<p class="muted about">${about}${MORE_OF[id] ?? null}</p>
${id === "servers" ? serverFields(fields, (each) => fixed(form, each), form) : null}
${fields.length === 0 || id === "servers" ? null : html`<div class="fields">${fields.map((each) => fixed(form, each))}</div>`}
${map === undefined ? null : groupsOf(form, map)}
</section>`;
};

const fixed = (form: SettingsForm, field: SettingField): Html =>
  settingField(field, {
    name: field.key,
    text: form.state.texts[field.key] ?? "",
    issue: form.issues.get(field.key)?.message ?? null,
    isSet: (valueAt(form.tree, field.key.split(".")) ?? "") !== "",
    names: namesOf(form, "device_profiles"),
  });

const namesOf = ({ state }: SettingsForm, map: NamedMap): readonly string[] =>
  state.groups.filter((each) => each.map === map && each.name !== "").map((each) => each.name);

const groupsOf = (form: SettingsForm, map: NamedMap): Html => {
  const groups = form.state.groups.filter((each) => each.map === map);
  return html`${groups.map((each, index) => group(form, each, index))}
${form.canSave ? html`<button class="btn" type="submit" name="intent" value="add-${map}">Add a ${NOUN_OF[map]}</button>` : null}`;
};

const group = (form: SettingsForm, each: FormGroup, index: number): Html => {
  const { map, name, was } = each;
  const prefix = `${map}.${index}`;
  const isWrong = [...form.issues.keys()].some((key) => key.startsWith(`${prefix}.`));
  const isShort = map === "libraries" && namesOf(form, map).length <= 2;
  const fields = fieldsOfMap(map);
  const rare = fields.filter((field) => field.isRare);
  const isRareWrong = rare.some((field) => form.issues.has(`${prefix}.${keyIn(field)}`));
  const one = (field: SettingField): Html =>
    settingField(field, {
      name: `${prefix}.${keyIn(field)}`,
      text: each.texts[keyIn(field)] ?? "",
      issue: form.issues.get(`${prefix}.${keyIn(field)}`)?.message ?? null,
      isSet: (valueAt(form.tree, [map, was, keyIn(field)]) ?? "") !== "",
      names: namesOf(form, "profiles"),
    });
  return html`<details class="group" id="${map}-${index}"${isShort || isWrong || name === "" ? html` open` : null}>
<summary><span>${name === "" ? `A new ${NOUN_OF[map]}` : foreign(name)}</span><span class="muted">${foreign(brief(each))}</span></summary>
<input type="hidden" name="${prefix}.was" value="${was}">
<div class="fields">
${nameField(form, each, prefix)}
${fields.filter((field) => !field.isRare).map(one)}
</div>
${rare.length === 0 ? null : html`<details class="rare"${isRareWrong ? html` open` : null}><summary>More</summary><div class="fields">${rare.map(one)}</div></details>`}
${was === "" && name !== "" ? null : removal(each, prefix)}
</details>`;
};

const nameField = (form: SettingsForm, { map, name, was }: FormGroup, prefix: string): Html => {
  const id = idOf(`${prefix}.name`);
  const issue = form.issues.get(`${prefix}.name`)?.message ?? null;
  const help =
    map === "libraries"
      ? "Letters, digits, - and _. With another name it keeps its films, as long as its folder stays the same."
      : "Letters, digits, - and _.";
  // One that exists without being written has its name for good.
  const isFixed = was === "" && (name === "movies" || name === "series") && map === "profiles";
  return html`<div class="field">
<label for="${id}">Name</label>
<input id="${id}" name="${prefix}.name" class="form-control" type="text" spellcheck="false" maxlength="100" value="${name}"${isFixed ? html` readonly` : null} aria-describedby="${issue === null ? null : `${id}-wrong `}${id}-help"${issue === null ? null : html` aria-invalid="true"`}>
${issue === null ? null : html`<p class="wrong" id="${id}-wrong">${issue}</p>`}<p class="help" id="${id}-help">${help}</p>
</div>`;
};

const removal = ({ map, isRemoved }: FormGroup, prefix: string): Html => html`<div class="remove">
<label class="box"><input type="checkbox" name="${prefix}.remove" value="on"${isRemoved ? html` checked` : null} aria-describedby="${idOf(prefix)}-remove"> Remove this ${NOUN_OF[map]}</label>
<p class="help" id="${idOf(prefix)}-remove">${REMOVED[map]}</p>
</div>`;

/** What a closed group says of itself. */
const brief = ({ map, texts }: FormGroup): string => {
  const text = (key: string): string => String(texts[key] ?? "");
  if (map === "libraries") return text("root");
  if (map === "notifiers") return text("kind");
  if (map === "profiles") return `${text("resolution")}, quality ${text("cq")}, up to ${text("max_bitrate")}`;
  return text("like") === "" ? "" : `like ${text("like")}`;
};
