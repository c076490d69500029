/** Who changed which setting when. */
import type { StoredSettingsChange } from "../../../edges/store/settings-changes.ts";
import { type Html, html } from "../html.ts";
import { changeCells } from "./settings-review.ts";
import { ago, foreign } from "./words.ts";

/** Newest first. */
export const settingsChanges = (
  changes: readonly StoredSettingsChange[],
  next: number | null,
  now: number,
): Html =>
  changes.length === 0
    ? html`<section class="card sheet"><p>No setting was changed here or by the API yet. What is changed in the file by hand is not listed.</p></section>`
    : html`<section class="card sheet">
<p class="muted">Changed here or by the API; what is changed in the file by hand is not listed.</p>
<table class="changes"><thead><tr><th scope="col">Setting</th><th scope="col">From</th><th scope="col">To</th><th scope="col">When</th><th scope="col">By</th></tr></thead>
<tbody>${changes.map((each) => html`<tr>${changeCells(each)}<td data-label="when">${ago(each.at, now)}</td><td data-label="by">${foreign(each.who)}</td></tr>`)}</tbody></table>
${next === null ? null : html`<nav class="pager" aria-label="Pages"><a class="btn btn-sm" rel="next" href="/settings/changes?before=${next}">Older changes</a></nav>`}
</section>`;
