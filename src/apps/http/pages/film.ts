/** One film: what it is, what is wrong with it, what is done about it, and what was done before. */
import { visibleText } from "../../../core/human-text.ts";
import { PROBLEMS } from "../../../core/problem.ts";
import { TRIED } from "../../../core/problem-tried.ts";
import type { Asset } from "../../../edges/store/asset-row.ts";
import type { Control } from "../../control.ts";
import { type Html, html } from "../html.ts";
import type { PublicFiles } from "../public-files.ts";
import { filmButtons } from "./buttons.ts";
import { factsSection, originalSection } from "./film-facts.ts";
import { attemptsSection, historySection } from "./film-history.ts";
import { commandSection, reasonsSection, streamsSection } from "./film-plan.ts";
import { layout } from "./layout.ts";
import { stateCell } from "./state.ts";
import { ago, fileName, folderOf, foreign } from "./words.ts";

export type FilmView = { readonly control: Control; readonly now: number; readonly asset: Asset };

/** What happened, in a sentence for each state. */
const storyOf = (asset: Asset, waiting: string | null): string => {
  switch (asset.state) {
    case "New":
      return "Found, and not looked at yet.";
    case "Queued":
      return asset.attempt > 0
        ? `Tried ${asset.attempt === 1 ? "once" : `${asset.attempt} times`}; it is tried again.`
        : "Does not play as it is; it waits for its turn.";
    case "Processing":
      return waiting === null
        ? "It is being worked on right now."
        : "Its result passed its checks, but is not in its place yet.";
    case "Completed":
      return asset.outcome === "converted"
        ? "A file that plays lies ready; the original was kept."
        : "Plays on your Chromecast as it is. Nothing was changed.";
    case "Archived":
      return asset.outputPath === null
        ? "The file that played was taken away; the original was set aside."
        : "A file that plays lies ready; the original was set aside.";
    case "Failed":
      return asset.problemCode === null ? "It could not be done." : PROBLEMS[asset.problemCode].title;
  }
};

const problemLines = ({ state, problemCode, problemDetail }: Asset): Html | null =>
  problemCode === null || state === "Completed" || state === "Archived"
    ? null
    : html`<p class="under">${state === "Failed" ? null : `${PROBLEMS[problemCode].title} `}${problemDetail === null ? null : visibleText(problemDetail)}</p><p class="under">${TRIED[problemCode]}</p><p class="under">${PROBLEMS[problemCode].hint}</p>`;

/** All of the film's page that can change, read again when the film does. */
export const filmBody = (view: FilmView): Html => {
  const { control, asset, now } = view;
  const explanation = control.explain(asset);
  const waiting = control.waitingReason(asset);
  return html`<div id="film" hx-get="/library/${asset.id}/body" hx-trigger="sse:row-${asset.id}, sse:list" hx-target="this" hx-swap="outerHTML">
<div class="film-head">
<div>
<h1>${foreign(fileName(asset))}</h1>
<p class="muted">${foreign(folderOf(asset))}</p>
</div>
<div class="film-do">${filmButtons(asset)}</div>
</div>
<section class="card sheet film-now" aria-label="State">
<div class="film-state">${stateCell(control, asset)}</div>
<div><p class="story">${storyOf(asset, waiting)} <span class="muted">${ago(asset.stateAt, now)}</span></p>
${waiting === null ? null : html`<p class="under">${visibleText(waiting)}</p>`}
${problemLines(asset)}</div>
</section>
<div class="film-grid"><div>
${explanation && reasonsSection(explanation)}
${explanation && streamsSection(explanation)}
${explanation && commandSection(explanation)}
${attemptsSection(view)}
</div><div>
${factsSection(view, explanation)}
${originalSection(view)}
${historySection(view)}
</div></div>
</div>`;
};

export const filmPage = (
  files: PublicFiles,
  view: FilmView,
  lastEventId: string,
  notice: Html | null,
): Html =>
  layout(files, {
    title: visibleText(fileName(view.asset)),
    section: "/library",
    styles: ["film.css"],
    notice,
    body: html`<nav class="crumbs" aria-label="Breadcrumb"><a href="/library">Library</a> <span aria-hidden="true">›</span> <a href="/library?library=${encodeURIComponent(view.asset.library)}">${view.asset.library}</a></nav>
<div hx-ext="sse" sse-connect="/library/stream?after=${encodeURIComponent(lastEventId)}">${filmBody(view)}</div>`,
  });
