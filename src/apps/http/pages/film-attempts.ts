/** The attempts at a film: how each ended, its checks, its log and its command. */
import { humanSeconds, visibleText } from "../../../core/human-text.ts";
import { PROBLEMS } from "../../../core/problem.ts";
import { type Check, checksFrom } from "../../../core/verification-facts.ts";
import type { Job } from "../../../edges/store/jobs.ts";
import { type Html, html } from "../html.ts";
import { commandBox } from "./film-command.ts";
import type { FilmView } from "./film-part.ts";
import { ago } from "./words.ts";

const JOBS_SHOWN = 5;
/** The end of a log is where the reason stands. */
const LOG_LINES_SHOWN = 40;

/** The end of a log, a line each, with nothing hidden in it. */
export const logText = (log: string): string =>
  log.trim().split("\n").slice(-LOG_LINES_SHOWN).map(visibleText).join("\n");

const checkItem = ({ name, passed, detail, warns }: Check): Html => {
  const [kind, sign, said] = !passed
    ? ["failed", "✗", "failed"]
    : warns
      ? ["warned", "!", "passed, but worth a look"]
      : ["passed", "✓", "passed"];
  return html`<li class="check-${kind}"><span aria-label="${said}">${sign}</span> ${name} <span class="muted">${visibleText(detail)}</span></li>`;
};

const jobTitle = (job: Job, isEarlier: boolean): string =>
  [
    `Attempt ${job.attempt}${isEarlier ? " of an earlier time" : ""}`,
    job.encoder,
    job.worker === null ? null : `on ${visibleText(job.worker)}`,
    job.outcome ?? "running",
    job.seconds === null ? null : humanSeconds(job.seconds),
  ]
    .filter((each) => each !== null)
    .join(" · ");

type Shown = { readonly isOpen: boolean; readonly isEarlier: boolean };

const jobDetails = (job: Job, now: number, { isOpen, isEarlier }: Shown): Html => {
  const checks = checksFrom(job.checks);
  const log = logText(job.log);
  return html`<details id="attempt-${job.id}" class="attempt"${isOpen ? html` open` : null}><summary>${jobTitle(job, isEarlier)} <span class="muted">${ago(job.startedAt, now)}</span></summary>
${job.problemCode === null ? null : html`<p><strong>${PROBLEMS[job.problemCode].title}</strong> ${job.problemDetail === null ? null : visibleText(job.problemDetail)}</p>`}
${checks.length === 0 ? null : html`<ul class="checks">${checks.map(checkItem)}</ul>`}
${log === "" ? null : html`<h3>End of the log</h3><pre class="log" tabindex="0" aria-label="End of the log">${log}</pre>`}
${job.command.length === 0 ? null : html`<details id="attempt-command-${job.id}"><summary>Command of this attempt</summary>${commandBox(job.command)}</details>`}
</details>`;
};

const isWorthALook = (job: Job): boolean =>
  job.outcome === "failed" || checksFrom(job.checks).some((each) => each.warns);

/** The last attempts; the latest is open when it failed or has something that a person should see. */
export const attemptsSection = ({ control, asset, now }: FilmView): Html | null => {
  const jobs = control.store.jobs.forAsset(asset.id, JOBS_SHOWN);
  if (jobs.length === 0) return null;
  // Attempts are counted anew each time that the film is sent to the queue.
  const latest = jobs.findIndex((job, at) => at > 0 && job.attempt >= (jobs[at - 1]?.attempt ?? 0));
  const shown = jobs.map((job, at) =>
    jobDetails(job, now, { isOpen: at === 0 && isWorthALook(job), isEarlier: latest > 0 && at >= latest }),
  );
  return html`<section class="card sheet"><h2>Attempts</h2>${shown}</section>`;
};
