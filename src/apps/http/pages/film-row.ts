import { findDevice } from "../../../core/device-settings.ts";
import { readFilmName } from "../../../core/film-name.ts";
import { visibleText } from "../../../core/human-text.ts";
import { PROBLEMS } from "../../../core/problem.ts";
import type { Asset } from "../../../edges/store/asset-row.ts";
import type { Control } from "../../control.ts";
import { type Html, html } from "../html.ts";
import { rowButtons } from "./buttons.ts";
import { fate } from "./fate.ts";
import { stateCell } from "./state.ts";
import { ago, fileName, filmLink, folderOf, foreign, size, sizeAfter } from "./words.ts";

/** Why the film is where it is, in a phrase, and what it waits for. */
const whyCell = (control: Control, asset: Asset): Html => {
  const waiting = control.waitingReason(asset);
  if (asset.state === "Failed" && asset.problemCode !== null)
    return html`<span>${PROBLEMS[asset.problemCode].title}</span>`;
  return html`<span>${asset.why ?? (asset.state === "New" ? "not looked at yet" : "")}</span>${waiting === null ? null : html`<span class="under">${waiting}</span>`}`;
};

/** What is planned, while it is; what was done is said by the state. */
const planCell = (control: Control, asset: Asset): Html | string => {
  if (asset.state === "Queued" || asset.state === "Processing") {
    return html`<span>${asset.action ?? ""}</span><span class="under">${fate(control, asset)}</span>`;
  }
  return "";
};

const deviceLabel = ({ settings }: Control, name: string): string =>
  findDevice(name, settings.device_profiles)?.label ?? name;

/** What each device says of the file as it is; of a converted film, that it plays now. */
const verdictCell = (control: Control, asset: Asset): Html => {
  if (asset.outcome === "converted" && (asset.state === "Completed" || asset.state === "Archived"))
    return html`<span class="plays plays-yes">✓ Plays</span><span class="under">converted</span>`;
  if (asset.media === null)
    return html`<span class="muted">${asset.state === "New" ? "…" : "not known"}</span>`;
  const badge = (name: string, isPlayed: boolean): Html => {
    const label = visibleText(deviceLabel(control, name));
    const said = isPlayed ? "plays it" : "does not play it";
    return html`<span class="plays ${isPlayed ? "plays-yes" : "plays-no"}" title="${label} ${said}"><span aria-hidden="true">${isPlayed ? "✓" : "✗"} </span>${label}<span class="visually-hidden"> ${said}</span></span>`;
  };
  return html`${asset.media.playsOn.map((each) => badge(each, true))}${asset.media.failsOn.map((each) => badge(each, false))}`;
};

/** The year has a column of its own, which a phone has not. */
const titleCell = (asset: Asset, year: number | null): Html =>
  html`${filmLink(asset.id, asset.path, "episode")}${year === null ? null : html` <span class="year-beside">${year}</span>`}<span class="under file">${foreign(fileName(asset))}</span><span class="under">${foreign(folderOf(asset))}</span>`;

const pickCell = (asset: Asset): Html =>
  html`<input id="pick-${asset.id}" class="form-check-input" type="checkbox" name="ids" value="${asset.id}" form="bulk" hx-preserve="true" autocomplete="off" aria-label="Choose ${visibleText(fileName(asset))}">`;

/** One film of the list. The page replaces the row when the server sends it again. `now` in epoch ms. */
export const filmRow = (control: Control, asset: Asset, now: number): Html => {
  const { year } = readFilmName(asset.path);
  return html`<tr id="row-${asset.id}" sse-swap="row-${asset.id}" hx-swap="outerHTML">
<td class="cell-pick">${pickCell(asset)}</td>
<td class="cell-film">${titleCell(asset, year)}</td>
<td class="cell-year">${year}</td>
<td class="cell-verdict">${verdictCell(control, asset)}</td>
<td class="cell-why">${whyCell(control, asset)}</td>
<td class="cell-plan">${planCell(control, asset)}</td>
<td class="cell-size">${size(asset.sizeBytes)}</td>
<td class="cell-after">${sizeAfter(asset)}</td>
<td class="cell-state">${stateCell(control, asset)}</td>
<td class="cell-age">${ago(asset.stateAt, now)}</td>
<td class="cell-do">${rowButtons(asset)}</td>
</tr>`;
};
