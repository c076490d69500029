/** How many originals would be brought back, before they are. */
import { visibleText } from "../../../core/human-text.ts";
import type { Control } from "../../control.ts";
import { type Html, html } from "../html.ts";
import type { AssetListInput } from "../input.ts";
import type { PublicFiles } from "../public-files.ts";
import { layout } from "./layout.ts";
import { libraryUrl } from "./library-view.ts";

const FILTERS = ["library", "work", "reason", "problem", "q"] as const;

/** The question, with the filter of the list it was asked from. */
export const restoreAllPage = (files: PublicFiles, control: Control, input: AssetListInput): Html => {
  const given = FILTERS.flatMap((key) => {
    const value = input[key];
    return value === undefined ? [] : [{ key, value }];
  });
  const filter = Object.fromEntries(given.map(({ key, value }) => [key, value]));
  const total = control.store.assets.archivedCount(filter);
  const what = `${total.toLocaleString("en")} archived ${total === 1 ? "film" : "films"}`;
  const of = given.map(({ key, value }) => `${key} ${visibleText(value)}`).join(", ");
  return layout(files, {
    title: "Bring originals back",
    section: "/archive",
    styles: ["archive.css"],
    body: html`<section class="card sheet"><h1>Bring back the originals of ${what}?</h1>
${of === "" ? null : html`<p class="muted">Only those of ${of}.</p>`}
<p>Each original returns to its old place, byte for byte; its converted film is set aside in a hidden folder. Nothing is overwritten: where the old place is taken, the film stays as it is and says so.</p>
<div class="tools"><form method="post" action="/restore">${given.map(({ key, value }) => html`<input type="hidden" name="${key}" value="${value}">`)}${given.length === 0 ? html`<input type="hidden" name="all" value="true">` : null}
<button class="btn btn-primary"${total === 0 ? html` disabled` : null}>Bring ${what} back</button></form>
<a class="btn" href="${libraryUrl("/library", input, { state: "Archived" })}">No, leave them</a></div></section>`,
  });
};
