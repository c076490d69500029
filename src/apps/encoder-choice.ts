/** Which encoder works here: found at the start, after a driver's failure, and every few minutes while none does. */
import { isMendable } from "../core/card-diagnosis.ts";
import { gpuWords } from "../core/nvidia-smi.ts";
import { toProblem } from "../core/problem.ts";
import type { Settings } from "../core/settings.ts";
import type { Ffmpeg } from "../edges/ffmpeg.ts";
import { type ChosenEncoder, chooseEncoder } from "../edges/gpu.ts";
import type { Log } from "../edges/log.ts";
import type { EncoderStatus } from "./control.ts";
import type { EncoderAnswer } from "./running.ts";
import type { EncoderLook } from "./system-facts.ts";

export type EncoderChoice = {
  readonly now: () => EncoderAnswer;
  /** What the last look found; null before it ended. */
  readonly lastLook: () => EncoderLook | null;
  /** Looks again, unless it is looking already. */
  readonly probe: () => void;
  /** Looks again when none works and the last look is old. */
  readonly pump: () => void;
  readonly idle: () => Promise<void>;
};

/** What a choice means: the encoder found and what its card may do, or why each of those tried does not work. */
export const answerOf = (chosen: ChosenEncoder): EncoderAnswer => {
  const { encoder, trials, decoding, engines, cards } = chosen;
  const unused = unusedCards(chosen);
  return {
    status: encoder
      ? { kind: "found", name: encoder.name, codec: encoder.codec, isHardware: encoder.isHardware }
      : {
          kind: "none",
          why: unused || trials.map((trial) => `${trial.encoder.codec}: ${trial.why}`).join("; "),
        },
    encoder,
    card: decoding?.kind === "proven" ? decoding.card : null,
    ...(engines.length > 1 || engines.some(({ gpu }) => gpu !== null) ? { engines } : {}),
    cards,
    ...(unused === "" || encoder === null ? {} : { unused }),
  };
};

/** What is wrong with cards that are there and would encode if it were mended, each once; empty: nothing. */
const unusedCards = ({ trials, cards }: ChosenEncoder): string => {
  const said = trials.flatMap(({ diagnosis, gpu }) => {
    if (!isMendable(diagnosis, cards) || diagnosis === null) return [];
    const which = gpu === null || trials.every((each) => each.gpu === null) ? "" : `${gpuWords(gpu)}: `;
    return [`${which}${diagnosis.sentence} ${diagnosis.mend}`];
  });
  return [...new Set(said)].join(" ");
};

const lookOf = ({ trials, decoding }: ChosenEncoder, at: number): EncoderLook => ({
  at,
  trials: trials.map(({ encoder, gpu, works, why, diagnosis }) => ({
    ...{ codec: encoder.codec, works, why: diagnosis?.sentence ?? why, mend: diagnosis?.mend ?? "" },
    card: gpu && { index: gpu.index, name: gpu.name },
  })),
  decoding: decoding && {
    isProven: decoding.kind === "proven",
    why: decoding.kind === "proven" ? "" : decoding.why,
  },
});

/** After a look in vain, doubled with each: a driver may come late, and a card back. */
const AGAIN_MS = 15_000;
const AGAIN_MAX_MS = 5 * 60_000;
/** One card alone is no engine of its own. */
const several = (cards: number): number => (cards > 1 ? cards : 0);
/** Looks in vain, in some eight minutes, after which one of several cards that is listed no more is not looked for by itself. */
const VAIN_MAX = 5;

/** `onFound` is called whenever the answer changed. */
export const createEncoderChoice = (
  {
    ffmpeg,
    log,
    now = Date.now,
  }: { readonly ffmpeg: Ffmpeg; readonly log: Log; readonly now?: () => number },
  { operational }: Settings,
  onFound: (status: EncoderStatus) => void,
  signal?: AbortSignal,
): EncoderChoice => {
  let answer: EncoderAnswer = { status: { kind: "probing" }, encoder: null, card: null };
  let looking: Promise<void> | null = null;
  let lookedAt = 0;
  let vain = 0;
  let hadCard = false;
  let hadCards = 0;
  /** Nothing works, the processor does what a card did, or fewer cards work than did. */
  const isWanting = (): boolean =>
    answer.encoder === null ||
    (hadCard && !answer.encoder.isHardware) ||
    (answer.engines ?? []).length < hadCards;
  let last: EncoderLook | null = null;

  const look = async (): Promise<void> => {
    try {
      const found = await chooseEncoder(ffmpeg, operational.encoder, operational.gpu_only, signal);
      if (signal?.aborted) return;
      answer = answerOf(found);
      last = lookOf(found, now());
      if (found.decoding?.kind === "not-proven")
        log.warn({ why: found.decoding.why }, "the processor decodes: the card's decoder is not proven");
    } catch (thrown) {
      answer = { status: { kind: "none", why: toProblem(thrown).message }, encoder: null, card: null };
    }
    const cards = answer.engines?.length ?? 0;
    const listed = answer.cards?.length ?? 0;
    const isMissing = answer.encoder !== null && listed < hadCards;
    if (isMissing && vain === 0)
      log.warn({ had: hadCards, listed }, "a card that encoded is not there any more");
    // It was removed, and is no more waited for; a person or a start tries it again.
    hadCards = isMissing && vain > VAIN_MAX ? several(Math.max(cards, listed)) : Math.max(hadCards, cards);
    hadCard ||= answer.encoder?.isHardware === true;
    vain = isWanting() ? vain + 1 : 0;
    lookedAt = now();
    onFound(answer.status);
  };
  const probe = (): void => {
    looking ??= look().finally(() => {
      looking = null;
    });
  };
  return {
    now: () => answer,
    lastLook: () => last,
    probe,
    pump: () => {
      const afterMs = vain === 0 ? 0 : Math.min(AGAIN_MAX_MS, AGAIN_MS * 2 ** (vain - 1));
      if (isWanting() && looking === null && Math.abs(now() - lookedAt) > afterMs) probe();
    },
    idle: async () => void (await looking),
  };
};
