/** The top of the library: the one sentence, the bar of states, what needs attention, the filters with their counts. */
import { counted, visibleText } from "../../../core/human-text.ts";
import { librarySentence } from "../../../core/library-sentence.ts";
import { STATES, type State } from "../../../core/lifecycle.ts";
import { PROBLEMS } from "../../../core/problem.ts";
import type { Control, Overview } from "../../control.ts";
import { queueJson } from "../asset-json.ts";
import { type Html, html } from "../html.ts";
import type { LibraryInput } from "../input.ts";
import { toAssetQuery } from "../input.ts";
import { FROM_START, libraryUrl } from "./library-view.ts";

type Counts = Readonly<Record<State, number>>;

/** In the order of a film's life, with the good end first. */
const BAR_ORDER: readonly State[] = ["Completed", "Archived", "Processing", "Queued", "New", "Failed"];

const encoderLine = ({ encoder, gpuOnly, scanning }: Overview): Html => {
  const said =
    encoder.kind === "probing"
      ? "Looking for the best encoder…"
      : encoder.kind === "found"
        ? encoder.isHardware
          ? `Encodes on the graphics card with ${encoder.codec}`
          : `Encodes on the processor with ${encoder.codec}`
        : `No encoder: ${encoder.why}`;
  const only = gpuOnly ? " · encodes only on a graphics card" : "";
  const scan = scanning.length > 0 ? ` · scanning ${scanning.join(", ")}…` : "";
  return html`<p class="muted machine">${visibleText(said + only + scan)}</p>`;
};

const banners = ({ waiting, warnings, rootProblems }: Overview): readonly Html[] => [
  ...rootProblems.map(
    ({ library, code, detail }) =>
      html`<div class="banner banner-problem" role="alert"><strong>${library}: ${PROBLEMS[code].title}</strong> ${visibleText(detail)} <span class="muted">${PROBLEMS[code].hint}</span></div>`,
  ),
  ...[...(waiting === null ? [] : [waiting]), ...warnings].map(
    ({ code, sentence }) =>
      html`<div class="banner banner-waiting"><strong>${visibleText(sentence)}</strong> <span class="muted">${PROBLEMS[code].hint}</span></div>`,
  ),
];

/** A held queue is said where it is missed. */
const holdLine = (control: Control): Html | null => {
  const { kind, sentence } = queueJson(control).hold;
  return kind === "running"
    ? null
    : html`<div class="banner banner-waiting"><strong>${visibleText(sentence)}</strong> <a href="/queue">The queue</a></div>`;
};

/** Nothing leaves the archive that was not said here before. */
const leavingLine = ({ settings, store }: Control): Html | null => {
  const files = settings.operational.archive_retention_days === 0 ? 0 : store.archive.leaving();
  return files === 0
    ? null
    : html`<div class="banner banner-waiting"><strong>${counted(files, "file")} ${files === 1 ? "leaves" : "leave"} the archive soon.</strong> <a href="/archive">See which, or bring originals back</a></div>`;
};

/** Widths are attributes of a drawing, since styles in the text of the page are not allowed. */
export const shares = (counts: Counts, total: number): Html | null => {
  if (total === 0) return null;
  let x = 0;
  const parts = BAR_ORDER.filter((state) => counts[state] > 0).map((state) => {
    const width = (counts[state] / total) * 1000;
    const part = html`<rect class="share-${state.toLowerCase()}" x="${x.toFixed(2)}" y="0" width="${width.toFixed(2)}" height="8"><title>${state}: ${counts[state]}</title></rect>`;
    x += width;
    return part;
  });
  return html`<svg class="shares" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>`;
};

const chip = (input: LibraryInput, state: State | undefined, label: string, count: number | null): Html => {
  const isCurrent = input.state === state;
  const url = libraryUrl("/library", input, { state, ...FROM_START });
  return html`<a id="chip-${label.toLowerCase()}" class="chip chip-${label.toLowerCase()}" href="${url}"${isCurrent ? html` aria-current="true"` : null}>${label}${count === null ? null : html` <span class="count">${count.toLocaleString("en")}</span>`}</a>`;
};

/**
 * The region, read again whenever the overview changes. The sentence is of the whole library; the states count what else is
 * filtered, so that a number is what its link shows.
 */
export const summary = (control: Control, input: LibraryInput): Html => {
  const overview = control.overview();
  const { state: counts, total } = control.store.assets.counts();
  const { head, rest } = librarySentence(counts);
  const filtered = control.store.assets.count(toAssetQuery(input, 1)).facets()?.state ?? null;
  const all = filtered && Object.values(filtered).reduce((sum, each) => sum + each, 0);
  return html`<section id="summary" aria-label="Overview" hx-get="${libraryUrl("/library/summary", input)}" hx-trigger="sse:overview" hx-swap="outerHTML">
<h1 class="truth">${head}${rest.length > 0 ? html`<span class="truth-rest">; ${rest.join("; ")}</span>` : null}</h1>
${encoderLine(overview)}
${shares(counts, total)}
${holdLine(control)}
${banners(overview)}
${leavingLine(control)}
<nav class="chips" aria-label="Filter by state">
${chip(input, undefined, "All", all)}
${STATES.map((each) => chip(input, each, each, filtered && (filtered[each] ?? 0)))}
</nav>
</section>`;
};
