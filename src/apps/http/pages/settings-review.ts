/** What is about to change, before it is saved. */
import { SETTING_FIELDS } from "../../../core/settings-fields.ts";
import { isTree, type SettingsChange } from "../../../core/settings-tree.ts";
import type { SettingsDraft } from "../../settings-editor.ts";
import type { SettingsEffect } from "../../settings-effect.ts";
import { type Html, html } from "../html.ts";
import { type SettingsView, whatOfWork } from "./settings-frame.ts";
import { foreign } from "./words.ts";

/** One that came or went with all that is in it. */
const WHOLE: Readonly<Record<string, string>> = {
  libraries: "library",
  profiles: "profile",
  device_profiles: "screen of your own",
  notifiers: "receiver of messages",
};

/** What a key is called: `Library kids: Folder`. */
const labelOf = (key: string): { readonly of: string | null; readonly label: string } => {
  const [map = "", name = "", ...below] = key.split(".");
  const field = SETTING_FIELDS.find((each) => each.key === key);
  if (field) return { of: null, label: field.label };
  const inner = SETTING_FIELDS.find((each) => each.key === `${map}.*.${below.join(".")}`);
  return { of: name, label: inner?.label ?? WHOLE[map] ?? key };
};

const shownValue = (value: unknown): Html => {
  if (value === null || value === "") return html`<span class="muted">nothing</span>`;
  if (typeof value === "boolean") return html`<span>${value ? "on" : "off"}</span>`;
  if (Array.isArray(value))
    return value.length === 0
      ? html`<span class="muted">none</span>`
      : html`<span>${foreign(value.join(", "))}</span>`;
  if (isTree(value))
    return html`<span>${foreign(typeof value.root === "string" ? value.root : "its settings")}</span>`;
  return html`<span>${foreign(String(value))}</span>`;
};

/** One change: of what, from what, to what. */
export const changeCells = ({ key, from, to }: SettingsChange): Html => {
  const { of, label } = labelOf(key);
  return html`<th scope="row">${of === null ? null : html`<span class="of">${foreign(of)}</span> `}${label}<code class="under">${foreign(key)}</code></th>
<td data-label="from">${shownValue(from)}</td><td data-label="to">${shownValue(to)}</td>`;
};

type Review = {
  readonly draft: SettingsDraft;
  readonly effect: SettingsEffect;
  readonly token: string;
  /** Back to where the changes were made. */
  readonly back: string;
  readonly file: string;
};

/** The review. */
export const settingsReview = (view: SettingsView, review: Review): Html => {
  const { draft, effect, token, back, file } = review;
  const isNew = draft.version === null;
  const isSame = draft.changes.length === 0;
  return html`<section class="card sheet"><h2>${isSame ? "No setting changes" : "What changes"}</h2>
${isSame ? html`<p>${isNew ? html`What is used now is written to <code>${foreign(file)}</code>.` : "Only how the file is written, if anything: its values stay."}</p>` : table(draft)}
</section>
<section class="card sheet" id="effect"><h2>What comes of it</h2>
${effect.sentences.map((each) => html`<p>${foreign(each)}</p>`)}
</section>
${isNew && Object.keys(draft.settings.libraries).length === 0 ? noLibrary(back) : decision(view, token, back)}`;
};

/** A first file without a library would end the sample, or what was named at the start, for nothing. */
const noLibrary = (
  back: string,
): Html => html`<section class="card sheet"><p><strong>No library is named yet.</strong> Add one with a name and a folder; without one there is nothing to do.</p>
<a class="btn btn-primary" href="${back}">Back</a></section>`;

const decision = (view: SettingsView, token: string, back: string): Html =>
  html`<form class="decide" method="post" action="/settings/save">
<input type="hidden" name="token" value="${token}">
<p class="muted">${whatOfWork(view)} Saved for later, they are in use from the next start on.</p>
<div class="tools"><button class="btn btn-primary" type="submit" name="use" value="now">Save and use now</button><button class="btn" type="submit" name="use" value="later">Save for later</button><a class="btn" href="${back}">Back</a></div>
</form>`;

const table = ({
  changes,
}: SettingsDraft): Html => html`<table class="changes"><thead><tr><th scope="col">Setting</th><th scope="col">From</th><th scope="col">To</th></tr></thead>
<tbody>${changes.map((each) => html`<tr>${changeCells(each)}</tr>`)}</tbody></table>`;
