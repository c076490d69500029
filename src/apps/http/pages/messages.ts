/** Those who are told something: how the last message to each went, and a button that tries. */
import { counted } from "../../../core/human-text.ts";
import { PROBLEMS } from "../../../core/problem.ts";
import type { NotifierView } from "../../notifiers.ts";
import { type Html, html } from "../html.ts";
import { ago, foreign } from "./words.ts";

/** Of the last message, in words. */
const outcome = ({ state }: NotifierView, now: number): Html => {
  if (state?.problem && state.failedAt !== null)
    return html`<span class="wrong">Did not arrive ${ago(state.failedAt, now)}: ${PROBLEMS[state.problem.code].title}</span> <span class="muted">${foreign(state.problem.detail)}</span> <span class="mend"><span aria-hidden="true">→</span> ${PROBLEMS[state.problem.code].hint}</span>`;
  if (state?.arrivedAt) return html`<span>The last message arrived ${ago(state.arrivedAt, now)}.</span>`;
  return html`<span class="muted">No message was sent yet.</span>`;
};

const row = (view: NotifierView, now: number, back: string): Html => {
  const waiting = view.state?.waiting ?? 0;
  return html`<li><div><strong>${foreign(view.name)}</strong> <span class="muted">${view.kind}</span><br>${outcome(view, now)}${waiting === 0 ? null : html` <span class="muted">${counted(waiting, "message")} ${waiting === 1 ? "waits" : "wait"}.</span>`}</div>
<form method="post" action="/notifications/test" hx-post="/notifications/test" hx-target="#messages" hx-swap="outerHTML" hx-disabled-elt="find button"><input type="hidden" name="name" value="${view.name}"><input type="hidden" name="back" value="${back}"><button class="btn btn-sm" aria-label="Send a test to ${view.name}">Send a test</button></form></li>`;
};

/** The section; `back` is the page it is on. */
export const messagesSection = (all: readonly NotifierView[], now: number, back: string): Html =>
  html`<section id="messages" class="card sheet messages" aria-labelledby="messages-title"><h2 id="messages-title">${back === "/settings" ? "Test the messages" : "Messages"}</h2>
${
  all.length === 0
    ? html`<p class="muted">Nobody is told anything. ${back === "/settings" ? "Once a receiver is added above and in use, it can be tested here." : html`Name a phone, a mailbox or a program of your own in the <a href="/settings#notifiers">settings</a>.`}</p>`
    : html`<ul>${all.map((each) => row(each, now, back))}</ul>`
}</section>`;
