/** One action for many films: the bar under the list, the question with its count, and what came of it. */
import { counted } from "../../../core/human-text.ts";
import { STATES } from "../../../core/lifecycle.ts";
import type { Counted } from "../../../edges/store/asset-page.ts";
import { BULK_ACTIONS, BULK_WORDS, type BulkAction, type BulkResult, takenOf } from "../../bulk.ts";
import { type Html, html } from "../html.ts";
import { FILTERS, type LibraryInput } from "../input.ts";
import type { PublicFiles } from "../public-files.ts";
import { layout } from "./layout.ts";
import { filterWords } from "./library-filters.ts";
import { FROM_START, type LibraryView, libraryUrl } from "./library-view.ts";
import { foreign } from "./words.ts";

const hidden = (name: string, value: string | number): Html =>
  html`<input type="hidden" name="${name}" value="${value}">`;

const filterFields = (input: LibraryInput): readonly Html[] =>
  FILTERS.flatMap((key) => {
    const value = input[key];
    return value === undefined ? [] : [hidden(key, value)];
  });

/** The checkboxes of the rows belong to this form; with none of them checked it is about every film that matches. */
export const bulkBar = ({ input, page }: LibraryView): Html | null =>
  page.total === 0
    ? null
    : html`<form id="bulk" class="bulk" method="get" action="/library/bulk">${filterFields(input)}
<span class="bulk-all">With all ${page.isTotalExact ? "" : "of more than "}${page.total.toLocaleString("en")} ${page.total === 1 ? "film" : "films"} of this list:</span><span class="bulk-some">With the films you chose:</span>
${BULK_ACTIONS.map((each) => html`<button class="btn btn-sm" name="action" value="${each}">${BULK_WORDS[each].label}…</button>`)}</form>`;

/** What was chosen: single films, or all that a filter finds. */
export type Choice = {
  readonly action: BulkAction;
  readonly input: LibraryInput;
  readonly ids: readonly number[] | undefined;
};

const back = (input: LibraryInput): string => libraryUrl("/library", input, FROM_START);

/** The question before anything is done: how many films, in which states, and which of them cannot be meant. */
export const bulkQuestion = (files: PublicFiles, choice: Choice, matched: Counted): Html => {
  const { action, input, ids } = choice;
  const { label, question, about } = BULK_WORDS[action];
  const { total } = matched;
  const taken = takenOf(action, matched);
  const words = filterWords(input);
  const states = STATES.filter((each) => (matched.states[each] ?? 0) > 0);
  return layout(files, {
    title: label,
    section: "/library",
    styles: ["library.css", "library-more.css"],
    body: html`<section class="card sheet"><h1>${question} ${counted(taken, "film").replace(/^\d+/, taken.toLocaleString("en"))}?</h1>
<p class="muted">${ids === undefined ? (words.length === 0 ? "Of all films." : html`Of the films with ${words.map((each, at) => html`${at > 0 ? ", " : ""}${foreign(each)}`)}.`) : `Of the ${counted(total, "film")} you chose.`}</p>
<p>${about}</p>
<ul class="bulk-states">${states.map((each) => html`<li><span class="state state-${each.toLowerCase()}">${each}</span> ${(matched.states[each] ?? 0).toLocaleString("en")}${BULK_WORDS[action].takes.some((one) => one === each) ? null : html` <span class="muted">left as they are</span>`}</li>`)}</ul>
<div class="bulk-answer"><form method="post" action="/library/bulk">${filterFields(input)}${(ids ?? []).map((each) => hidden("ids", each))}${hidden("action", action)}${hidden("confirmed", total)}
<button class="btn btn-primary"${taken === 0 ? html` disabled` : null}>${label}: ${counted(taken, "film").replace(/^\d+/, taken.toLocaleString("en"))}</button></form>
<a class="btn" href="${back(input)}">No, back to the list</a></div></section>`,
  });
};

/** What came of it, with the reason of every refusal. */
export const bulkAnswerPage = (files: PublicFiles, { action, input }: Choice, result: BulkResult): Html => {
  const { label, done } = BULK_WORDS[action];
  const { films, verb } = { films: counted(result.done, "film"), verb: result.done === 1 ? "is" : "are" };
  return layout(files, {
    title: label,
    section: "/library",
    styles: ["library.css", "library-more.css"],
    body: html`<section class="card sheet"><h1>${films} ${verb} ${done}.</h1>
${
  result.refused === 0
    ? null
    : html`<p>${counted(result.refused, "film")} ${result.refused === 1 ? "was" : "were"} left as before:</p>
<ul>${result.refusals.map(({ detail, films: refused, ids }) => html`<li>${detail} <span class="muted">${counted(refused, "film")}: ${ids.map((id, at) => html`${at > 0 ? ", " : ""}<a href="/library/${id}">${id}</a>`)}${refused > ids.length ? "…" : null}</span></li>`)}</ul>`
}
<p><a class="btn" href="${back(input)}">Back to the list</a></p></section>`,
  });
};
