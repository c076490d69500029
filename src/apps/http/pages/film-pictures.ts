/** The pictures before and after, at five moments, with a measure of their likeness. */
import { MOMENTS } from "../../../core/frame-pairs.ts";
import { visibleText } from "../../../core/human-text.ts";
import { PROBLEMS } from "../../../core/problem.ts";
import type { Compared } from "../../../edges/picture-cache.ts";
import type { Comparison } from "../../comparisons.ts";
import { type Html, html } from "../html.ts";
import { clock } from "./film-job.ts";
import type { FilmView, Part } from "./film-part.ts";

/** Below this a pair is worth a look: 720p at the default quality scored 0.87 to 0.95 on noise, films higher (measured). */
const WORTH_A_LOOK = 0.9;

const likeness = (ssim: number | null): Html =>
  ssim === null
    ? html`<span class="muted">not measured</span>`
    : html`<span class="likeness${ssim < WORTH_A_LOOK ? " likeness-low" : ""}">${ssim.toFixed(3)}</span>`;

const button = (id: number, label: string): Html =>
  html`<form method="post" action="/library/${id}/pictures" hx-post="/library/${id}/pictures" hx-target="#notice" hx-swap="innerHTML"><button id="compare-${id}" class="btn">${label}</button></form>`;

type Made = Extract<Comparison, { readonly kind: "made" }>;

const pairMarkup = (id: number, { key, compared }: Made, at: number): Html => {
  const pair = compared.pairs[at];
  const time = clock(pair?.seconds ?? 0);
  const picture = (side: "before" | "after", name: string): Html =>
    html`<figure class="${side}"><img src="/library/${id}/pictures/${at}/${side}?is=${key}" width="${compared.width}" height="${compared.height}" loading="lazy" alt="${name} at ${time}"><figcaption>${name}</figcaption></figure>`;
  return html`<div class="pair pair-${at + 1}">${picture("before", "Original")}${picture("after", "New file")}<input class="wipe" type="range" min="0" max="100" value="50" step="1" aria-label="How much of the original is shown, at ${time}"></div>`;
};

const chosen = (at: number): Html | null => (at === 0 ? html` checked` : null);

const momentChoice = ({ pairs }: Compared): Html =>
  html`<fieldset class="moments"><legend class="visually-hidden">Moment</legend>${pairs.map(
    ({ seconds, ssim }, at) =>
      html`<label class="moment"><input type="radio" name="moment" value="${at + 1}" id="moment-${at + 1}"${chosen(at)}><span>${clock(seconds)}</span>${likeness(ssim)}</label>`,
  )}</fieldset>`;

const verdict = ({ pairs }: Compared): Html => {
  const measured = pairs.flatMap(({ ssim }) => (ssim === null ? [] : [ssim]));
  if (measured.length === 0) return html`<p>Their likeness could not be measured.</p>`;
  const mean = measured.reduce((sum, each) => sum + each, 0) / measured.length;
  return html`<p>Likeness (SSIM) <strong>${mean.toFixed(3)}</strong> of 1 on average of ${measured.length} moments, ${Math.min(...measured).toFixed(3)} at the least. <span class="muted">1 means the same in every pixel.</span></p>`;
};

const madeMarkup = (id: number, made: Made): Html => html`${verdict(made.compared)}
<div class="pairs">${momentChoice(made.compared)}${made.compared.pairs.map((_, at) => pairMarkup(id, made, at))}</div>
${made.compared.notes.length === 0 ? null : html`<ul class="notes">${made.compared.notes.map((each) => html`<li>${each}</li>`)}</ul>`}`;

const INTRODUCTION =
  "Five moments of the original and of the new file, side by side, with a measure of their likeness. It takes some seconds, after everything else this machine does; no film is changed by it.";

const bodyOf = (id: number, comparison: Exclude<Comparison, { readonly kind: "impossible" }>): Html => {
  switch (comparison.kind) {
    case "possible":
      return html`<p class="muted">${INTRODUCTION}</p>${button(id, "Compare pictures")}`;
    case "making":
      return html`<p role="status">The pictures are being made: ${comparison.pairs} of ${MOMENTS} pairs.</p><progress class="bar" max="${MOMENTS}" value="${comparison.pairs}" aria-label="Pairs of pictures"></progress>`;
    case "failed": {
      const { code, detail } = comparison.problem;
      return html`<p><strong>${PROBLEMS[code].title}</strong> ${visibleText(detail)}</p><p class="muted">${PROBLEMS[code].hint}</p>${button(id, "Try again")}`;
    }
    case "made":
      return madeMarkup(id, comparison);
  }
};

/** Nothing is made by looking at the page: a person asks by a button. */
export const picturesPart = ({ control, asset }: FilmView): Part => {
  const comparison = control.pictures.of(asset);
  if (comparison.kind === "impossible" && asset.outcome !== "converted") return { body: null };
  const body =
    comparison.kind === "impossible"
      ? html`<p class="muted">${comparison.why}</p>`
      : bodyOf(asset.id, comparison);
  return { body: html`<section class="card sheet"><h2>Before and after</h2>${body}</section>` };
};
