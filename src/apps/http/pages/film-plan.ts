/** Why a film does not play, and of each stream: what it is, what the devices take, what will be done. */
import { type Taking, takingsOf } from "../../../core/device-takes.ts";
import { humanBytes, roughRange, visibleText } from "../../../core/human-text.ts";
import type { Stream } from "../../../core/media-info.ts";
import { ACTION_OF, type StreamPlan } from "../../../core/plan.ts";
import { sidecarEnding } from "../../../core/plan-subtitles.ts";
import { predictOutput } from "../../../core/predict-output.ts";
import { REASONS, type Reason } from "../../../core/reasons.ts";
import { containerName, kindName, streamWords } from "../../../core/stream-words.ts";
import { type DeviceGroup, deviceGroups } from "../../../core/verdict.ts";
import { devicesOf, wishOf } from "../../../core/wish.ts";
import type { Explanation } from "../../control.ts";
import { type Html, html } from "../html.ts";
import type { FilmView } from "./film-part.ts";

const reasonList = (reasons: readonly Reason[]): Html =>
  html`<ul class="reasons">${reasons.map(({ code, detail }) => html`<li><a class="reason-code" href="/library?reason=${code}" title="Films with the same reason">${REASONS[code].phrase}</a> ${visibleText(detail)}</li>`)}</ul>`;

/** Every reason in a full sentence; by device where the devices differ. */
export const reasonsSection = (explanation: Explanation): Html => {
  const groups = deviceGroups(explanation.verdict);
  const { reasons } = explanation.plan;
  const labels = (group: DeviceGroup): string => visibleText(group.labels.join(", "));
  const body =
    groups.length > 1
      ? groups.map(
          (group) =>
            html`<h3>${labels(group)}</h3>${group.reasons.length === 0 ? html`<p class="plays">Plays as it is.</p>` : reasonList(group.reasons)}`,
        )
      : reasons.length === 0
        ? html`<p class="plays">Plays as it is on ${groups.map(labels).join(", ") || "your Chromecast"}.</p>`
        : reasonList(reasons);
  const notes = explanation.verdict.notes.filter(({ code }) => reasons.every((each) => each.code !== code));
  return html`<section class="card sheet"><h2>Why</h2>${body}${notes.map(({ detail }) => html`<p class="muted note">Note: ${visibleText(detail)}</p>`)}</section>`;
};

const ACTION_WORDS: Readonly<Record<StreamPlan["action"], string>> = {
  copy: "Copy",
  repair: "Repair headers",
  encode: "Encode",
  extract: "Write beside",
  drop: "Leave out",
};

const SIGNS: Readonly<Record<Taking["answer"], string>> = { takes: "✓", refuses: "✗", ignores: "·" };
const SAID: Readonly<Record<Taking["answer"], string>> = {
  takes: "Takes it:",
  refuses: "Does not take it as it is:",
  ignores: "Does not ask for it:",
};

const takingItem = ({ labels, answer, words }: Taking, isOnly: boolean): Html =>
  html`<li><span class="sign sign-${answer}" aria-hidden="true">${SIGNS[answer]}</span><span><span class="visually-hidden">${SAID[answer]}</span>${isOnly ? null : html`<strong>${visibleText(labels.join(", "))}</strong> `}${words}</span></li>`;

const takingList = (takings: readonly Taking[]): Html =>
  html`<ul class="takings">${takings.map((each) => takingItem(each, takings.length === 1))}</ul>`;

type Row = {
  readonly what: Html;
  readonly takings: readonly Taking[];
  readonly does: Html;
};

const rowMarkup = ({ what, takings, does }: Row): Html =>
  html`<tr><td class="stream-what">${what}</td><td data-head="Your devices take">${takingList(takings)}</td><td data-head="What is done">${does}</td></tr>`;

/** What each encoded or copied stream of a film becomes in the result, by its number, without what does not change. */
const becomings = (
  { control, asset }: FilmView,
  { media, plan }: Explanation,
): ReadonlyMap<number, Stream> => {
  const library = control.settings.libraries[asset.library];
  const made = library && predictOutput(media, plan, wishOf(control.settings, library).profile);
  const from = [plan.video, plan.audio, plan.surround].flatMap((each) => (each ? [each.stream] : []));
  return new Map(
    from.flatMap((stream, at): [number, Stream][] => {
      const becomes = made?.streams[at];
      // The prediction is for the verdict: of an encode it does not know the rate.
      const bitrateBps =
        stream === plan.audio?.stream && plan.audio.kind === "encode" ? plan.audio.bitrateBps : null;
      return becomes ? [[stream, { ...becomes, title: null, language: null, bitrateBps }]] : [];
    }),
  );
};

const doesMarkup = (own: StreamPlan | undefined, becomes: Stream | undefined): Html => {
  if (!own) return html`<span class="muted">Nothing</span>`;
  const into = own.action === "encode" && becomes ? html` <bdi>to ${streamWords(becomes)}</bdi>` : null;
  return html`<span class="do do-${own.action}">${ACTION_WORDS[own.action]}</span>${into}<span class="under">${own.why}</span>`;
};

const containerRow = (view: FilmView, { media, verdict, plan }: Explanation): Row => ({
  what: html`<span class="kind">Container</span> ${containerName(media)}`,
  takings: takingsOf(null, media, verdict, devicesOf(view.control.settings)),
  does:
    plan.video === null
      ? html`<span class="muted">Nothing</span>`
      : html`<span class="do do-copy">New MP4</span><span class="under">index first, nothing inside that a Chromecast stumbles over</span>`,
});

/** How long and how large, in a line. */
const costLine = ({ plan, estimate }: Explanation, isDone: boolean): Html | null => {
  if (plan.video === null || isDone) return null;
  return html`<p class="muted">${capital(ACTION_OF[plan.work])}, ${roughRange(estimate.seconds)}, about ${humanBytes(estimate.bytes)}.</p>`;
};

/** What each stream is, what each device takes in its place, what is done with it and why. */
export const streamsSection = (view: FilmView, explanation: Explanation): Html => {
  const { media, plan, verdict } = explanation;
  const isDone = view.asset.outcome === "converted";
  const plans = new Map(plan.streams.map((each) => [each.stream, each]));
  const become = becomings(view, explanation);
  const devices = devicesOf(view.control.settings);
  const rows = media.streams.map(
    (stream): Row => ({
      what: html`<span class="kind">${kindName(stream)}</span> <bdi>${streamWords(stream)}</bdi>`,
      takings: takingsOf(stream, media, verdict, devices),
      does: doesMarkup(plans.get(stream.index), become.get(stream.index)),
    }),
  );
  return html`<section class="card sheet"><h2>Streams and plan</h2>${costLine(explanation, isDone)}
<table class="streams"><thead><tr><th>What it is</th><th>What your devices take</th><th>${isDone ? "What was done" : "What will be done"}</th></tr></thead><tbody>${[containerRow(view, explanation), ...rows].map(rowMarkup)}</tbody></table>
${plan.sidecars.length === 0 ? null : html`<p class="muted">Subtitle files beside the film: ${plan.sidecars.map(sidecarEnding).join(", ")}.</p>`}
</section>`;
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
