/** What the doctor says of ffmpeg and its encoders. */
import { isMendable } from "../../core/card-diagnosis.ts";
import { ENCODER_NAMES, ENCODERS, type Encoder } from "../../core/encoders.ts";
import { PROBLEMS, toProblem } from "../../core/problem.ts";
import type { Settings } from "../../core/settings.ts";
import type { EncoderChoice } from "../../core/settings-operational.ts";
import type { Ffmpeg } from "../../edges/ffmpeg.ts";
import {
  type EncoderTrial,
  readCapabilities,
  readVisibleCards,
  tryCards,
  tryDecoding,
  tryEncoder,
} from "../../edges/gpu.ts";
import type { Finding } from "./finding.ts";

/** ffmpeg, every encoder by a real encode, and whether a card decodes. */
export async function* encoderFindings(
  ffmpeg: Ffmpeg,
  settings: Settings,
  signal?: AbortSignal,
): AsyncGenerator<Finding> {
  const { encoder: choice, gpu_only } = settings.operational;
  const trials: EncoderTrial[] = [];
  try {
    const { version } = await readCapabilities(ffmpeg, signal);
    yield { check: "ffmpeg", state: "ok", detail: version || "says no version", mend: "" };
    const cards = await readVisibleCards();
    for (const name of ENCODER_NAMES) {
      const tried =
        name === "nvenc"
          ? await tryCards(ffmpeg, cards, signal)
          : [await tryEncoder(ffmpeg, ENCODERS[name], [], signal)];
      trials.push(...tried);
      // Who chose another encoder does not miss the card.
      const isWanted = choice === "auto" || choice === name;
      for (const trial of tried) yield trialFinding(trial, isWanted && isMendable(trial.diagnosis, cards));
    }
    yield await checkDecoding(ffmpeg, trials, choice, signal);
  } catch (thrown) {
    const problem = toProblem(thrown);
    yield { check: "ffmpeg", state: "bad", detail: problem.message, mend: problem.hint };
    return;
  }
  const isAllowed = ({ name, isHardware }: Encoder): boolean =>
    choice === name || (choice === "auto" && (!gpu_only || isHardware));
  if (!trials.some(({ encoder, works }) => works && isAllowed(encoder)))
    yield {
      check: "encoding",
      state: "bad",
      detail: PROBLEMS["encoder-unavailable"].title,
      mend: PROBLEMS["encoder-unavailable"].hint,
    };
}

const trialFinding = ({ encoder, gpu, works, why, diagnosis }: EncoderTrial, isBad: boolean): Finding => ({
  check: `encoder ${encoder.codec}${gpu === null ? "" : `, card ${gpu.index} ${gpu.name}`}`,
  state: works ? "ok" : isBad ? "bad" : "note",
  detail: works ? "encodes" : (diagnosis?.sentence ?? why),
  mend: diagnosis?.mend ?? "",
});

/** The card of the settings, else the first that encodes; where none does, why the first of them does not. */
const checkDecoding = async (
  ffmpeg: Ffmpeg,
  trials: readonly EncoderTrial[],
  choice: EncoderChoice,
  signal?: AbortSignal,
): Promise<Finding> => {
  const check = "decoding on the card";
  const cards = trials.filter(({ encoder }) => encoder.isHardware);
  const working = cards.filter(({ works }) => works);
  const card = working.find(({ encoder }) => encoder.name === choice) ?? working[0];
  if (!card)
    return { check, state: "note", detail: `not tried, no card encodes: ${cards[0]?.why ?? ""}`, mend: "" };
  const found = await tryDecoding(ffmpeg, card.encoder, signal);
  return found.kind === "proven"
    ? { check, state: "ok", detail: `proven with ${card.encoder.codec}`, mend: "" }
    : { check, state: "note", detail: `the processor decodes: ${found.why}`, mend: "" };
};
