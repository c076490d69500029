/** The lanes: what each of its places is doing, and why one that is free stays so. */
import { counted, visibleText } from "../../../core/human-text.ts";
import type { Control, LaneStatus } from "../../control.ts";
import { type Html, html } from "../html.ts";
import { holdControls } from "./queue-hold.ts";
import { LANE_WORDS } from "./queue-view.ts";
import { stateCell } from "./state.ts";
import { filmLink } from "./words.ts";

const busy = (control: Control, id: number): Html | null => {
  const asset = control.store.assets.byId(id);
  return (
    asset &&
    html`<li class="slot"><div class="slot-film">${filmLink(id, asset.path)}<span class="under">${asset.action}</span></div>${stateCell(control, asset)}</li>`
  );
};

/** Why a place has nothing to do. */
const idleWords = (control: Control, { queued, held, pause }: LaneStatus): string => {
  const hold = control.hold().kind;
  if (hold !== "running") return hold === "paused" ? "paused" : "nothing new is begun";
  if (pause !== null) return "waiting";
  return queued > held ? "the next film is begun" : "nothing to do";
};

const lane = (control: Control, status: LaneStatus): Html => {
  const { name, what } = LANE_WORDS[status.lane];
  const begun = status.running.filter((id) => control.progressOf(id)?.phase !== "waiting").length;
  const free = Math.max(0, status.slots - begun);
  return html`<section class="card sheet lane" aria-labelledby="lane-${status.lane}">
<h2 id="lane-${status.lane}">${name} <span class="muted">${begun} of ${counted(status.slots, "place")} in work</span></h2>
<p class="under">${what}</p>
${status.pause === null ? null : html`<p class="lane-pause">${visibleText(status.pause.sentence)}</p>`}
${status.note === null ? null : html`<p class="under">${status.note}</p>`}
<ul class="slots">${status.running.map((id) => busy(control, id))}${free === 0 ? null : html`<li class="slot slot-free">${free === 1 ? "A free place" : `${free} free places`}: ${idleWords(control, status)}</li>`}</ul>
</section>`;
};

/** The region, read again whenever the overview changes. `now` in epoch ms. */
export const queueLanes = (control: Control, now: number): Html => {
  const lanes = control.lanes();
  const [queued, held] = [
    lanes.reduce((sum, each) => sum + each.queued, 0),
    lanes.reduce((sum, each) => sum + each.held, 0),
  ];
  const [verb, of] =
    queued === 1
      ? ["waits", "It waits"]
      : ["wait", `${held.toLocaleString("en")} of them ${held === 1 ? "waits" : "wait"}`];
  return html`<div id="queue-lanes" hx-get="/queue/lanes" hx-trigger="sse:overview, sse:running" hx-swap="outerHTML">
<div class="queue-head"><h1 class="truth">${queued === 0 ? "Nothing waits" : `${queued.toLocaleString("en")} ${queued === 1 ? "film" : "films"} ${verb}`}${held === 0 ? null : html`<span class="truth-rest">; ${of} for you</span>`}</h1>${holdControls(control, now)}</div>
<div class="lanes">${lanes.map((each) => lane(control, each))}</div>
</div>`;
};
