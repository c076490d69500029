/** What would be done, before anything is: the report of the dry run, and the buttons that begin. */
import { humanBytes, roughRange, visibleText } from "../../../core/human-text.ts";
import { REASONS, type ReasonCode } from "../../../core/reasons.ts";
import { WORKS, type Work } from "../../../core/work.ts";
import type { DryRunReport } from "../../dry-run.ts";
import { type Html, html } from "../html.ts";
import type { PublicFiles } from "../public-files.ts";
import { layout } from "./layout.ts";

const WORDS: Readonly<Record<Work, { readonly name: string; readonly what: string }>> = {
  none: { name: "Play as they are", what: "nothing is done to them" },
  copy: { name: "Fixed in seconds", what: "picture and sound stay untouched" },
  audio: { name: "Get new sound", what: "the picture stays untouched" },
  video: { name: "Get a new picture", what: "not every Chromecast of yours plays it" },
  impossible: { name: "Cannot be mended", what: "damaged, protected, or no film" },
};

const REASONS_SHOWN = 5;

const row = ({ totals }: DryRunReport, work: Work): Html => {
  const total = totals.works[work];
  const cost =
    !total || work === "none" || work === "impossible"
      ? ""
      : `${roughRange(total.seconds)}, ${[...new Set(total.bytesRange.map(humanBytes))].join(" to ")}`;
  return html`<li class="kind-row kind-${work === "none" ? "plays" : work}${total ? "" : " kind-none"}"><span class="kind-name">${WORDS[work].name}</span><span class="kind-count">${(total?.count ?? 0).toLocaleString("en")}</span><span class="under">${WORDS[work].what}</span><span class="under kind-time">${cost}</span></li>`;
};

const isReason = (code: string): code is ReasonCode => Object.hasOwn(REASONS, code);

const commonest = ({ totals }: DryRunReport): Html | null => {
  const reasons = Object.entries(totals.reasons).slice(0, REASONS_SHOWN);
  if (reasons.length === 0) return null;
  return html`<p class="muted">Why not: ${reasons.map(([code, times]) => `${isReason(code) ? REASONS[code].phrase : code} (${times.toLocaleString("en")})`).join(", ")}.</p>`;
};

const FATES = {
  keep: "Originals stay where they are.",
  archive:
    "Originals move to the archive, a hidden folder of the library, from which you can bring them back.",
} as const;

const start = (films: "five" | "all", label: string, kind: string): Html =>
  html`<form method="post" action="/setup/start"><input type="hidden" name="films" value="${films}"><button id="start-${films}" class="btn ${kind}">${label}</button></form>`;

/** The region, read again every second while the dry run goes on. */
export const setupReport = (report: DryRunReport): Html => {
  const { totals, isDone, problem, answers } = report;
  const plays = totals.works.none?.count ?? 0;
  const worked = (["copy", "audio", "video"] as const).flatMap((work) => totals.works[work] ?? []);
  const time = worked.reduce(
    ([low, high], { seconds }): [number, number] => [low + seconds[0], high + seconds[1]],
    [0, 0] as [number, number],
  );
  return html`<div id="setup-report"${isDone ? null : html` hx-get="/setup/report/now" hx-trigger="every 1s" hx-swap="outerHTML"`}>
<h1 class="truth">${plays.toLocaleString("en")} of ${totals.files.toLocaleString("en")} ${totals.files === 1 ? "film" : "films"} play already<span class="truth-rest">${isDone ? "" : "; still looking…"}</span></h1>
<p class="setup-lead">${worked.length === 0 ? "There is nothing to do so far." : html`The rest takes <b>${roughRange(time)}</b>.`} Nothing was written, moved or changed.</p>
${problem === null ? null : html`<div class="banner banner-problem" role="alert">${visibleText(problem)}</div>`}
<section class="card sheet" aria-label="What would be done"><ul class="kinds">${WORKS.map((each) => row(report, each))}</ul>${commonest(report)}</section>
<p class="muted">${FATES[answers.original]} Looked at: ${answers.folders.map(visibleText).join(", ")}</p>
<div class="setup-do">${start("five", "Start with five films", "btn-primary")}${start("all", "Start with all", "")}<a class="btn" href="/setup">Change the answers</a></div>
<p class="under">With five films the queue pauses when they are begun, so that you can try them on your Chromecast before it goes on.</p>
</div>`;
};

export const setupReportPage = (files: PublicFiles, report: DryRunReport): Html =>
  layout(files, {
    title: "What would be done",
    section: "/",
    styles: ["library.css", "home.css", "setup.css"],
    body: html`${setupReport(report)}<noscript><p><a class="btn" href="/setup/report">Look again</a></p></noscript>`,
  });
