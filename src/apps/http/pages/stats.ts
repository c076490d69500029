/** The figures that people like to see. */
import { counted, humanBytes, humanSeconds } from "../../../core/human-text.ts";
import { ACTION_OF } from "../../../core/plan.ts";
import { WORKS, type Work } from "../../../core/work.ts";
import type { Stats } from "../../stats.ts";
import { type Html, html } from "../html.ts";
import type { PublicFiles } from "../public-files.ts";
import { bars, chart } from "./chart.ts";
import { layout } from "./layout.ts";

const films = (count: number): string => `${count.toLocaleString("en")} ${count === 1 ? "film" : "films"}`;

/** Rounded down: all is all only when it is. */
const percent = (part: number, whole: number): number => (whole === 0 ? 0 : Math.floor((100 * part) / whole));

const figure = (id: string, name: string, value: string, under: Html | string): Html =>
  html`<section id="${id}" class="card sheet big"><h2>${name}</h2><p class="value">${value}</p><p class="muted small">${under}</p></section>`;

const hours = (seconds: number): string =>
  seconds < 3600 ? humanSeconds(seconds) : `${Math.round(seconds / 3600).toLocaleString("en")} h`;

const speedText = (speed: number): string => `${speed < 10 ? speed.toFixed(1) : Math.round(speed)}×`;

const savedFigure = ({ notEncoded }: Stats): Html => {
  const { films: count, savedSeconds, speed, isMeasured } = notEncoded;
  const basis = isMeasured ? "as fast as this machine encodes" : "assumed until this machine has encoded";
  return figure(
    "saved",
    "Encoding that was not needed",
    hours(savedSeconds),
    `${films(count)} that play with the picture untouched, at ${speedText(speed)} playing time, ${basis}`,
  );
};

const spaceFigure = ({ space }: Stats): Html => {
  const { films: count, beforeBytes, afterBytes, keptBytes, archivedBytes } = space;
  if (count === 0) return figure("space", "Space", "–", "No film has been converted yet");
  const less = percent(beforeBytes - afterBytes, beforeBytes);
  const there = [
    keptBytes > 0 ? `${humanBytes(keptBytes)} of originals beside them` : "",
    archivedBytes > 0 ? `${humanBytes(archivedBytes)} in the archive` : "",
  ].filter((each) => each !== "");
  return figure(
    "space",
    "Space",
    `${humanBytes(beforeBytes)} → ${humanBytes(afterBytes)}`,
    `${films(count)} converted${less > 0 ? `, ${less} % smaller` : ""}${there.length === 0 ? "" : `; still there: ${there.join(", ")}`}`,
  );
};

const doneFigure = ({ doneByDay }: Stats): Html => {
  const sum = (days: Stats["doneByDay"]): number =>
    days.reduce((total, each) => total + each.copy + each.audio + each.video, 0);
  const all = sum(doneByDay);
  return figure(
    "done",
    "Made to play",
    sum(doneByDay.slice(-7)).toLocaleString("en"),
    `in the last 7 days; ${all.toLocaleString("en")} in the last ${doneByDay.length}`,
  );
};

const readyChart = ({ readyByDay }: Stats): Html =>
  chart({
    id: "ready-by-day",
    title: "Ready over time",
    kind: "lines",
    series: [
      { name: "All films", colour: "--grey" },
      { name: "Play", colour: "--green" },
    ],
    rows: readyByDay.map((each) => ({ day: each.day, values: [each.films, each.ready] })),
    empty: "Nothing to draw yet: a film has to be found first.",
  });

const doneChart = ({ doneByDay }: Stats): Html =>
  chart({
    id: "done-by-day",
    title: "Done each day",
    kind: "bars",
    series: [
      { name: "Container", colour: "--teal" },
      { name: "Sound", colour: "--blue" },
      { name: "Picture", colour: "--amber-strong" },
      { name: "Failed", colour: "--red" },
    ],
    rows: doneByDay.map((each) => ({
      day: each.day,
      values: [each.copy, each.audio, each.video, each.failed],
    })),
    empty: "Nothing was converted in the last 30 days.",
  });

const WORK_NAMES: Readonly<Record<Work, string>> = { ...ACTION_OF, none: "plays as it is" };

const workCard = ({ work }: Stats): Html =>
  html`<section class="card sheet"><h2>What films need</h2>${bars(
    WORKS.map((each) => ({
      name: html`<a id="work-${each}" href="/library?work=${each}">${WORK_NAMES[each]}</a>`,
      value: work[each],
      said: work[each].toLocaleString("en"),
    })),
  )}</section>`;

const encodersCard = ({ encoders }: Stats): Html =>
  html`<section class="card sheet"><h2>Speed</h2>${
    encoders.length === 0
      ? html`<p class="muted">Known once a film has been converted.</p>`
      : html`${bars(
          encoders.map((each) => ({
            name: each.encoder === "copy" ? "copying and sound" : each.encoder,
            value: each.speed,
            said: speedText(each.speed),
          })),
        )}<p class="muted small">Multiples of playing time, from the start of the work to the film in its place, checks included: ${encoders.map((each) => `${films(each.films)} by ${each.encoder}`).join(", ")}.</p>`
  }</section>`;

const failuresCard = ({ failures }: Stats): Html =>
  html`<section class="card sheet"><h2>Failures</h2>${
    failures.length === 0
      ? html`<p class="muted">No film has failed.</p>`
      : bars(
          failures.map((each) => ({
            name: html`<a id="failed-${each.code}" href="/library?state=Failed&amp;problem=${each.code}">${each.title}</a>`,
            value: each.films,
            said: each.films.toLocaleString("en"),
          })),
        )
  }</section>`;

/** The page. */
export const statsPage = (files: PublicFiles, stats: Stats): Html =>
  layout(files, {
    title: "Stats",
    section: "/stats",
    styles: ["uplot.css", "stats.css"],
    scripts: ["uplot.js", "charts.js"],
    body: html`<h1 class="title">Stats</h1>
<div class="figures">
${figure("ready", "Ready", `${percent(stats.ready, stats.films)} %`, `${stats.ready.toLocaleString("en")} of ${counted(stats.films, "film")} play`)}
${savedFigure(stats)}${spaceFigure(stats)}${doneFigure(stats)}
</div>
<section class="card sheet">${readyChart(stats)}</section>
<section class="card sheet">${doneChart(stats)}</section>
<div class="halves">${workCard(stats)}${encodersCard(stats)}${failuresCard(stats)}</div>
<p class="muted small">Gathered at most once a minute.</p>`,
  });
