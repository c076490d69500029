import { humanBytes, humanSeconds, shellQuoted, visibleText } from "../../../core/human-text.ts";
import { ACTION_OF, type StreamPlan } from "../../../core/plan.ts";
import { sidecarEnding } from "../../../core/plan-subtitles.ts";
import { REASONS, type Reason } from "../../../core/reasons.ts";
import { kindName, streamWords } from "../../../core/stream-words.ts";
import { type DeviceGroup, deviceGroups } from "../../../core/verdict.ts";
import type { Explanation } from "../../control.ts";
import { type Html, html } from "../html.ts";

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

/** What each stream is, what will be done with it, and why. */
export const streamsSection = ({ media, plan, estimate }: Explanation): Html => {
  const plans = new Map(plan.streams.map((each) => [each.stream, each]));
  const rows = media.streams.map((stream) => {
    const own = plans.get(stream.index);
    return html`<tr><td class="stream-what"><span class="kind">${kindName(stream)}</span> <bdi>${streamWords(stream)}</bdi></td>
<td>${own ? html`<span class="do do-${own.action}">${ACTION_WORDS[own.action]}</span>` : html`<span class="muted">Nothing</span>`}</td>
<td>${own?.why}</td></tr>`;
  });
  const [low, high] = estimate.seconds;
  const cost =
    plan.video === null
      ? null
      : html`<p class="muted">${capital(ACTION_OF[plan.work])}, about ${Math.round(low) === Math.round(high) ? humanSeconds(high) : `${humanSeconds(low)} to ${humanSeconds(high)}`}, about ${humanBytes(estimate.bytes)}.</p>`;
  return html`<section class="card sheet"><h2>Plan</h2>${cost}
<table class="streams"><thead><tr><th>What it is</th><th>What will be done</th><th>Why</th></tr></thead><tbody>${rows}</tbody></table>
${plan.sidecars.length === 0 ? null : html`<p class="muted">Subtitle files beside the film: ${plan.sidecars.map(sidecarEnding).join(", ")}.</p>`}
</section>`;
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A line of a command is broken before the option that would make it longer than this; characters. */
const COMMAND_LINE = 84;

/** The command in lines a person can read, broken where a shell allows it. */
export const commandText = (argv: readonly string[]): string => {
  const lines = [""];
  for (const word of shellQuoted(argv)) {
    const line = lines.at(-1) ?? "";
    const isOption = /^-[a-z]/i.test(word);
    if (isOption && line.length + word.length > COMMAND_LINE) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join(" \\\n  ");
};

export const commandSection = ({ command }: Explanation): Html | null =>
  command === null || command.length === 0
    ? null
    : html`<section class="card sheet"><h2>Command</h2><pre class="command" tabindex="0">${commandText(command)}</pre></section>`;
