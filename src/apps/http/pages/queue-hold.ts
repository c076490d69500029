/** Whether the queue gives out work, and the buttons that hold it and let it run. */
import { visibleText } from "../../../core/human-text.ts";
import type { Control } from "../../control.ts";
import { queueJson } from "../asset-json.ts";
import { type Html, html } from "../html.ts";
import { ago } from "./words.ts";

export const resumeForm: Html = html`<form method="post" action="/queue/resume" hx-post="/queue/resume" hx-target="#notice" hx-swap="innerHTML"><button id="resume" class="btn btn-primary">Resume</button></form>`;

const button = (verb: "pause" | "drain", label: string, title: string): Html =>
  html`<button id="${verb}" class="btn" formaction="/queue/${verb}" hx-post="/queue/${verb}" hx-target="#notice" hx-swap="innerHTML" title="${title}">${label}</button>`;

const holdForm: Html = html`<form class="hold" method="post" action="/queue/pause">
<input id="reason" class="form-control" type="text" name="reason" maxlength="200" placeholder="Why? (if you like)" aria-label="Why the queue is held" autocomplete="off" hx-preserve="true">
${button("pause", "Pause", "Begin nothing new until it is resumed; what is in work goes on")}
${button("drain", "Finish and stop", "As pause, and says when nothing is in work any more, so that the machine can be switched off")}
</form>`;

/** A banner with the cause and the button that lets it run; null while it runs. `now` in epoch ms. */
export const holdBanner = (control: Control, now: number): Html | null => {
  const { kind, sentence, since } = queueJson(control).hold;
  return kind === "running"
    ? null
    : html`<div class="banner banner-waiting trouble"><div><strong>${visibleText(sentence)}</strong> ${since === null ? null : html`<span class="muted">${ago(since, now)}</span>`}</div>${resumeForm}</div>`;
};

/** The banner of a held queue, or how to hold it. */
export const holdControls = (control: Control, now: number): Html => holdBanner(control, now) ?? holdForm;
