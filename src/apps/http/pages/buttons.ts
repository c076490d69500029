/** Buttons that are real forms: they work without scripts, and with them the page stays where it is. */

import { visibleText } from "../../../core/human-text.ts";
import type { State } from "../../../core/lifecycle.ts";
import type { Asset } from "../../../edges/store/asset-row.ts";
import { type Html, html } from "../html.ts";
import { fileName } from "./words.ts";

type Action = { readonly name: "reprocess" | "cancel" | "restore"; readonly label: string };

/** What a person may ask of a film in each state, in the words of its own page (film-actions.ts); the server refuses the rest whatever the page shows. */
const ACTIONS: Readonly<Record<State, Action | null>> = {
  New: null,
  Queued: null,
  Processing: { name: "cancel", label: "Cancel" },
  Completed: { name: "reprocess", label: "Re-process" },
  Failed: { name: "reprocess", label: "Try again" },
  Archived: { name: "restore", label: "Restore original" },
};

/** A queued film that waits, for a retry or because its original was brought back, can be converted at once. */
const CONVERT_NOW: Action = { name: "reprocess", label: "Convert now" };

const actionOf = (asset: Asset): Action | null =>
  asset.state === "Queued" && asset.availableAt !== null ? CONVERT_NOW : ACTIONS[asset.state];

const form = (asset: Asset, { name, label }: Action, place: string): Html =>
  html`<form method="post" action="/${name}/${asset.id}" hx-post="/${name}/${asset.id}" hx-target="#notice" hx-swap="innerHTML">
<button id="${place}-${name}-${asset.id}" class="btn${place === "row" ? " btn-sm quiet" : ""}" aria-label="${label}: ${visibleText(fileName(asset))}">${label}</button></form>`;

/** In a list only re-processing is offered: cancelling and restoring are thought about on the film's own page. */
export const rowButtons = (asset: Asset): Html | null => {
  const action = actionOf(asset);
  return action?.name === "reprocess" ? form(asset, action, "row") : null;
};

export const scanButton: Html = html`<form method="post" action="/scan" hx-post="/scan" hx-target="#notice" hx-swap="innerHTML">
<button id="scan" class="btn">Rescan</button></form>`;
