/** The last results: what was made, what that saved, and whether every check passed. */
import { humanSeconds } from "../../../core/human-text.ts";
import { ACTION_OF } from "../../../core/plan.ts";
import { PROBLEMS } from "../../../core/problem.ts";
import { checksFrom } from "../../../core/verification-facts.ts";
import type { Result } from "../../../edges/store/workload.ts";
import { type Html, html } from "../html.ts";
import { rowButtons } from "./buttons.ts";
import type { HomeView } from "./home-view.ts";
import { ago, filmLink, size } from "./words.ts";

const SHOWN = 10;

const DONE_WORDS: Readonly<Record<string, string>> = {
  copy: "fixed",
  audio: "sound encoded",
  video: "picture encoded",
};

/** `41.0 GB → 2.0 GB, 95 % smaller`. */
const saving = ({ sizeBytes, outputBytes }: Result): Html | null => {
  if (sizeBytes === null || outputBytes === null || sizeBytes === 0) return null;
  const share = Math.round((1 - outputBytes / sizeBytes) * 100);
  const said = share === 0 ? "same size" : share > 0 ? `${share} % smaller` : `${-share} % larger`;
  return html`<span class="saving"><span class="muted">${size(sizeBytes)} <span aria-label="became">→</span></span> ${size(outputBytes)}</span><span class="under">${said}</span>`;
};

const verified = ({ checks }: Result): Html | null => {
  const all = checksFrom(checks);
  if (all.length === 0) return null;
  const worth = all.filter((each) => each.warns).length;
  return worth > 0
    ? html`<span class="verified verified-look">${all.length} checks passed, ${worth} worth a look</span>`
    : html`<span class="verified">${all.length} checks passed</span>`;
};

/** What went wrong, and what comes of it. */
const failure = (result: Result, state: string | undefined): Html => {
  const title = result.problemCode === null ? "It could not be done." : PROBLEMS[result.problemCode].title;
  return html`<span>${result.outcome === "cancelled" ? "Stopped by you." : title}</span>${state === "Queued" || state === "Processing" ? html`<span class="under">It is tried again by itself.</span>` : null}`;
};

const SIGNS = {
  done: { sign: "✓", said: "done" },
  failed: { sign: "✗", said: "failed" },
  cancelled: { sign: "–", said: "stopped" },
} as const;

const row = ({ control, now }: HomeView, result: Result): Html => {
  const asset = control.store.assets.byId(result.assetId);
  const { sign, said } = SIGNS[result.outcome];
  const isDone = result.outcome === "done";
  const took = result.seconds === null ? "" : ` in ${humanSeconds(result.seconds)}`;
  return html`<li class="result result-${result.outcome}">
<span class="sign" role="img" aria-label="${said}">${sign}</span>
<div class="result-film">${result.path === null ? html`<span class="muted">a film that is not there any more</span>` : filmLink(result.assetId, result.path)}<span class="under">${isDone ? `${DONE_WORDS[result.work] ?? ACTION_OF[result.work]}${took}` : ACTION_OF[result.work]}</span></div>
<div class="result-size">${isDone ? saving(result) : null}</div>
<div class="result-checks">${isDone ? verified(result) : failure(result, asset?.state)}</div>
<div class="result-when">${asset?.state === "Failed" ? rowButtons(asset) : null}${ago(result.finishedAt, now)}</div>
</li>`;
};

/** The region, read again when work on a film begins or ends. */
export const homeResults = (view: HomeView): Html => {
  const results = view.control.store.workload.results(SHOWN);
  return html`<section id="home-results" class="home-results" aria-labelledby="results" hx-get="/home/results" hx-trigger="sse:running, sse:list" hx-swap="outerHTML">
<h2 id="results">Last results</h2>
<div class="card">${
    results.length === 0
      ? html`<p class="idle muted">What was converted stands here, with what it saved and whether it passed its checks.</p>`
      : html`<ul class="results">${results.map((each) => row(view, each))}</ul>`
  }</div>
</section>`;
};
