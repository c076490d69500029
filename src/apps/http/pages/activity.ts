/** Everything that happened, newest first, a day under a day. */

import { basename, dirname } from "node:path/posix";
import { EVENT_WORDS, eventWords, TOPIC_NAMES, TOPICS } from "../../../core/event-words.ts";
import { filmTitle } from "../../../core/film-name.ts";
import { visibleText } from "../../../core/human-text.ts";
import { isProblemCode, PROBLEMS } from "../../../core/problem.ts";
import type { ActivityPage, Happening } from "../../../edges/store/activity.ts";
import type { Control } from "../../control.ts";
import { dayOf, dayWords, timeOf } from "../../local-day.ts";
import { type ActivityInput, urlWith } from "../activity-input.ts";
import { type Html, html } from "../html.ts";
import type { PublicFiles } from "../public-files.ts";
import { layout } from "./layout.ts";
import { foreign, size } from "./words.ts";

export type ActivityView = {
  readonly control: Control;
  readonly now: number;
  readonly lastEventId: string;
  readonly input: ActivityInput;
  readonly page: ActivityPage;
};

/** The two halves of the section. */
export const tabs = (current: "/activity" | "/activity/logs"): Html =>
  html`<nav class="tabs" aria-label="Activity">${(
    [
      ["/activity", "History"],
      ["/activity/logs", "Logs"],
    ] as const
  ).map(
    ([path, label]) =>
      html`<a href="${path}"${path === current ? html` aria-current="page"` : null}>${label}</a>`,
  )}</nav>`;

/** An option of a choice, selected when it is the current one. */
export const option = (value: string, label: string, current: string | undefined): Html =>
  html`<option value="${value}"${(current ?? "") === value ? html` selected` : null}>${label}</option>`;

const textOf = (data: unknown, key: string): string | null => {
  const value: unknown =
    typeof data === "object" && data !== null && Object.hasOwn(data, key)
      ? (data as Readonly<Record<string, unknown>>)[key]
      : null;
  return typeof value === "string" && value !== "" ? value : null;
};

/** What an event says beyond its kind: the problem, the reason, the saving. */
const moreOf = ({ kind, data, film }: Happening): Html | null => {
  const problem = textOf(data, "problem");
  if (problem !== null && isProblemCode(problem)) {
    const detail = textOf(data, "detail");
    return html`${PROBLEMS[problem].title}${detail === null ? null : html` ${foreign(detail)}`}`;
  }
  if (kind.startsWith("published-") && film !== null && film.resultBytes !== null)
    return html`${size(film.sizeBytes)} <span aria-label="became">→</span> ${size(film.resultBytes)}`;
  const said = kind === "assessed-needs-work" ? textOf(data, "why") : textOf(data, "reason");
  return said === null ? null : html`${visibleText(said)}`;
};

/** A film by its title; what is no film of the list any more by the name it had. */
const nameOf = (event: Happening): Html =>
  event.film === null
    ? html`<span class="name">${foreign(basename(event.path))}</span>`
    : html`<a class="name" id="event-${event.id}" href="/library/${event.film.id}">${foreign(filmTitle(event.path))}</a>`;

const step = (event: Happening): Html => {
  const { words, tone } = eventWords(event.kind);
  const more = moreOf(event);
  const whole = new Date(event.at).toISOString().replace("T", " ").slice(0, 19);
  return html`<li><span class="at" title="${whole} UTC">${timeOf(event.at)}</span>
<div><span class="tone tone-${tone}">${words}</span>${more === null ? null : html`<span class="under">${more}</span>`}</div></li>`;
};

/** Of one film (or library) what happened without another between: the name once, and each step. */
const row = (events: readonly Happening[]): Html | null => {
  const [newest] = events;
  if (!newest) return null;
  const below = newest.film === null ? dirname(newest.path) : newest.path;
  const place = [newest.library, ...below.split("/").filter((each) => each !== ".")]
    .filter((each) => each !== null)
    .join(" / ");
  return html`<li><div class="what">${nameOf(newest)}<span class="under">${foreign(place)}</span></div>
<ol class="happenings">${events.map(step)}</ol></li>`;
};

const isOfSame = (a: Happening | undefined, b: Happening): boolean =>
  a !== undefined && a.path === b.path && a.assetId === b.assetId;

const together = (events: readonly Happening[]): readonly (readonly Happening[])[] => {
  const groups: Happening[][] = [];
  for (const each of events) {
    const last = groups.at(-1);
    if (last && isOfSame(last[0], each)) last.push(each);
    else groups.push([each]);
  }
  return groups;
};

const days = ({ page, now }: ActivityView): readonly Html[] => {
  const byDay = Map.groupBy(page.events, (each) => dayOf(each.at));
  return [...byDay].map(
    ([, events]) => html`<section class="card day"><h2>${dayWords(events[0]?.at ?? now, now)}</h2>
<ol class="events">${together(events).map(row)}</ol></section>`,
  );
};

const isFiltered = ({ topic, kind, library, q, day }: ActivityInput): boolean =>
  [topic, kind, library, q, day].some((each) => each !== undefined);

const pager = ({ input, page }: ActivityView): Html | null => {
  if (input.cursor === undefined && page.next === null) return null;
  const looked =
    page.lookedBackTo === null
      ? null
      : html`<span class="muted">Looked back to ${dayOf(page.lookedBackTo)}.</span>`;
  return html`<nav class="pager" aria-label="Pages">
${input.cursor === undefined ? html`<span></span>` : html`<a class="btn btn-sm" href="${urlWith("/activity", input, { cursor: undefined })}">Newest</a>`}
${looked}
${page.next === null ? html`<span></span>` : html`<a class="btn btn-sm" rel="next" href="${urlWith("/activity", input, { cursor: page.next })}">${page.lookedBackTo === null ? "Older" : "Look further back"}</a>`}
</nav>`;
};

/** Follows what happens while it shows the newest. */
const happened = (view: ActivityView): Html => {
  const { input, page } = view;
  const live = input.cursor === undefined;
  const follows = html` hx-get="${urlWith("/activity", input)}" hx-trigger="sse:overview" hx-select="#happened" hx-target="this" hx-swap="outerHTML"`;
  const nothing = html`<div class="card empty"><p>${isFiltered(input) ? "Nothing of this kind happened" : "Nothing has happened yet"}${page.next === null ? "." : " in what was looked through."}</p>${isFiltered(input) ? html`<p><a href="/activity">Show everything</a></p>` : null}</div>`;
  return html`<div id="happened"${live ? follows : null}>${page.events.length === 0 ? nothing : days(view)}${pager(view)}</div>`;
};

const filters = ({
  control,
  input,
}: ActivityView): Html => html`<form class="asking" method="get" action="/activity" role="search"
 hx-get="/activity" hx-trigger="submit, change, input delay:300ms from:#q" hx-target="#happened" hx-select="#happened" hx-select-oob="#export" hx-swap="outerHTML" hx-push-url="true" hx-sync="this:replace">
<input id="q" class="form-control" type="search" name="q" value="${input.q ?? ""}" placeholder="Search films" aria-label="Search films" maxlength="500" autocomplete="off">
<select id="topic" class="form-select" name="topic" aria-label="What happened">${option("", "Everything", input.topic)}${TOPICS.map((each) => option(each, TOPIC_NAMES[each], input.topic))}</select>
<select id="library" class="form-select" name="library" aria-label="Library">${option("", "All libraries", input.library)}${Object.keys(control.settings.libraries).map((each) => option(each, each, input.library))}</select>
<input id="day" class="form-control" type="date" name="day" value="${input.day ?? ""}" aria-label="Day">
<button class="btn">Search</button>
</form>`;

const exports = ({ input }: ActivityView): Html => {
  const asked = { ...input, cursor: undefined, limit: undefined };
  return html`<p id="export" class="muted small">Export ${isFiltered(input) ? "what is shown" : "all of it"}: <a href="${urlWith("/api/activity.csv", asked)}" download>CSV</a> · <a href="${urlWith("/api/activity.ndjson", asked)}" download>NDJSON</a></p>`;
};

const kindLine = ({ input }: ActivityView): Html | null =>
  input.kind === undefined
    ? null
    : html`<p class="muted">Only: ${Object.hasOwn(EVENT_WORDS, input.kind) ? eventWords(input.kind).words : visibleText(input.kind)}. <a href="${urlWith("/activity", input, { kind: undefined, cursor: undefined })}">Show all</a></p>`;

/** The page. */
export const activityPage = (files: PublicFiles, view: ActivityView): Html =>
  layout(files, {
    title: "Activity",
    section: "/activity",
    styles: ["activity.css"],
    body: html`<div hx-ext="sse" sse-connect="/library/stream?after=${encodeURIComponent(view.lastEventId)}">
<h1 class="title">Activity</h1>
${tabs("/activity")}
${filters(view)}
${kindLine(view)}
${happened(view)}
${exports(view)}
</div>`,
  });
