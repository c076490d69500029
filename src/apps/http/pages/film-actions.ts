/** What a person may do with one film, on its own page: real forms, which work without scripts. */
import { visibleText } from "../../../core/human-text.ts";
import type { State } from "../../../core/lifecycle.ts";
import type { Asset } from "../../../edges/store/asset-row.ts";
import { type Html, html } from "../html.ts";
import { fileName } from "./words.ts";

type Action = {
  readonly name: "reprocess" | "cancel" | "restore";
  readonly label: string;
  /** What it does, in a sentence. */
  readonly title: string;
};

const RETRY: Action = { name: "reprocess", label: "Try again", title: "Puts the film into the queue again" };
const AGAIN: Action = {
  name: "reprocess",
  label: "Re-process",
  title: "Looks at the film again, and converts it if it has to be",
};
const START: Action = { name: "reprocess", label: "Start now", title: "Ends the waiting" };
const CANCEL: Action = {
  name: "cancel",
  label: "Cancel",
  title: "Stops the work; what was made is thrown away and the original stays",
};
const UNDO: Action = {
  name: "restore",
  label: "Restore original",
  title: "Undo: brings the original back; the converted film is set aside",
};

/** In the order of their buttons, the likeliest first; the server refuses the rest whatever the page shows. */
const ACTIONS: Readonly<Record<State, readonly Action[]>> = {
  New: [],
  Queued: [],
  Processing: [CANCEL],
  Completed: [AGAIN],
  Failed: [RETRY],
  Archived: [UNDO],
};

const actionsOf = (asset: Asset): readonly Action[] =>
  asset.state === "Queued" && asset.availableAt !== null ? [START] : ACTIONS[asset.state];

const form = (asset: Asset, { name, label, title }: Action, isFirst: boolean): Html =>
  html`<form method="post" action="/${name}/${asset.id}" hx-post="/${name}/${asset.id}" hx-target="#notice" hx-swap="innerHTML">
<button id="film-${name}-${asset.id}" class="btn${isFirst && name !== "cancel" ? " btn-primary" : ""}" title="${title}" aria-label="${label}: ${visibleText(fileName(asset))}">${label}</button></form>`;

export const filmActions = (asset: Asset): Html =>
  html`<div class="film-do">${actionsOf(asset).map((each, at) => form(asset, each, at === 0))}</div>`;
