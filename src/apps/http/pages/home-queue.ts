/** What is queued, by kind of work: how many films, how many bytes, how long. */
import { humanBytes, roughRange } from "../../../core/human-text.ts";
import { QUEUED_WORKS, type QueuedWork } from "../../../core/work.ts";
import { laneOf } from "../../pauses.ts";
import { queueTime } from "../../work-times.ts";
import { type Html, html } from "../html.ts";
import type { HomeView } from "./home-view.ts";
import { queueUrl } from "./queue-view.ts";

const WORK_WORDS: Readonly<Record<QueuedWork, { readonly name: string; readonly what: string }>> = {
  copy: { name: "Fix in seconds", what: "a container or header is wrong" },
  audio: { name: "Encode the sound", what: "the picture stays untouched" },
  video: { name: "Encode the picture", what: "not every Chromecast of yours plays it" },
};

/** The region, read again whenever the overview changes. */
export const homeQueue = ({ control }: HomeView): Html => {
  const { works, films, seconds } = queueTime(control);
  const waiting = control.store.assets.counts().state.Queued;
  const held = Math.max(0, waiting - films);
  const row = (work: QueuedWork): Html => {
    const { films: count, bytes, seconds: time } = works[work];
    const { name, what } = WORK_WORDS[work];
    return html`<li class="kind-row kind-${work}${count === 0 ? " kind-none" : ""}">
<a class="kind-name" href="${queueUrl("/queue", { lane: laneOf(work) })}">${name}</a><span class="kind-count">${count.toLocaleString("en")}</span>
<span class="under">${count === 0 ? what : `${humanBytes(bytes)} · ${what}`}</span><span class="under kind-time">${count === 0 ? "" : roughRange(time)}</span></li>`;
  };
  return html`<section id="home-queue" class="home-queue" aria-labelledby="queued" hx-get="/home/queue" hx-trigger="sse:overview, sse:running" hx-swap="outerHTML">
<h2 id="queued">Waiting</h2>
<div class="card sheet">
<p class="whole">${films === 0 ? html`<b>Nothing waits</b>` : html`<b>${roughRange(seconds)}</b> <span class="muted">for ${films === 1 ? "the one film that waits" : `all ${films.toLocaleString("en")} films that wait`}</span>`}</p>
<ul class="kinds">${QUEUED_WORKS.map(row)}</ul>
${held === 0 ? null : html`<p class="muted small">${held === 1 ? "One more waits for you: it" : `${held.toLocaleString("en")} more wait for you: they`} will not be converted until you ask.</p>`}
<p class="see-queue"><a href="/queue">The queue, in its order</a></p>
</div>
</section>`;
};
