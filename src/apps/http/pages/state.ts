/** An asset's state as a coloured badge, live while it is being worked on. */
import { humanLeft, humanSpeed } from "../../../core/human-text.ts";
import type { State } from "../../../core/lifecycle.ts";
import type { Asset } from "../../../edges/store/asset-row.ts";
import type { Control, JobProgress } from "../../control.ts";
import { type Html, html } from "../html.ts";

/** Completed green, Archived grey, Failed red, Processing amber, Queued blue: the colours are in page.css. */
export const stateBadge = (state: State, more = ""): Html =>
  html`<span class="state state-${state.toLowerCase()}">${state}${more}</span>`;

/** `2.4× · 3 min left`, or what comes after the conversion. */
const paceOf = ({ phase, encoder, speed, etaSeconds }: JobProgress): string => {
  if (phase === "waiting") return "waits for a worker";
  if (phase !== "converting") return phase === "verifying" ? "checking the result" : "putting it in place";
  return [
    speed === null || encoder === "copy" ? null : humanSpeed(speed),
    etaSeconds === null ? null : humanLeft(etaSeconds),
  ]
    .filter((each) => each !== null)
    .join(" · ");
};

/** The badge, bar and pace of a running job; null: it has not said anything yet. */
export const progressState = (progress: JobProgress | null): Html => {
  const percent = progress?.percent ?? null;
  const bar =
    percent === null
      ? html`<progress class="bar" max="100" aria-label="progress"></progress>`
      : html`<progress class="bar" max="100" value="${percent}" aria-label="progress">${percent} %</progress>`;
  return html`${stateBadge("Processing", percent === null ? "" : ` ${percent} %`)}${bar}<span class="pace">${progress && paceOf(progress)}</span>`;
};

/** The state for a row or a heading; that of a running job is replaced as it goes on. */
export const stateCell = (control: Control, asset: Asset): Html =>
  asset.state === "Processing"
    ? html`<div class="progressing" sse-swap="progress-${asset.id}" hx-swap="innerHTML">${progressState(control.progressOf(asset.id))}</div>`
    : stateBadge(asset.state);
