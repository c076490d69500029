import { humanSeconds, visibleText } from "../../../core/human-text.ts";
import { TRANSITIONS } from "../../../core/lifecycle.ts";
import { isProblemCode, PROBLEMS } from "../../../core/problem.ts";
import { type Check, checksFrom } from "../../../core/verification-facts.ts";
import type { StoredEvent } from "../../../edges/store/events.ts";
import type { Job } from "../../../edges/store/jobs.ts";
import { type Html, html } from "../html.ts";
import type { FilmView } from "./film.ts";
import { commandText } from "./film-plan.ts";
import { ago } from "./words.ts";

const EVENTS_SHOWN = 50;
const JOBS_SHOWN = 5;
/** The end of a log is where the reason stands. */
const LOG_LINES_SHOWN = 40;

const eventWords = ({ kind }: StoredEvent): string =>
  TRANSITIONS.find((each) => each.event === kind)?.label ?? kind.replaceAll("-", " ");

/** What went wrong, where the event says it. */
const eventProblem = ({ data }: StoredEvent): Html | null => {
  const { problem, detail } = (data ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof problem !== "string" || !isProblemCode(problem)) return null;
  const exactly = typeof detail === "string" ? ` ${visibleText(detail)}` : "";
  return html`<span class="under">${PROBLEMS[problem].title}${exactly}</span>`;
};

/** What happened to the film, newest first. */
export const historySection = ({ control, asset, now }: FilmView): Html | null => {
  const events = control.store.events.forAsset(asset.id, EVENTS_SHOWN);
  if (events.length === 0) return null;
  return html`<section class="card sheet"><h2>History</h2><ol class="history">${events.map(
    (event) => html`<li><span>${eventWords(event)}${eventProblem(event)}</span> ${ago(event.at, now)}</li>`,
  )}</ol></section>`;
};

const checkItem = ({ name, passed, detail, warns }: Check): Html => {
  const [kind, sign, said] = !passed
    ? ["failed", "✗", "failed"]
    : warns
      ? ["warned", "!", "passed, but worth a look"]
      : ["passed", "✓", "passed"];
  return html`<li class="check-${kind}"><span aria-label="${said}">${sign}</span> ${name} <span class="muted">${visibleText(detail)}</span></li>`;
};

const jobTitle = (job: Job): string =>
  [
    `Attempt ${job.attempt}`,
    job.encoder,
    job.outcome ?? "running",
    job.seconds === null ? null : humanSeconds(job.seconds),
  ]
    .filter((each) => each !== null)
    .join(" · ");

const jobDetails = (job: Job, now: number, isOpen: boolean): Html => {
  const checks = checksFrom(job.checks);
  const log = job.log.trim().split("\n").slice(-LOG_LINES_SHOWN).map(visibleText).join("\n");
  return html`<details class="attempt"${isOpen ? html` open` : null}><summary>${jobTitle(job)} <span class="muted">${ago(job.startedAt, now)}</span></summary>
${job.problemCode === null ? null : html`<p><strong>${PROBLEMS[job.problemCode].title}</strong> ${job.problemDetail === null ? null : visibleText(job.problemDetail)}</p>`}
${checks.length === 0 ? null : html`<ul class="checks">${checks.map(checkItem)}</ul>`}
${log === "" ? null : html`<h3>End of the log</h3><pre class="log" tabindex="0">${log}</pre>`}
${job.command.length === 0 ? null : html`<details><summary>Command of this attempt</summary><pre class="command" tabindex="0">${commandText(job.command)}</pre></details>`}
</details>`;
};

const isWorthALook = (job: Job): boolean =>
  job.outcome === "failed" || checksFrom(job.checks).some((each) => each.warns);

/** The last attempts; the latest is open when it failed or has something that a person should see. */
export const attemptsSection = ({ control, asset, now }: FilmView): Html | null => {
  const jobs = control.store.jobs.forAsset(asset.id, JOBS_SHOWN);
  if (jobs.length === 0) return null;
  return html`<section class="card sheet"><h2>Attempts</h2>${jobs.map((job, at) => jobDetails(job, now, at === 0 && isWorthALook(job)))}</section>`;
};
