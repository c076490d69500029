/** The servers in the form of the settings: each in a group of its own, with a button that asks it how it stands. */
import { visibleText } from "../../../core/human-text.ts";
import { SERVER_NAMES, SERVERS } from "../../../core/servers.ts";
import type { SettingField } from "../../../core/setting-field.ts";
import type { ServerName } from "../../../core/settings-servers.ts";
import type { Finding } from "../../doctor/finding.ts";
import { type Html, html } from "../html.ts";
import type { SettingsForm } from "./settings-form.ts";

export type TriedServer = { readonly name: ServerName; readonly finding: Finding };

const SAID = { ok: "works", note: "works without", bad: "does not work" } as const;
const MARKS = { ok: "✓", note: "–", bad: "✗" } as const;

const answer = ({ check, detail, mend, state }: Finding): Html =>
  html`<p class="tried tried-${state}" role="status"><span role="img" aria-label="${SAID[state]}">${MARKS[state]}</span> <strong>${check}</strong> ${visibleText(detail)}.${mend === "" ? null : html` <span class="mend"><span aria-hidden="true">→</span> ${visibleText(mend)}</span>`}</p>`;

/** The groups; one is open where something is set, wrong or was just tried. */
export const serverFields = (
  fields: readonly SettingField[],
  field: (each: SettingField) => Html,
  { state, issues, canSave, tried }: SettingsForm,
): Html =>
  html`${SERVER_NAMES.map((name) => {
    const own = fields.filter(({ key }) => key.startsWith(`${name}.`));
    const isOpen =
      state.texts[`${name}.url`] !== "" ||
      tried?.name === name ||
      own.some(({ key }) => issues.has(key) || state.cleared.has(key));
    return html`<details class="group" id="server-${name}"${isOpen ? html` open` : null}>
<summary><span>${SERVERS[name]}</span><span class="muted">${state.texts[`${name}.url`] || "none"}</span></summary>
<div class="fields">${own.map(field)}</div>
${canSave ? html`<div class="try"><button class="btn" type="submit" name="intent" value="try-${name}" formaction="/settings#server-${name}">Try it</button>${tried?.name === name ? answer(tried.finding) : html`<span class="muted">Asks ${SERVERS[name]} with what stands here; saves nothing.</span>`}</div>` : null}
</details>`;
  })}`;
