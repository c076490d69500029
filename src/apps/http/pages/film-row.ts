import { visibleText } from "../../../core/human-text.ts";
import { PROBLEMS } from "../../../core/problem.ts";
import type { Asset } from "../../../edges/store/asset-row.ts";
import type { Control } from "../../control.ts";
import { type Html, html } from "../html.ts";
import { rowButtons } from "./buttons.ts";
import { fate } from "./fate.ts";
import { stateCell } from "./state.ts";
import { ago, fileName, folderOf, foreign, sizes } from "./words.ts";

/** Why the film is where it is, in a phrase, and what it waits for. */
const whyCell = (control: Control, asset: Asset): Html => {
  const waiting = control.waitingReason(asset);
  if (asset.state === "Failed" && asset.problemCode !== null)
    return html`<span>${PROBLEMS[asset.problemCode].title}</span>`;
  return html`<span>${asset.why ?? (asset.state === "New" ? "not looked at yet" : "")}</span>${waiting === null ? null : html`<span class="under">${waiting}</span>`}`;
};

/** What is planned, while it is; what was done, after. */
const planCell = (control: Control, asset: Asset): Html | string => {
  if (asset.state === "Queued" || asset.state === "Processing") {
    return html`<span>${asset.action ?? ""}</span><span class="under">${fate(control, asset)}</span>`;
  }
  if (asset.outcome === "converted") return asset.state === "Archived" ? "done, original set aside" : "done";
  return "";
};

/** One film of the list. The page replaces the row when the server sends it again. `now` in epoch ms. */
export const filmRow = (control: Control, asset: Asset, now: number): Html =>
  html`<tr id="row-${asset.id}" sse-swap="row-${asset.id}" hx-swap="outerHTML">
<td class="cell-state">${stateCell(control, asset)}</td>
<td class="cell-film"><a href="/library/${asset.id}" title="${visibleText(asset.path)}">${foreign(fileName(asset))}</a><span class="under">${foreign(folderOf(asset))}</span></td>
<td class="cell-why">${whyCell(control, asset)}</td>
<td class="cell-plan">${planCell(control, asset)}</td>
<td class="cell-size">${sizes(asset)}</td>
<td class="cell-age">${ago(asset.stateAt, now)}</td>
<td class="cell-do">${rowButtons(asset)}</td>
</tr>`;
