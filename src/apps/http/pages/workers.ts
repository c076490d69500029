/** Who converts: this machine, and workers elsewhere with their cards, their films and a button for each. */
import { basename } from "node:path/posix";
import { visibleText } from "../../../core/human-text.ts";
import type { Control, EncoderStatus } from "../../control.ts";
import { type Elsewhere, type Worker, workersOf } from "../../workers.ts";
import { type Html, html } from "../html.ts";
import { progressState } from "./state.ts";
import { ago, foreign } from "./words.ts";

const LANE_WORDS = {
  copies: { name: "Fixes and sound", what: "the picture stays untouched" },
  encodes: { name: "Encodes", what: "the picture is made anew" },
} as const;

const laneRow = ({ lane, slots, running }: Worker["lanes"][number]): Html => {
  const { name, what } = LANE_WORDS[lane];
  return html`<div class="lane"><p><span class="count">${running.length} of ${slots}</span><strong>${name}</strong></p><p class="muted small">${what}</p>
${running.map(({ asset, progress }) => html`<p class="running"><a id="running-${asset.id}" href="/library/${asset.id}">${foreign(basename(asset.path))}</a>${progressState(progress)}</p>`)}</div>`;
};

/** Of a worker that does no work of a lane nothing is said, but of one that does none at all. */
const laneRows = ({ lanes }: Worker): readonly Html[] | Html => {
  const some = lanes.filter(({ slots, running }) => slots > 0 || running.length > 0);
  return some.length === 0 ? html`<p class="muted small">It converts nothing itself.</p>` : some.map(laneRow);
};

/** The work of this machine. */
export const workCard = (control: Control): Html => {
  const [here] = workersOf(control);
  return html`<section id="work" class="card sheet"><h2>Work</h2>${here && laneRows(here)}</section>`;
};

const STATE_WORDS = {
  working: "works",
  paused: "is paused",
  draining: "ends, and takes nothing new",
  silent: "is silent",
} as const;

const stateOf = ({ state, heardAt, isPaused, refusal }: Elsewhere, now: number): Html => {
  if (state === "silent") return html`<p class="wrong">It said nothing since ${ago(heardAt, now)}.</p>`;
  if (refusal !== "") return html`<p class="wrong">${visibleText(refusal)}</p>`;
  const asked = isPaused && state === "working" ? "is asked to pause" : STATE_WORDS[state];
  return html`<p class="muted small">It ${asked}. Heard ${ago(heardAt, now)}.</p>`;
};

const encoderWords = (encoder: EncoderStatus): Html =>
  encoder.kind === "found"
    ? html`${visibleText(encoder.codec)} <span class="muted">${encoder.isHardware ? "on the card" : "on the processor"}</span>`
    : html`<span class="muted">none${encoder.kind === "none" && encoder.why !== "" ? html`: ${visibleText(encoder.why)}` : null}</span>`;

const cardWords = ({ name, degrees, encoderPercent, isHot }: Elsewhere["cards"][number]): Html =>
  html`<div><dt>${visibleText(name)}</dt><dd>${degrees === null ? "not said" : `${degrees} °C`}${encoderPercent === null ? null : `, ${encoderPercent} % busy`}${isHot ? ", too hot: it takes no film before it is cooler" : null}</dd></div>`;

const row = (worker: Worker, far: Elsewhere, now: number): Html => {
  const { name, encoder } = worker;
  const verb = far.isPaused ? "resume" : "pause";
  const url = `/system/workers/${encodeURIComponent(name)}/${verb}`;
  return html`<section class="worker" aria-label="${visibleText(name)}">
<div class="heading"><div><h3>${visibleText(name)}</h3>${stateOf(far, now)}</div>
<form method="post" action="${url}" hx-post="${url}" hx-target="#workers" hx-swap="outerHTML"><button class="btn" aria-label="${far.isPaused ? "Resume" : "Pause"} ${visibleText(name)}">${far.isPaused ? "Resume" : "Pause"}</button></form></div>
<dl class="facts"><div><dt>Encoder</dt><dd>${encoderWords(encoder)}</dd></div>
${far.cards.map(cardWords)}
${far.loadPercent === null ? null : html`<div><dt>Processor</dt><dd>${Math.round(far.loadPercent)} % busy</dd></div>`}
<div><dt>Libraries</dt><dd>${far.libraries.length === 0 ? "none that it reaches" : visibleText(far.libraries.join(", "))}</dd></div></dl>
${far.state === "silent" ? null : laneRows(worker)}</section>`;
};

const SILENT_WORDS = { away: "does not answer", refuses: "takes nothing" } as const;

/** Workers on other machines; nothing where there is no Redis. It reads itself again every few seconds. */
export const workersSection = (control: Control, now: number): Html | null => {
  if (control.elsewhere === null) return null;
  const { address, state } = control.elsewhere.redis();
  const said =
    state.kind === "ready"
      ? html`<p class="muted small">They find their films in Redis at ${visibleText(address)}.</p>`
      : html`<p class="wrong">Redis at ${visibleText(address)} ${"why" in state ? `${SILENT_WORDS[state.kind]} (${visibleText(state.why)})` : "is asked"}; this machine goes on by itself.</p>`;
  const rows = workersOf(control).flatMap((each) =>
    each.elsewhere === null ? [] : [row(each, each.elsewhere, now)],
  );
  return html`<section id="workers" class="card sheet" hx-get="/system/workers" hx-trigger="every 5s" hx-target="this" hx-swap="outerHTML"><h2>Workers on other machines</h2>${said}
${rows.length === 0 ? html`<p class="muted">None was heard of yet. Start one there with <code>cvc worker</code>; it appears here by itself.</p>` : rows}</section>`;
};
