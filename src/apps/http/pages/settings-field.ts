/** One setting of the form: its label, its control, what it does, and what is wrong with it. */
import { DEVICE_NAMES, DEVICES } from "../../../core/devices.ts";
import type { FieldKind, SettingField } from "../../../core/setting-field.ts";
import { type Html, html } from "../html.ts";
import { shownMark } from "../settings-form.ts";
import type { FieldText } from "../settings-values.ts";

export type Shown = {
  /** Of the control in the form. */
  readonly name: string;
  readonly text: FieldText;
  readonly issue: string | null;
  /** A secret that is set. */
  readonly isSet?: boolean;
  /** Names that may be chosen: devices, profiles. */
  readonly names: readonly string[];
};

export const idOf = (name: string): string => `f-${name.replaceAll(/\W/g, "-")}`;

const described = ({ name, issue }: Shown): Html => {
  const id = idOf(name);
  return issue === null
    ? html` aria-describedby="${id}-help"`
    : html` aria-describedby="${id}-wrong ${id}-help" aria-invalid="true"`;
};

const below = (field: SettingField, { name, issue }: Shown): Html => {
  const id = idOf(name);
  return html`${issue === null ? null : html`<p class="wrong" id="${id}-wrong">${issue}</p>`}<p class="help" id="${id}-help">${field.help}</p>`;
};

/** The field. */
export const settingField = (field: SettingField, shown: Shown): Html => {
  const { kind } = field.kind;
  if (kind === "some" || kind === "devices") return boxes(field, shown);
  if (kind === "switch") return switchField(field, shown);
  const id = idOf(shown.name);
  return html`<div class="field${kind === "yaml" ? " field-wide" : ""}">
<label for="${id}" title="${field.key}">${field.label}</label>
${field.unit === undefined ? control(field.kind, shown) : html`<div class="with-unit">${control(field.kind, shown)}<span>${field.unit}</span></div>`}
${kind === "secret" && shown.isSet ? clear(shown) : null}${below(field, shown)}
</div>`;
};

const control = (kind: FieldKind, shown: Shown): Html => {
  const { name } = shown;
  const text = typeof shown.text === "string" ? shown.text : "";
  const all = html`id="${idOf(name)}" name="${name}"${described(shown)}`;
  switch (kind.kind) {
    case "choice":
      return select(all, text, kind.choices);
    case "profile":
      return select(all, text, plain(withOwn(shown.names, text)));
    case "number":
      return html`<input ${all} class="form-control" type="number" inputmode="decimal" min="${kind.min}" max="${kind.max}" step="${kind.step}" value="${text}">`;
    case "secret":
      return html`<input ${all} class="form-control" type="password" autocomplete="off" value=""${shown.isSet ? html` placeholder="set; leave empty to keep it"` : null}>`;
    case "yaml":
      return html`<textarea ${all} class="form-control code" rows="${Math.min(12, Math.max(2, text.split("\n").length))}" spellcheck="false" placeholder="${kind.example}">${text}</textarea>`;
    case "list":
    case "word-or-number":
      return html`<input ${all} class="form-control" type="text" spellcheck="false" placeholder="${kind.example}" value="${text}">`;
    case "text":
      return html`<input ${all} class="form-control" type="text" spellcheck="false"${kind.example === undefined ? null : html` placeholder="${kind.example}"`} value="${text}">`;
    default:
      return html``;
  }
};

const plain = (names: readonly string[]) => names.map((value) => ({ value, label: value }));

/** What is chosen stays to be seen, also when it is none of the choices. */
const withOwn = (names: readonly string[], own: string): readonly string[] =>
  own === "" || names.includes(own) ? names : [...names, own];

const select = (
  all: Html,
  text: string,
  choices: readonly { readonly value: string; readonly label: string }[],
): Html => {
  const known = choices.some((each) => each.value === text)
    ? choices
    : [...choices, { value: text, label: text }];
  return html`<select ${all} class="form-select">${known.map(
    ({ value, label }) =>
      html`<option value="${value}"${value === text ? html` selected` : null}>${label}</option>`,
  )}</select>`;
};

const clear = ({ name }: Shown): Html =>
  html`<label class="box"><input type="checkbox" name="${name}.clear" value="on"> Take it out</label>`;

const switchField = (field: SettingField, shown: Shown): Html => {
  const id = idOf(shown.name);
  return html`<div class="field field-switch">
<input type="hidden" name="${shownMark(shown.name)}" value="1">
<label class="box" title="${field.key}"><input type="checkbox" id="${id}" name="${shown.name}" value="on"${shown.text.includes("on") ? html` checked` : null}${described(shown)}> ${field.label}</label>
${below(field, shown)}
</div>`;
};

const deviceLabel = (name: string): string =>
  DEVICE_NAMES.find((each) => each === name) ? DEVICES[name as (typeof DEVICE_NAMES)[number]].label : name;

const boxes = (field: SettingField, shown: Shown): Html => {
  const ticked = typeof shown.text === "string" ? [] : shown.text;
  const choices =
    field.kind.kind === "some"
      ? field.kind.choices
      : [...new Set([...DEVICE_NAMES, ...shown.names, ...ticked])].map((value) => ({
          value,
          label: deviceLabel(value),
        }));
  return html`<fieldset class="field${field.kind.kind === "devices" ? " field-wide" : ""}" id="${idOf(shown.name)}"${described(shown)}>
<legend title="${field.key}">${field.label}</legend>
<input type="hidden" name="${shownMark(shown.name)}" value="1">
<div class="boxes">${choices.map(
    ({ value, label }) =>
      html`<label class="box"><input type="checkbox" name="${shown.name}" value="${value}"${ticked.includes(value) ? html` checked` : null}> ${label}</label>`,
  )}</div>
${below(field, shown)}
</fieldset>`;
};
