import { type Html, html } from "../html.ts";
import { filmRow } from "./film-row.ts";
import { type LibraryView, libraryUrl } from "./library-view.ts";

const isFiltered = ({ input }: LibraryView): boolean =>
  [input.state, input.library, input.work, input.reason, input.problem, input.q].some(
    (each) => each !== undefined,
  );

const empty = (view: LibraryView): Html =>
  isFiltered(view)
    ? html`<div class="empty"><p>No film matches this.</p><p><a href="/library">Show all films</a></p></div>`
    : html`<div class="empty"><p>Nothing here yet.</p><p class="muted">Films appear as soon as a scan finds them.</p></div>`;

const pager = ({ input, page }: LibraryView): Html | null => {
  if (input.cursor === undefined && page.next === null) return null;
  return html`<nav class="pager" aria-label="Pages">
${input.cursor === undefined ? html`<span></span>` : html`<a class="btn btn-sm" href="${libraryUrl("/library", input, { cursor: undefined })}">First page</a>`}
<span class="muted">${page.assets.length} of ${page.total.toLocaleString("en")} films</span>
${page.next === null ? html`<span></span>` : html`<a class="btn btn-sm" rel="next" href="${libraryUrl("/library", input, { cursor: page.next })}">Next page</a>`}
</nav>`;
};

/** The table of one page of films; read again when films came or went. */
export const filmList = (view: LibraryView): Html => {
  const { control, input, page, now } = view;
  const url = libraryUrl("/library/films", input);
  const head = html`<thead><tr><th>State</th><th>Film</th><th>Why</th><th>Plan</th><th class="cell-size">Size</th><th>Changed</th><th><span class="visually-hidden">Actions</span></th></tr></thead>`;
  return html`<div id="films" hx-get="${url}" hx-trigger="sse:list" hx-target="this" hx-swap="outerHTML">
<div class="card">${
    page.assets.length === 0
      ? empty(view)
      : html`<table class="films">${head}<tbody>${page.assets.map((each) => filmRow(control, each, now))}</tbody></table>`
  }</div>${pager(view)}</div>`;
};
