/** One film: what it is, what is wrong with it, what is done about it, and what was done before. */
import { filmTitle } from "../../../core/film-name.ts";
import { visibleText } from "../../../core/human-text.ts";
import { PROBLEMS } from "../../../core/problem.ts";
import { TRIED } from "../../../core/problem-tried.ts";
import type { Asset } from "../../../edges/store/asset-row.ts";
import { type Html, html } from "../html.ts";
import type { PublicFiles } from "../public-files.ts";
import { filmActions } from "./film-actions.ts";
import { attemptsSection } from "./film-attempts.ts";
import { commandSection } from "./film-command.ts";
import { factsSection, originalSection } from "./film-facts.ts";
import { historySection } from "./film-history.ts";
import { jobPart, pastPaceSection } from "./film-job.ts";
import { type FilmView, livePart, type Part, type PartName } from "./film-part.ts";
import { picturesPart } from "./film-pictures.ts";
import { reasonsSection, streamsSection } from "./film-plan.ts";
import { playerPart } from "./film-player.ts";
import { layout } from "./layout.ts";
import { stateCell } from "./state.ts";
import { ago, fileName, folderOf, foreign, sizes } from "./words.ts";

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
        ? "The file that played was taken away; the original is in the archive."
        : "A file that plays lies ready; the original is in the archive.";
    case "Failed":
      return asset.problemCode === null ? "It could not be done." : PROBLEMS[asset.problemCode].title;
  }
};

const problemLines = ({ state, problemCode, problemDetail }: Asset): Html | null =>
  problemCode === null || state === "Completed" || state === "Archived"
    ? null
    : html`<p class="under">${state === "Failed" ? null : `${PROBLEMS[problemCode].title} `}${problemDetail === null ? null : visibleText(problemDetail)}</p><p class="under">${TRIED[problemCode]}</p><p class="under">${PROBLEMS[problemCode].hint}</p>`;

/** What it took and takes, and how much of that was saved. */
const gain = (asset: Asset): Html => {
  const { sizeBytes, resultBytes } = asset;
  const share = resultBytes === null || sizeBytes === 0 ? null : 1 - resultBytes / sizeBytes;
  const said =
    share === null || Math.abs(share) < 0.01
      ? null
      : `${Math.round(Math.abs(share) * 100)} % ${share > 0 ? "smaller" : "larger"}`;
  return html`<p class="gain">${sizes(asset)}${said && html`<span class="under">${said}</span>`}</p>`;
};

const headPart = ({ control, asset, now }: FilmView): Part => {
  const waiting = control.waitingReason(asset);
  return {
    body: html`<div class="film-head">
<div>
<h1>${foreign(filmTitle(asset.path))}</h1>
<p class="muted">${foreign(`${folderOf(asset)} / ${fileName(asset)}`)}</p>
</div>
${filmActions(asset)}
</div>
<section class="card sheet film-now" aria-label="State">
<div class="film-state">${stateCell(control, asset)}</div>
<div><p class="story">${storyOf(asset, waiting)} <span class="muted">${ago(asset.stateAt, now)}</span></p>
${waiting === null ? null : html`<p class="under">${visibleText(waiting)}</p>`}
${problemLines(asset)}</div>
${gain(asset)}
</section>`,
  };
};

const aboutPart = (view: FilmView): Part => {
  const explanation = view.control.explain(view.asset);
  const isRunning = view.control.logOf(view.asset.id) !== null;
  return {
    body: [
      explanation && reasonsSection(explanation),
      explanation && streamsSection(view, explanation),
      explanation && commandSection(explanation, view.asset, isRunning),
      pastPaceSection(view),
      attemptsSection(view),
    ],
  };
};

const sidePart = (view: FilmView): Part => ({
  body: [factsSection(view, view.control.explain(view.asset)), originalSection(view), historySection(view)],
});

const PARTS: Readonly<Record<PartName, (view: FilmView) => Part>> = {
  head: headPart,
  job: jobPart,
  player: playerPart,
  pictures: picturesPart,
  about: aboutPart,
  side: sidePart,
};

export const filmPart = (name: PartName, view: FilmView): Part => PARTS[name](view);

/** The whole page. Its parts are replaced one by one, so that what a person plays or compares stays. */
export const filmPage = (
  files: PublicFiles,
  view: FilmView,
  lastEventId: string,
  notice: Html | null,
): Html => {
  const { asset } = view;
  const part = (name: PartName): Html => livePart(asset, name, filmPart(name, view));
  return layout(files, {
    title: visibleText(filmTitle(asset.path)),
    section: "/library",
    styles: ["film.css", "film-job.css", "film-watch.css", "uplot.css"],
    scripts: ["copy.js", "film.js", "watch.js", "uplot.js", "pace.js"],
    notice,
    body: html`<nav class="crumbs" aria-label="Breadcrumb"><a href="/library">Library</a> <span aria-hidden="true">›</span> <a href="/library?library=${encodeURIComponent(asset.library)}">${asset.library}</a></nav>
<div id="film" data-id="${asset.id}" hx-ext="sse" sse-connect="/library/stream?after=${encodeURIComponent(lastEventId)}">
${part("head")}
<div class="film-grid"><div>
${part("job")}
${part("player")}
${part("pictures")}
${part("about")}
</div>
${part("side")}
</div></div>`,
  });
};
