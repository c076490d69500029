/** Graphics cards, the encoders that were tried, and how fast they were measured to be. */
import { humanBytes, visibleText } from "../../../core/human-text.ts";
import type { Card } from "../../../core/nvidia-smi.ts";
import type { Control } from "../../control.ts";
import type { EncoderLook, SystemFacts } from "../../system-facts.ts";
import { type Html, html } from "../html.ts";
import { gauge } from "./gauge.ts";
import { ago } from "./words.ts";

type Seen = { readonly control: Control; readonly facts: SystemFacts; readonly now: number };

export const fact = (name: string, value: Html | string | null): Html | null =>
  value === null ? null : html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

/** Of several cards each has its number, and whether it encodes. */
const cardHead = ({ index, name }: Card, cards: readonly Card[], look: EncoderLook | null): Html => {
  if (cards.length < 2) return html`<h3>${visibleText(name)}</h3>`;
  const trial = look?.trials.find((each) => each.card?.index === index);
  const says = trial === undefined ? null : trial.works ? "encodes" : "does not encode";
  return html`<h3>${index}: ${visibleText(name)}${says === null ? null : html` <span class="muted">${says}</span>`}</h3>`;
};

const cardFacts = (card: Card, cutoff: number, head: Html): Html => {
  const { temperatureCelsius, usedPercent, memoryUsedBytes, memoryTotalBytes, encodes } = card;
  return html`<div class="one-card">${head}
${temperatureCelsius === null ? null : html`<p class="figure">${temperatureCelsius} °C</p>${gauge((100 * temperatureCelsius) / 110, (100 * cutoff) / 110)}`}
<dl class="facts">${fact("Busy", usedPercent === null ? null : `${usedPercent} %`)}
${fact("Memory", memoryUsedBytes === null || memoryTotalBytes === null ? null : `${humanBytes(memoryUsedBytes)} of ${humanBytes(memoryTotalBytes)}`)}
${fact("Encodes now", encodes === null ? null : String(encodes))}
${fact("Driver", visibleText(card.driver))}</dl></div>`;
};

/** What NVIDIA's cards say of themselves. */
export const cardsCard = ({ facts: { cards, encoders }, control }: Seen): Html => {
  const cutoff = control.settings.operational.gpu_temperature_cutoff;
  const [title, whose] =
    cards.kind === "cards" && cards.cards.length > 1
      ? ["Graphics cards", "Encodes of a card rest"]
      : ["Graphics card", "Encodes rest"];
  return html`<section id="card" class="card sheet"><h2>${title}</h2>${
    cards.kind === "cards"
      ? html`${cards.cards.map((each) => cardFacts(each, cutoff, cardHead(each, cards.cards, encoders)))}<p class="muted small">${whose} from ${cutoff} °C, as the <a href="/settings#rest">settings</a> say.</p>`
      : html`<p class="muted">No NVIDIA card to be seen: ${visibleText(cards.why)}.</p>`
  }</section>`;
};

/** What works was made to encode a test film. */
const tried = ({ at, trials, decoding }: EncoderLook, now: number): Html => {
  const of = (isGood: boolean): readonly string[] => [
    ...new Set(trials.filter(({ works }) => works === isGood).map(({ codec }) => codec)),
  ];
  const good = of(true);
  const others = of(false).filter((each) => !good.includes(each));
  const decodes =
    decoding === null ? "" : ` Decoding on the card is ${decoding.isProven ? "proven" : "not proven"}.`;
  return html`${good.length === 0 ? null : html`${good.join(", ")} made a test film ${ago(at, now)}.`}${others.length === 0 ? null : html` ${others.join(", ")} ${others.length > 1 ? "do" : "does"} not work here: the <a href="#checks">checks</a> say why.`}${decodes}`;
};

/** A card that is there and could encode, with what is wrong and what to do. */
const wrongs = ({ trials }: EncoderLook, hasCards: boolean): readonly Html[] =>
  trials.flatMap(({ works, why, mend, card }) =>
    works || (card === null && !(hasCards && mend !== ""))
      ? []
      : [
          html`<p class="${mend === "" ? "muted" : "wrong"}">${card === null ? null : html`<strong>Card ${card.index}:</strong> `}${visibleText(why)}</p>${mend === "" ? null : html`<p class="mend"><span aria-hidden="true">→</span> ${visibleText(mend)}</p>`}`,
        ],
  );

const button = (to: string, label: string, isDisabled = false): Html =>
  html`<form method="post" action="${to}" hx-post="${to}" hx-target="#notice" hx-swap="innerHTML"><button class="btn btn-sm"${isDisabled ? html` disabled` : null}>${label}</button></form>`;

const SPEED_WORDS = {
  idle: "Not measured yet: that is done while nothing is encoded.",
  waiting: "It is measured once nothing is encoded any more; nothing new is begun before.",
  measuring: "It is being measured…",
} as const;

const speedFacts = ({ facts: { speeds, encoders }, now }: Seen): Html => {
  const works = new Set(encoders?.trials.flatMap((each) => (each.works ? [each.codec] : [])));
  const measured = speeds.measured.filter((each) => works.has(each.encoder));
  const isShown = measured.length === 0 || speeds.state !== "idle";
  return html`<h3>Speed</h3>${
    measured.length === 0
      ? null
      : html`<dl class="speeds">${measured.map(({ name, framesPerSecond, measuredAt }) => html`<div><dt>${visibleText(name)}</dt><dd><strong>${framesPerSecond.toFixed(framesPerSecond < 10 ? 1 : 0)} fps</strong> <span class="muted">${ago(measuredAt, now)}</span></dd></div>`)}</dl>
<p class="muted small">1080p made 720p in a test of ten seconds. Estimates begin with it.</p>`
  }${isShown ? html`<p class="muted small">${SPEED_WORDS[speeds.state]}</p>` : null}`;
};

/** The encoder that works, what is wrong with those that should, and how fast it is; with buttons to look again. */
export const encodersCard = (seen: Seen): Html => {
  const { facts, control, now } = seen;
  const { encoders, cards, speeds } = facts;
  const { encoder, gpuOnly } = control.overview();
  const chosen =
    encoder.kind === "found"
      ? html`<p class="figure">${encoder.codec} <span class="muted">${encoder.isHardware ? "on the card" : "on the processor"}</span></p>`
      : html`<p class="muted">${encoder.kind === "probing" ? "Looking for the best one…" : "None works, so encodes wait."}</p>`;
  return html`<section id="encoder" class="card sheet"><h2>Encoder</h2>${chosen}
${encoders === null ? null : html`<p class="muted small">${tried(encoders, now)}${gpuOnly ? " Only cards may encode (gpu_only)." : null}</p>${wrongs(encoders, cards.kind === "cards")}`}
${speedFacts(seen)}
<div class="acts">${button("/system/probe", "Try encoders again")}${button("/system/measure", "Measure again", encoder.kind !== "found" || speeds.state !== "idle")}</div></section>`;
};
