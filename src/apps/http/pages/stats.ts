/** The figures that people like to see. */

import { codecName } from "../../../core/codec-names.ts";
import { counted, humanBytes, humanSeconds, humanSpeed } from "../../../core/human-text.ts";
import { ACTION_OF } from "../../../core/plan.ts";
import { containerWord } from "../../../core/stream-words.ts";
import { QUEUED_WORKS, type QueuedWork, WORKS, type Work } from "../../../core/work.ts";
import { CONTENTS, type Content, type Stats } from "../../stats.ts";
import { type Html, html } from "../html.ts";
import type { PublicFiles } from "../public-files.ts";
import { bars, chart } from "./chart.ts";
import { layout } from "./layout.ts";

const films = (count: number): string => `${count.toLocaleString("en")} ${count === 1 ? "film" : "films"}`;

/** Rounded down: all is all only when it is. */
const percent = (part: number, whole: number): number => (whole === 0 ? 0 : Math.floor((100 * part) / whole));

const figure = (id: string, name: string, value: Html | string, under: Html | string): Html =>
  html`<section id="${id}" class="card sheet big"><h2>${name}</h2><p class="value">${value}</p><p class="muted small">${under}</p></section>`;

const hours = (seconds: number): string =>
  seconds < 3600 ? humanSeconds(seconds) : `${Math.round(seconds / 3600).toLocaleString("en")} h`;

const savedFigure = ({ notEncoded }: Stats): Html => {
  const { films: count, savedSeconds, speed, isMeasured } = notEncoded;
  const basis = isMeasured
    ? "as fast as this machine encodes"
    : "assumed until this machine has encoded ten minutes of film";
  return figure(
    "saved",
    "Encoding that was not needed",
    hours(savedSeconds),
    `${films(count)} that play with the picture untouched, at ${humanSpeed(speed)} playing time, ${basis}`,
  );
};

/** Smaller, as it is two figures: they and the arrow stay on one line. */
const beforeAndAfter = (before: number, after: number): Html =>
  html`<span class="pair">${[before, after].map((each) => humanBytes(each)).join(" → ")}</span>`;

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
    beforeAndAfter(beforeBytes, afterBytes),
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
            said: humanSpeed(each.speed),
          })),
        )}<p class="muted small">Multiples of playing time, from the start of the work to the film in its place, checks included: ${encoders.map((each) => `${films(each.films)} by ${each.encoder}`).join(", ")}.</p>`
  }</section>`;

const TOLD_NAMES: Readonly<Record<QueuedWork, string>> = {
  copy: "Container",
  audio: "Sound",
  video: "Picture",
};

const toldCard = ({ told }: Stats): Html =>
  html`<section id="told" class="card sheet"><h2>Time told, time taken</h2>${
    told.medianError === null
      ? html`<p class="muted">Known once a film has been converted.</p>`
      : html`${bars(
          QUEUED_WORKS.filter((work) => told.works[work].films > 0).map((work) => {
            const { films: count, within } = told.works[work];
            return {
              name: TOLD_NAMES[work],
              value: percent(within, count),
              said: `${percent(within, count)} %`,
            };
          }),
        )}<p class="muted small">Of the last ${counted(told.films, "film")} ${percent(told.within, told.films)} % took as long as the range said before they were begun; nine of ten are meant to. The middle of the range was ${Math.round(100 * told.medianError)} % off for the film in the middle.</p>`
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

const CONTENT_WORDS: Readonly<
  Record<Content, { readonly title: string; readonly word: (name: string) => string }>
> = {
  container: { title: "Container", word: containerWord },
  codec: { title: "Picture", word: (name) => (name === "none" ? "no picture" : codecName(name)) },
  audio: { title: "Sound", word: (name) => (name === "none" ? "no sound" : codecName(name)) },
  resolution: {
    title: "Size",
    word: (name) => (name === "smaller" ? "below 480p" : name === "none" ? "no picture" : name),
  },
};

/** More kinds than these are summed up: a library has a long tail of single films. */
const KINDS_SHOWN = 6;

const contentCard = (stats: Stats, content: Content): Html => {
  const { title, word } = CONTENT_WORDS[content];
  const all = stats.contents[content];
  const others = all.slice(KINDS_SHOWN).reduce((sum, each) => sum + each.films, 0);
  const rows = all.slice(0, KINDS_SHOWN).map(({ name, films: count }) => ({
    name: html`<a id="${content}-${name}" href="/library?${new URLSearchParams({ [content]: name }).toString()}">${word(name)}</a>`,
    value: count,
    said: count.toLocaleString("en"),
  }));
  const rest = others === 0 ? [] : [{ name: "others", value: others, said: others.toLocaleString("en") }];
  return html`<div><h3>${title}</h3>${all.length === 0 ? html`<p class="muted">Nothing was looked at yet.</p>` : bars([...rows, ...rest])}</div>`;
};

const contentsCard = (stats: Stats): Html =>
  html`<section class="card sheet"><h2>What the films are made of</h2><div class="quarters">${CONTENTS.map((each) => contentCard(stats, each))}</div></section>`;

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
<div class="halves">${workCard(stats)}${encodersCard(stats)}${toldCard(stats)}${failuresCard(stats)}</div>
${contentsCard(stats)}
<p class="muted small">Gathered at most once a minute.</p>`,
  });
