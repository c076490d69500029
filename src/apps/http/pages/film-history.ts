/** What happened to a film, from the events table. */
import { eventWords } from "../../../core/event-words.ts";
import { visibleText } from "../../../core/human-text.ts";
import { isProblemCode, PROBLEMS } from "../../../core/problem.ts";
import type { StoredEvent } from "../../../edges/store/events.ts";
import { type Html, html } from "../html.ts";
import type { FilmView } from "./film-part.ts";
import { ago } from "./words.ts";

const EVENTS_SHOWN = 50;

/** What the event says besides, a line each: the problem, the reason, the files. */
const eventLines = ({ data, kind }: StoredEvent): readonly string[] => {
  const fields = (data ?? {}) as Readonly<Record<string, unknown>>;
  const text = (key: string): string | null => {
    const value = fields[key];
    return typeof value === "string" && value !== "" ? value : null;
  };
  const problem = text("problem");
  const detail = text("detail");
  const attempt = fields.attempt;
  return [
    problem !== null && isProblemCode(problem) ? PROBLEMS[problem].title : null,
    detail,
    text("reason"),
    fields.adopted === true ? "taken over from an earlier time" : null,
    kind === "claimed" && typeof attempt === "number" && attempt > 0 ? `attempt ${attempt + 1}` : null,
    kind.startsWith("assessed") ? text("why") : null,
    kind.startsWith("published") || kind === "output-lost" ? text("output") : null,
    kind === "moved" || kind === "output-moved" ? text("from") : null,
    kind.endsWith("removed") ? text("file") : null,
  ].filter((each) => each !== null);
};

const item = (event: StoredEvent, now: number): Html => {
  const { words, tone } = eventWords(event.kind);
  return html`<li class="event-${tone}"><span>${visibleText(words)}${eventLines(event).map((each) => html`<bdi class="under">${visibleText(each)}</bdi>`)}</span> ${ago(event.at, now)}</li>`;
};

/** What happened to the film, newest first. */
export const historySection = ({ control, asset, now }: FilmView): Html | null => {
  const events = control.store.events.forAsset(asset.id, EVENTS_SHOWN + 1);
  if (events.length === 0) return null;
  return html`<section class="card sheet"><h2>History</h2><ol class="history">${events.slice(0, EVENTS_SHOWN).map((each) => item(each, now))}</ol>${
    events.length > EVENTS_SHOWN ? html`<p class="muted small">Older events are not shown.</p>` : null
  }</section>`;
};
