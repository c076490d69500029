/** What a person may do with one film, on its own page: real forms, which work without scripts. */
import { visibleText } from "../../../core/human-text.ts";
import { isKept, type State } from "../../../core/lifecycle.ts";
import type { Asset } from "../../../edges/store/asset-row.ts";
import { type Html, html } from "../html.ts";
import { fileName } from "./words.ts";

type Action = {
  readonly name: "reprocess" | "cancel" | "restore" | "ignore" | "priority";
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
const START: Action = { name: "reprocess", label: "Convert now", title: "Ends the waiting" };
const FIRST: Action = {
  name: "priority",
  label: "Convert next",
  title: "Moves the film to the front of the queue",
};
const KEEP: Action = {
  name: "ignore",
  label: "Keep as it is",
  title: "Does not convert the film until you ask for it, as long as its content is the same",
};
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
  New: [KEEP],
  Queued: [FIRST, KEEP],
  Processing: [CANCEL],
  Completed: [AGAIN],
  Failed: [RETRY, KEEP],
  Archived: [UNDO],
};

/** A film that a person keeps is offered back, and not to be kept again. */
const actionsOf = (asset: Asset): readonly Action[] => {
  const isWaiting = asset.state === "Queued" && asset.availableAt !== null;
  const all = isWaiting ? [START, KEEP] : ACTIONS[asset.state];
  return isKept(asset) ? all.filter((each) => each !== KEEP) : all;
};

/** The likeliest of what makes a film play stands out. */
const STANDS_OUT: ReadonlySet<Action> = new Set([START, FIRST, RETRY]);

const form = (asset: Asset, action: Action): Html => {
  const { name, label, title } = action;
  return html`<form method="post" action="/${name}/${asset.id}" hx-post="/${name}/${asset.id}" hx-target="#notice" hx-swap="innerHTML">${
    name === "priority" ? html`<input type="hidden" name="where" value="first">` : null
  }
<button id="film-${name}-${asset.id}" class="btn${STANDS_OUT.has(action) ? " btn-primary" : ""}" title="${title}" aria-label="${label}: ${visibleText(fileName(asset))}">${label}</button></form>`;
};

export const filmActions = (asset: Asset): Html =>
  html`<div class="film-do">${actionsOf(asset).map((each) => form(asset, each))}</div>`;
