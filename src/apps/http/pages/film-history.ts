/** What happened to a film, from the events table. */
import { visibleText } from "../../../core/human-text.ts";
import { isProblemCode, PROBLEMS } from "../../../core/problem.ts";
import type { StoredEvent } from "../../../edges/store/events.ts";
import { type Html, html } from "../html.ts";
import type { FilmView } from "./film-part.ts";
import { ago } from "./words.ts";

const EVENTS_SHOWN = 50;

type Words = { readonly words: string; readonly mark: "good" | "bad" | "work" | "plain" };

const said = (words: string, mark: Words["mark"] = "plain"): Words => ({ words, mark });

/** The events that are written, in a person's words. */
const EVENTS: Readonly<Record<string, Words>> = {
  found: said("Found"),
  "assessed-plays": said("Looked at: plays as it is", "good"),
  "assessed-needs-work": said("Looked at: needs work"),
  "assessed-hopeless": said("Looked at: cannot be mended", "bad"),
  claimed: said("Work began", "work"),
  "published-kept": said("A file that plays was put in place; the original was kept", "good"),
  "published-moved": said(
    "A file that plays was put in place; the original was moved to the archive",
    "good",
  ),
  interrupted: said("Back in the queue", "work"),
  failed: said("Failed", "bad"),
  reprocess: said("Sent to the queue again by a person"),
  changed: said("To be looked at anew"),
  gone: said("Gone from its folder", "bad"),
  restored: said("Original brought back", "good"),
  "kept-as-it-is": said("Kept as it is by a person"),
  moved: said("Moved or renamed"),
  "output-lost": said("The file that played is gone", "bad"),
  "output-moved": said("The file that plays was moved"),
  "earlier-file-stays": said("An earlier file of ours could not be removed", "bad"),
  "recovery-waits": said("Its result waits to be put in its place", "work"),
  "original-removed": said("Archived original removed, as its days were over"),
  "set-aside-removed": said("Set-aside result removed, as its days were over"),
};

const eventWords = ({ kind }: StoredEvent): Words =>
  (Object.hasOwn(EVENTS, kind) ? EVENTS[kind] : undefined) ?? said(visibleText(kind.replaceAll("-", " ")));

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
  const { words, mark } = eventWords(event);
  return html`<li class="event-${mark}"><span>${words}${eventLines(event).map((each) => html`<bdi class="under">${visibleText(each)}</bdi>`)}</span> ${ago(event.at, now)}</li>`;
};

/** What happened to the film, newest first. */
export const historySection = ({ control, asset, now }: FilmView): Html | null => {
  const events = control.store.events.forAsset(asset.id, EVENTS_SHOWN + 1);
  if (events.length === 0) return null;
  return html`<section class="card sheet"><h2>History</h2><ol class="history">${events.slice(0, EVENTS_SHOWN).map((each) => item(each, now))}</ol>${
    events.length > EVENTS_SHOWN ? html`<p class="muted small">Older events are not shown.</p>` : null
  }</section>`;
};
