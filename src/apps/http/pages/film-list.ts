import type { AssetSort } from "../../../edges/store/asset-page.ts";
import { usualOrder } from "../../../edges/store/asset-page.ts";
import { type Html, html } from "../html.ts";
import { filmRow } from "./film-row.ts";
import { bulkBar } from "./library-bulk.ts";
import { isFiltered } from "./library-filters.ts";
import { showList } from "./library-shows.ts";
import { FROM_START, type LibraryView, libraryUrl } from "./library-view.ts";

/** The order of the page where the address names none. */
export const USUAL_SORT: AssetSort = "title";

const empty = ({ input }: LibraryView): Html =>
  isFiltered(input)
    ? html`<div class="empty"><p>No film matches this.</p><p><a href="/library">Show all films</a></p></div>`
    : html`<div class="empty"><p>Nothing here yet.</p><p class="muted">Films appear as soon as a scan finds them.</p></div>`;

const pager = ({ input, page }: LibraryView): Html | null => {
  if (input.cursor === undefined && page.next === null) return null;
  return html`<nav class="pager" aria-label="Pages">
${input.cursor === undefined ? html`<span></span>` : html`<a class="btn btn-sm" href="${libraryUrl("/library", input, FROM_START)}">First page</a>`}
<span class="muted">${page.assets.length} of ${page.isTotalExact ? "" : "more than "}${page.total.toLocaleString("en")} films</span>
${page.next === null ? html`<span></span>` : html`<a class="btn btn-sm" rel="next" href="${libraryUrl("/library", input, { cursor: page.next })}">Next page</a>`}
</nav>`;
};

type Column = { readonly sort: AssetSort; readonly label: string; readonly cell: string };

export const COLUMNS: readonly Column[] = [
  { sort: "title", label: "Film", cell: "film" },
  { sort: "year", label: "Year", cell: "year" },
  { sort: "verdict", label: "Verdict", cell: "verdict" },
  { sort: "why", label: "Why", cell: "why" },
  { sort: "work", label: "Plan", cell: "plan" },
  { sort: "size", label: "Size", cell: "size" },
  { sort: "after", label: "After", cell: "after" },
  { sort: "state", label: "State", cell: "state" },
  { sort: "state_at", label: "Changed", cell: "age" },
];

/** A second press turns the order around. */
const headCell = ({ input }: LibraryView, { sort, label, cell }: Column): Html => {
  const isCurrent = (input.sort ?? USUAL_SORT) === sort;
  const order = input.order ?? usualOrder(sort);
  const turned = order === "asc" ? "desc" : "asc";
  const url = libraryUrl("/library", input, {
    sort,
    order: isCurrent ? turned : undefined,
    ...FROM_START,
  });
  const said = order === "asc" ? "ascending" : "descending";
  return html`<th class="cell-${cell}"${isCurrent ? html` aria-sort="${said}"` : null}><a href="${url}">${label}${isCurrent ? html`<span aria-hidden="true"> ${order === "asc" ? "↑" : "↓"}</span>` : null}</a></th>`;
};

/** The table of one page of films, or of shows; read again when films came or went. */
export const filmList = (view: LibraryView): Html => {
  const { control, input, page, now } = view;
  if (input.group === "show") return showList(view);
  const url = libraryUrl("/library/films", input);
  const head = html`<thead><tr><th class="cell-pick"><span class="visually-hidden">Choose</span></th>${COLUMNS.map((each) => headCell(view, each))}<th class="cell-do"><span class="visually-hidden">Actions</span></th></tr></thead>`;
  return html`<div id="films" hx-get="${url}" hx-trigger="sse:list" hx-target="this" hx-swap="outerHTML">
<div class="card">${
    page.assets.length === 0
      ? empty(view)
      : html`<table class="films">${head}<tbody>${page.assets.map((each) => filmRow(control, each, now))}</tbody></table>`
  }</div>${pager(view)}${bulkBar(view)}</div>`;
};
