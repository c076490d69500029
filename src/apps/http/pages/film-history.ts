import { humanSeconds, visibleText } from "../../../core/human-text.ts";
import { TRANSITIONS } from "../../../core/lifecycle.ts";
import { PROBLEMS } from "../../../core/problem.ts";
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

/** What happened to the film, newest first. */
export const historySection = ({ control, asset, now }: FilmView): Html | null => {
  const events = control.store.events.forAsset(asset.id, EVENTS_SHOWN);
  if (events.length === 0) return null;
  return html`<section class="card sheet"><h2>History</h2><ol class="history">${events.map(
    (event) => html`<li><span>${eventWords(event)}</span> ${ago(event.at, now)}</li>`,
  )}</ol></section>`;
};

type ShownCheck = { readonly name: string; readonly passed: boolean; readonly detail: string };

/** Checks are kept as JSON; what does not look like one is left out. */
const checksOf = (checks: unknown): readonly ShownCheck[] =>
  (Array.isArray(checks) ? (checks as readonly unknown[]) : []).flatMap((each) => {
    if (typeof each !== "object" || each === null || !("name" in each) || !("passed" in each)) return [];
    const detail = "detail" in each && typeof each.detail === "string" ? each.detail : "";
    return [{ name: String(each.name), passed: each.passed === true, detail }];
  });

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
  const checks = checksOf(job.checks);
  const log = job.log.trim().split("\n").slice(-LOG_LINES_SHOWN).map(visibleText).join("\n");
  return html`<details class="attempt"${isOpen ? html` open` : null}><summary>${jobTitle(job)} <span class="muted">${ago(job.startedAt, now)}</span></summary>
${job.problemCode === null ? null : html`<p><strong>${PROBLEMS[job.problemCode].title}</strong> ${job.problemDetail === null ? null : visibleText(job.problemDetail)}</p>`}
${checks.length === 0 ? null : html`<ul class="checks">${checks.map((each) => html`<li class="${each.passed ? "check-passed" : "check-failed"}"><span aria-label="${each.passed ? "passed" : "failed"}">${each.passed ? "✓" : "✗"}</span> ${each.name} <span class="muted">${visibleText(each.detail)}</span></li>`)}</ul>`}
${log === "" ? null : html`<h3>End of the log</h3><pre class="log" tabindex="0">${log}</pre>`}
${job.command.length === 0 ? null : html`<details><summary>Command of this attempt</summary><pre class="command" tabindex="0">${commandText(job.command)}</pre></details>`}
</details>`;
};

/** The last attempts, a failed latest one opened. */
export const attemptsSection = ({ control, asset, now }: FilmView): Html | null => {
  const jobs = control.store.jobs.forAsset(asset.id, JOBS_SHOWN);
  if (jobs.length === 0) return null;
  return html`<section class="card sheet"><h2>Attempts</h2>${jobs.map((job, at) => jobDetails(job, now, at === 0 && job.outcome === "failed"))}</section>`;
};
