import { ACTION_OF } from "../../../core/plan.ts";
import { WORKS } from "../../../core/work.ts";
import { type Html, html } from "../html.ts";
import type { PublicFiles } from "../public-files.ts";
import { scanButton } from "./buttons.ts";
import { filmList } from "./film-list.ts";
import { layout } from "./layout.ts";
import { type LibraryView, libraryUrl } from "./library-view.ts";
import { summary } from "./summary.ts";

const SORT_NAMES = { path: "Name", state_at: "Last change", size: "Size", id: "First found" } as const;

const option = (value: string, label: string, current: string | undefined): Html =>
  html`<option value="${value}"${(current ?? "") === value ? html` selected` : null}>${label}</option>`;

/** Works as a plain form; with scripts the list follows as one types. */
const filters = ({
  control,
  input,
}: LibraryView): Html => html`<form class="filters" method="get" action="/library" role="search"
 hx-get="/library" hx-trigger="submit, change, input delay:300ms from:#q" hx-target="#films" hx-select="#films" hx-select-oob="#summary" hx-swap="outerHTML" hx-push-url="true" hx-sync="this:replace">
${input.state === undefined ? null : html`<input type="hidden" name="state" value="${input.state}">`}
<input id="q" class="form-control" type="search" name="q" value="${input.q ?? ""}" placeholder="Search films" aria-label="Search films" maxlength="500" autocomplete="off">
<select id="library" class="form-select" name="library" aria-label="Library">${option("", "All libraries", input.library)}${Object.keys(control.settings.libraries).map((each) => option(each, each, input.library))}</select>
<select id="work" class="form-select" name="work" aria-label="Work">${option("", "Any work", input.work)}${WORKS.map((each) => option(each, each === "none" ? "plays as it is" : ACTION_OF[each], input.work))}</select>
<select id="sort" class="form-select" name="sort" aria-label="Sort by">${Object.entries(SORT_NAMES).map(([value, label]) => option(value, label, input.sort ?? "path"))}</select>
<button class="btn">Search</button>
</form>`;

/** The library: what is there, why, and what will be done about it. */
export const libraryPage = (files: PublicFiles, view: LibraryView, notice: Html | null): Html => {
  const stream = `/library/stream?after=${encodeURIComponent(view.lastEventId)}`;
  return layout(files, {
    title: "Library",
    section: "/library",
    styles: ["library.css"],
    notice,
    body: html`<div hx-ext="sse" sse-connect="${stream}">
${summary(view.control, view.input)}
<div class="tools">${filters(view)}${scanButton}</div>
${active(view)}
${filmList(view)}
</div>`,
  });
};

/** Filters that only a link sets, with the way out of them; and what may be done with archived films. */
const active = ({ input }: LibraryView): Html =>
  html`${
    input.reason === undefined && input.problem === undefined
      ? null
      : html`<p class="muted">Only films with ${input.reason ?? input.problem}. <a href="${libraryUrl("/library", input, { reason: undefined, problem: undefined })}">Show all</a></p>`
  }${
    input.state === "Archived"
      ? html`<p class="muted"><a href="${libraryUrl("/restore", input, { state: undefined, cursor: undefined, sort: undefined, limit: undefined })}">Bring these originals back…</a> · <a href="/archive">The archive</a></p>`
      : null
  }`;
