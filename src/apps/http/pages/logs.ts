/** The program's own log, newest first; new lines come by themselves. */
import { counted, humanBytes, visibleText } from "../../../core/human-text.ts";
import { LOG_LEVELS } from "../../../core/log-levels.ts";
import type { KeptLog } from "../../../edges/kept-log.ts";
import type { LogLine } from "../../../edges/log-line.ts";
import { dayOf, secondOf } from "../../local-day.ts";
import { type LogInput, urlWith } from "../activity-input.ts";
import { type Html, html } from "../html.ts";
import type { PublicFiles } from "../public-files.ts";
import { option, tabs } from "./activity.ts";
import { layout } from "./layout.ts";

export type LogView = {
  readonly input: LogInput;
  readonly said: KeptLog;
  /** The newest line there was when these were read. */
  readonly lastId: number;
  readonly lines: readonly LogLine[];
  readonly next: number | null;
};

export const PAGE_SIZE = 100;

const LEVEL_NAMES = { debug: "Debug", info: "Info", warn: "Warnings", error: "Errors" } as const;
const TONES = { debug: "plain", info: "plain", warn: "warn", error: "bad" } as const;
/** What is longer is cut here and whole in its details. */
const SHORT = 240;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const saysNothing = (value: unknown): boolean =>
  value === null || value === "" || (Array.isArray(value) && value.length === 0);

/** `library: movies · found: 14`; of an error its message. */
const pairsOf = (fields: Readonly<Record<string, unknown>>): string =>
  Object.entries(fields)
    .filter(([, value]) => !saysNothing(value))
    .map(([key, value]) => {
      if (key === "err" && isObject(value)) return String(value.message ?? "");
      return `${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`;
    })
    .join(" · ");

const parsed = (data: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : null;
  } catch {
    // Of a line that was cut.
    return null;
  }
};

const more = (data: string): Html | null => {
  if (data === "") return null;
  const fields = parsed(data);
  const short = visibleText(fields === null ? data : pairsOf(fields));
  const hasMore = short.length > SHORT || fields === null || Object.values(fields).some(isObject);
  if (!hasMore) return html`<span class="under">${short}</span>`;
  const whole = visibleTextOfLines(fields === null ? data : JSON.stringify(fields, null, 2));
  return html`<details class="under"><summary>${short.slice(0, SHORT)}${short.length > SHORT ? "…" : null}</summary><pre tabindex="0">${whole}</pre></details>`;
};

/** The lines of a stack are lines again. */
const visibleTextOfLines = (text: string): string =>
  text.replaceAll("\\n", "\n").split("\n").map(visibleText).join("\n");

const row = ({ id, at, level, source, message, data }: LogLine): Html =>
  html`<li id="line-${id}"><span class="at" title="${new Date(at).toISOString()}">${dayOf(at)} ${secondOf(at)}</span>
<span class="tone tone-${TONES[level]}">${level}</span> <span class="source">${visibleText(source)}</span>
<div class="message">${visibleText(message)}${more(data)}</div></li>`;

/** Asks for what came since; the answer brings the one that asks next. */
const tail = ({ input, lastId }: LogView, isOutOfBand: boolean): Html => {
  const url = urlWith("/activity/logs/new", input, { after: lastId, before: undefined, live: undefined });
  return html`<span id="tail"${isOutOfBand ? html` hx-swap-oob="true"` : null} hx-get="${url}" hx-trigger="every 2s" hx-target="#lines" hx-swap="afterbegin"></span>`;
};

/** The lines that came since the last time, newest first, for the top of the list. */
export const newLines = (view: LogView): Html => html`${view.lines.map(row)}${tail(view, true)}`;

const isLive = ({ input }: LogView): boolean => input.live === undefined && input.before === undefined;

const filters = ({
  input,
  said,
}: LogView): Html => html`<form class="asking" method="get" action="/activity/logs" role="search"
 hx-get="/activity/logs" hx-trigger="submit, change, input delay:300ms from:#q" hx-target="#log" hx-select="#log" hx-swap="outerHTML" hx-push-url="true" hx-sync="this:replace">
<input id="q" class="form-control" type="search" name="q" value="${input.q ?? ""}" placeholder="Search lines" aria-label="Search lines" maxlength="500" autocomplete="off">
<select id="level" class="form-select" name="level" aria-label="Level">${option("", "Every level", input.level)}${LOG_LEVELS.filter((each) => each !== "debug").map((each) => option(each, LEVEL_NAMES[each], input.level))}</select>
<select id="source" class="form-select" name="source" aria-label="Source">${option("", "Every source", input.source)}${[...new Set([...said.sources(), ...(input.source === undefined ? [] : [input.source])])].map((each) => option(each, each, input.source))}</select>
<button class="btn">Search</button>
</form>`;

const following = (view: LogView): Html =>
  isLive(view)
    ? html`${tail(view, false)}<a id="live" class="btn btn-sm" href="${urlWith("/activity/logs", view.input, { live: "off" })}">Hold still</a>`
    : html`<a id="live" class="btn btn-sm" href="${urlWith("/activity/logs", view.input, { live: undefined, before: undefined })}">Follow</a>`;

/** A search that looked through some megabytes and found less than a page goes on when it is asked to. */
const older = ({ input, next, lines }: LogView): Html | null =>
  next === null
    ? null
    : html`<nav class="pager" aria-label="Pages"><span></span><a class="btn btn-sm" rel="next" href="${urlWith("/activity/logs", input, { before: next })}">${lines.length < PAGE_SIZE ? "Look further back" : "Older"}</a></nav>`;

const keptWords = ({ said }: LogView): string => {
  const { folder, days, sizeBytes, maxBytes, lost, trouble } = said.facts();
  if (folder === null) return "Kept in memory since the program started.";
  const kept = `Kept for ${counted(days, "day")}, ${humanBytes(sizeBytes)} of at most ${humanBytes(maxBytes)}.`;
  const why = trouble === null ? "" : ` Lines cannot be kept now (${trouble}).`;
  return `${kept}${why}${lost === 0 ? "" : ` ${counted(lost, "line")} could not be kept.`}`;
};

const emptyWords = ({ input: { q, level, source }, next }: LogView): string => {
  if (next !== null) return "Nothing of this kind so far";
  return q === undefined && level === undefined && source === undefined
    ? "Nothing was said yet"
    : "Nothing was said of this kind";
};

/** The page. */
export const logsPage = (files: PublicFiles, view: LogView): Html =>
  layout(files, {
    title: "Logs",
    section: "/activity",
    styles: ["activity.css"],
    body: html`<h1 class="title">Activity</h1>
${tabs("/activity/logs")}
${filters(view)}
<div id="log">
<div class="heading"><p class="muted small">${keptWords(view)} What ffmpeg said of a film is on the film's page.</p>${following(view)}</div>
<div class="card"><ol id="lines" class="lines">${view.lines.map(row)}</ol>${view.lines.length === 0 ? html`<p class="empty">${emptyWords(view)}.</p>` : null}</div>
${older(view)}
</div>`,
  });
