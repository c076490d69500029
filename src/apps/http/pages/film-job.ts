/** The job of a film: its steps, its pace as a graph and as a table, and what ffmpeg says. */
import { humanBitrate, humanSeconds, humanSpeed } from "../../../core/human-text.ts";
import { fewOf, type PacePoint } from "../../../core/pace.ts";
import { JOB_PHASES, type JobProgress } from "../../control.ts";
import { type Html, html } from "../html.ts";
import { logText } from "./film-attempts.ts";
import type { FilmView, Part } from "./film-part.ts";

const PHASE_WORDS: Readonly<Record<JobProgress["phase"], string>> = {
  waiting: "Waiting for a worker",
  converting: "Converting",
  verifying: "Checking the result",
  publishing: "Putting it in place",
};

const steps = (phase: JobProgress["phase"]): Html => {
  // What this machine does waits for no worker.
  const all = JOB_PHASES.filter((each) => each !== "waiting" || phase === "waiting");
  const now = all.indexOf(phase);
  return html`<ol id="job-steps" class="job-steps" data-follow>${all.map(
    (each, at) =>
      html`<li class="step-${at < now ? "done" : at === now ? "now" : "next"}"${at === now ? html` aria-current="step"` : null}>${PHASE_WORDS[each]}</li>`,
  )}</ol>`;
};

/** Rows of the table, which says the same as the graph. */
const TABLE_ROWS = 12;

/** `3:07`, `1:02:09`. */
export const clock = (seconds: number): string => {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
};

type Series = {
  readonly label: string;
  readonly of: (point: PacePoint) => number | null;
  readonly words: (value: number) => string;
};

type Told = {
  readonly points: readonly PacePoint[];
  /** Nothing is encoded. */
  readonly isCopy: boolean;
};

const SERIES: readonly Series[] = [
  { label: "Speed", of: (each) => each.speed, words: humanSpeed },
  { label: "Frames a second", of: (each) => each.fps, words: (value) => value.toFixed(0) },
  { label: "Bitrate", of: (each) => each.bitrateBps, words: humanBitrate },
  { label: "Card", of: (each) => each.degrees, words: (value) => `${value} °C` },
];

/** How fast a copy goes says nothing but how fast the disk is, and the processor has no card. */
const isTold = ({ points, isCopy }: Told, { label, of }: Series): boolean =>
  !(isCopy && (label === "Speed" || label === "Frames a second")) &&
  points.some((each) => (of(each) ?? 0) > 0);

const lastSaid = (points: readonly PacePoint[], { of, words }: Series): string => {
  const value = points.map(of).findLast((each) => each !== null);
  return value === undefined || value === null ? "" : words(value);
};

/** Where the graphs are drawn: `data-pace` holds the seconds, then the values of each series. */
const graphs = (told: Told, id: string): Html => {
  const { points } = told;
  const data = [points.map((each) => each.seconds), ...SERIES.map(({ of }) => points.map(of))];
  return html`<div id="${id}-graphs" class="graphs" data-pace="${JSON.stringify(data)}" data-follow="pace">${SERIES.map(
    (each, at) =>
      html`<figure data-series="${at + 1}"${isTold(told, each) ? null : html` hidden`}><figcaption>${each.label} <strong>${lastSaid(points, each)}</strong></figcaption><div class="plot" aria-hidden="true"></div></figure>`,
  )}</div>`;
};

const cell = (point: PacePoint, { of, words }: Series): Html => {
  const value = of(point);
  return html`<td>${value === null ? "" : words(value)}</td>`;
};

const table = (told: Told, id: string): Html => {
  const series = SERIES.filter((each) => isTold(told, each));
  return html`<details id="${id}-details"><summary>The same as a table</summary><table id="${id}-rows" class="paces" data-follow><thead><tr><th>After</th>${series.map(({ label }) => html`<th>${label}</th>`)}</tr></thead><tbody>${fewOf(
    told.points,
    TABLE_ROWS,
  ).map(
    (point) =>
      html`<tr><th scope="row">${clock(point.seconds)}</th>${series.map((each) => cell(point, each))}</tr>`,
  )}</tbody></table></details>`;
};

const paceMarkup = (told: Told, id: string): Html => html`${graphs(told, id)}${table(told, id)}`;

/** A graph of fewer points says nothing. */
const POINTS_MIN = 3;

/** How the last attempt went, where it took long enough to have a pace. */
export const pastPaceSection = ({ control, asset }: FilmView): Html | null => {
  const job = control.store.jobs.forAsset(asset.id, 1)[0];
  if (asset.state === "Processing" || !job || job.pace.length < POINTS_MIN) return null;
  const took = job.seconds === null ? "" : ` It took ${humanSeconds(job.seconds)}.`;
  return html`<section class="card sheet"><h2>Pace of the last attempt</h2><p class="muted">Converting alone, without the checks.${took}</p>${paceMarkup({ points: job.pace, isCopy: job.encoder === "copy" }, "past")}</section>`;
};

const nothingSaid = "ffmpeg has said nothing so far, which is good.";

/** The job that runs. Its figures are put in place by the page's script; only another job makes it another part. */
export const jobPart = ({ control, asset }: FilmView): Part => {
  const log = asset.state === "Processing" ? control.logOf(asset.id) : null;
  if (log === null) return { body: null };
  const progress = control.progressOf(asset.id);
  const phase = progress?.phase ?? "converting";
  const body = html`<section class="card sheet" aria-label="The job"><h2>At work</h2>${steps(phase)}
${paceMarkup({ points: log.pace, isCopy: progress?.encoder === "copy" }, "job")}
<h3>What ffmpeg says</h3><pre id="job-log" class="log" tabindex="0" aria-label="What ffmpeg says" data-follow="log">${logText(log.text) || nothingSaid}</pre>
</section>`;
  return { body, version: `${asset.token} ${JSON.stringify(log.command)}` };
};
