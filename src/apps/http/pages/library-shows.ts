/** The library by show: seasons as links to their films, and how the films of each show stand. */
import { STATES } from "../../../core/lifecycle.ts";
import type { Season, Show } from "../../../edges/store/asset-shows.ts";
import { type Html, html } from "../html.ts";
import { FROM_START, type LibraryView, libraryUrl } from "./library-view.ts";
import { stateBadge } from "./state.ts";
import { foreign } from "./words.ts";

const seasonWord = ({ season }: Season): string =>
  season === null ? "No season" : season === 0 ? "Specials" : `Season ${season}`;

const showRow = ({ input }: LibraryView, { show, films, seasons, states }: Show): Html => {
  const url = (season?: number): string =>
    libraryUrl("/library", input, {
      show,
      group: undefined,
      season: season === undefined ? undefined : String(season),
      ...FROM_START,
    });
  return html`<li>
<div class="show-name"><a class="name" href="${url()}">${foreign(show)}</a><span class="under">${films.toLocaleString("en")} ${films === 1 ? "film" : "films"}</span></div>
<div class="seasons">${seasons.map((each) =>
    each.season === null
      ? html`<span class="muted">${seasonWord(each)} (${each.films.toLocaleString("en")})</span>`
      : html`<a href="${url(each.season)}">${seasonWord(each)} <span class="count">${each.films.toLocaleString("en")}</span></a>`,
  )}</div>
<div class="show-states">${STATES.filter((each) => (states[each] ?? 0) > 0).map((each) => stateBadge(each, ` ${(states[each] ?? 0).toLocaleString("en")}`))}</div>
</li>`;
};

/** One page of shows, in the place of the films. */
export const showList = (view: LibraryView): Html => {
  const { input, shows } = view;
  const url = libraryUrl("/library/films", input);
  return html`<div id="films" hx-get="${url}" hx-trigger="sse:list" hx-target="this" hx-swap="outerHTML">
<div class="card">${
    shows === null || shows.shows.length === 0
      ? html`<div class="empty"><p>No show here.</p><p class="muted">A film belongs to a show when its name or folder says season or episode.</p></div>`
      : html`<ul class="shows">${shows.shows.map((each) => showRow(view, each))}</ul>`
  }</div>
${shows?.next == null ? null : html`<nav class="pager" aria-label="Pages"><span></span><a class="btn btn-sm" rel="next" href="${libraryUrl("/library", input, { cursor: shows.next })}">Next page</a></nav>`}</div>`;
};
