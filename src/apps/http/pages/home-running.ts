/** A card for each film that is being worked on. */

import { ENCODERS } from "../../../core/encoders.ts";
import { humanBytes, humanLeft, humanSpeed, visibleText } from "../../../core/human-text.ts";
import { ACTION_OF } from "../../../core/plan.ts";
import type { Asset } from "../../../edges/store/asset-row.ts";
import type { Control, JobProgress } from "../../control.ts";
import { type Html, html } from "../html.ts";
import { fate } from "./fate.ts";
import { filmPicture, minuteOf } from "./film-picture.ts";
import type { HomeView } from "./home-view.ts";
import { fileName, filmLink, folderOf, foreign } from "./words.ts";

/** More than these run only where the settings ask for it; the rest stand in the library. */
const CARDS_MAX = 12;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Where the work is done. */
const engineOf = (asset: Asset, progress: JobProgress): string =>
  `${engineKind(asset, progress)}${progress.worker === undefined ? "" : ` · on ${visibleText(progress.worker)}`}`;

const engineKind = (asset: Asset, progress: JobProgress): string => {
  if (asset.work === "copy") return "Copies, nothing is encoded";
  if (asset.work === "audio") return "Sound on the processor, picture copied";
  const isCard = Object.values(ENCODERS).some(
    ({ codec, isHardware }) => codec === progress.encoder && isHardware,
  );
  return `${isCard ? "Graphics card" : "Processor"} · ${progress.encoder}`;
};

const PHASE_WORDS: Readonly<Record<JobProgress["phase"], string>> = {
  waiting: "waits for a worker",
  converting: "converting",
  verifying: "checking the result",
  publishing: "putting it in place",
};

/** Degrees of the card against the limit, where the card is what works and says them. */
const heat = (control: Control, asset: Asset, { worker, phase }: JobProgress): Html | null => {
  const isHere = worker === undefined && phase !== "waiting";
  const degrees = isHere && asset.work === "video" ? control.cardTemperature() : null;
  if (degrees === null) return null;
  const limit = control.settings.operational.gpu_temperature_cutoff;
  return html`<span class="figure${degrees >= limit ? " figure-hot" : ""}"><b>${degrees} °C</b> of ${limit} °C</span>`;
};

const figure = (value: string | null, unit = ""): Html | null =>
  value === null ? null : html`<span class="figure"><b>${value}</b>${unit}</span>`;

/** What changes every second; null: it has only just begun. */
export const jobFigures = (control: Control, asset: Asset, progress: JobProgress | null): Html => {
  const percent = progress?.phase === "converting" ? progress.percent : null;
  const label = `Progress of ${visibleText(fileName(asset))}`;
  const bar =
    percent === null
      ? html`<progress class="bar" max="100" aria-label="${label}"></progress>`
      : html`<progress class="bar" max="100" value="${percent}" aria-label="${label}">${percent} %</progress>`;
  const left = progress?.phase === "converting" ? progress.etaSeconds : null;
  return html`<div class="job-percent">${percent === null ? html`<span class="job-phase">${progress === null ? "beginning" : PHASE_WORDS[progress.phase]}</span>` : html`<b>${Math.floor(percent)}</b> %`}${left === null ? null : html`<span class="job-left">${humanLeft(left)}</span>`}</div>
${bar}
<div class="figures">${
    progress === null
      ? null
      : html`${percent === null ? null : html`${figure(progress.fps === null || progress.fps === 0 ? null : progress.fps.toFixed(0), " fps")}${figure(progress.speed === null || progress.encoder === "copy" ? null : humanSpeed(progress.speed), " speed")}${figure(progress.bytes === null ? null : humanBytes(progress.bytes), " so far")}`}<span class="figure">${engineOf(asset, progress)}</span>${heat(control, asset, progress)}`
  }</div>`;
};

const card = (control: Control, asset: Asset): Html => {
  const progress = control.progressOf(asset.id);
  const action = capital(asset.action ?? ACTION_OF[asset.work ?? "none"]);
  return html`<li class="card job">
<a class="frame" href="/library/${asset.id}" tabindex="-1" aria-hidden="true" sse-swap="frame-${asset.id}" hx-swap="innerHTML">${filmPicture(asset.id, minuteOf(asset, progress))}</a>
<div class="job-what">
<h3>${filmLink(asset.id, asset.path)}</h3>
<p class="under">${foreign(folderOf(asset))}</p>
<p class="job-why"><strong>${action}</strong>${asset.why === null ? null : html`: ${asset.why}`}. <span class="muted">${capital(fate(control, asset))}.</span></p>
<div class="job-now" sse-swap="job-${asset.id}" hx-swap="innerHTML">${jobFigures(control, asset, progress)}</div>
</div></li>`;
};

/** Why nothing is being done, in a sentence that leaves no question. */
const idle = ({ control }: HomeView): Html => {
  const { state, total } = control.store.assets.counts();
  const overview = control.overview();
  const [head, more] =
    total === 0
      ? ["Nothing here yet.", "Films appear as soon as a scan finds them."]
      : state.Queued > 0
        ? [
            "Nothing is being converted right now.",
            control.hold().kind === "running"
              ? (overview.waiting?.sentence ?? "The next film starts as soon as it may.")
              : "The queue is held; resume it when you like.",
          ]
        : state.New > 0
          ? ["Films are being looked at.", "What does not play is queued by itself."]
          : state.Failed > 0
            ? ["All that could be done is done.", "What is left needs you."]
            : ["Nothing to do.", "Every film plays."];
  return html`<div class="card idle"><p><strong>${head}</strong></p><p class="muted">${visibleText(more ?? "")}</p></div>`;
};

/** The region, read again when work on a film begins or ends. */
export const homeRunning = (view: HomeView): Html => {
  const { control } = view;
  const { assets, total } = control.store.assets.page({
    state: "Processing",
    sort: "state_at",
    isReversed: true,
    limit: CARDS_MAX,
  });
  return html`<section id="home-running" class="home-running" aria-labelledby="now" hx-get="/home/running" hx-trigger="sse:running, sse:list${assets.length === 0 ? ", sse:overview" : ""}" hx-swap="outerHTML">
<h2 id="now">Right now</h2>
${assets.length === 0 ? idle(view) : html`<ul class="jobs">${assets.map((each) => card(control, each))}</ul>`}
${total > assets.length ? html`<p class="muted">And <a href="/library?state=Processing">${total - assets.length} more</a>.</p>` : null}
</section>`;
};
