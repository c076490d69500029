import type { AssetSort } from "../../../edges/store/asset-page.ts";
import { type Html, html } from "../html.ts";
import type { LibraryInput } from "../input.ts";
import type { PublicFiles } from "../public-files.ts";
import { scanButton } from "./buttons.ts";
import { filmList, USUAL_SORT } from "./film-list.ts";
import { layout } from "./layout.ts";
import { activeFilters, MENU_FACETS, menus, moreSet } from "./library-filters.ts";
import type { LibraryView } from "./library-view.ts";
import { views } from "./library-views.ts";
import { summary } from "./summary.ts";

/** Columns are sorted by their headings too, which a phone has not. */
const SORT_NAMES: Readonly<Record<AssetSort, string>> = {
  title: "Title",
  year: "Year",
  verdict: "Verdict",
  why: "Why",
  work: "Plan",
  size: "Size",
  after: "Size after",
  state: "State",
  state_at: "Last change",
  library: "Library",
  path: "Folder and file",
  id: "First found",
};
const ORDER_NAMES = { asc: "Ascending", desc: "Descending" } as const;

const option = (value: string, label: string, current: string): Html =>
  html`<option value="${value}"${current === value ? html` selected` : null}>${label}</option>`;

const sortMenus = ({ sort = USUAL_SORT, order }: LibraryInput): Html =>
  html`<select id="sort" class="form-select" name="sort" aria-label="Sort by">${Object.entries(SORT_NAMES).map(([value, label]) => option(value, label, sort))}</select>
<select id="order" class="form-select" name="order" aria-label="Order">${option("", "Usual order", order ?? "")}${Object.entries(ORDER_NAMES).map(([value, label]) => option(value, label, order ?? ""))}</select>`;

/** Works as a plain form; with scripts the list follows as one types. */
const filters = (view: LibraryView): Html => {
  const { input } = view;
  const kept = ["state", "show", "season", "group"] as const;
  const more = moreSet(input);
  return html`<form class="filters" method="get" action="/library" role="search"
 hx-get="/library" hx-trigger="submit, change, input delay:300ms from:#q" hx-target="#films" hx-select="#films" hx-select-oob="#summary,#active,#views,${MENU_FACETS.map((each) => `#${each}`).join(",")}" hx-swap="outerHTML" hx-push-url="true" hx-sync="this:replace">
${kept.map((each) => (input[each] === undefined ? null : html`<input type="hidden" name="${each}" value="${input[each]}">`))}
<input id="q" class="form-control" type="search" name="q" value="${input.q ?? ""}" placeholder="Search films, as in: sever s01" aria-label="Search films" maxlength="500" autocomplete="off">
<button class="btn">Search</button>
${menus(view, "first")}
<div class="menus">${sortMenus(input)}</div>
<details class="more"${more > 0 ? html` open` : null}><summary>More filters</summary>${menus(view, "more")}</details>
</form>`;
};

/** The library: what is there, why, and what will be done about it. */
export const libraryPage = (files: PublicFiles, view: LibraryView, notice: Html | null): Html => {
  const stream = `/library/stream?after=${encodeURIComponent(view.lastEventId)}`;
  return layout(files, {
    title: "Library",
    section: "/library",
    styles: ["library.css", "films.css", "library-more.css"],
    notice,
    body: html`<div hx-ext="sse" sse-connect="${stream}">
${summary(view.control, view.input)}
${views(view.control, view.input)}
<div class="tools">${filters(view)}${scanButton}</div>
${activeFilters(view)}
${filmList(view)}
</div>`,
  });
};
