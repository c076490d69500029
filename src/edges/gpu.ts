/** Which encoder really works here, and whether its card decodes as well: found by trying. */
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Diagnosis, diagnoseCard } from "../core/card-diagnosis.ts";
import { nextTry, type Tries } from "../core/encode-ladder.ts";
import { testChain, testChainArgs, testEncodeArgs } from "../core/encoder-trials.ts";
import { ENCODER_NAMES, ENCODERS, type Encoder, onCudaDevice } from "../core/encoders.ts";
import { type Capabilities, parseCapabilities, parseDecoders } from "../core/ffmpeg-capabilities.ts";
import { classifyFailure } from "../core/ffmpeg-failure.ts";
import { CARD_ARGS, type Card, type Heat, parseCards, parseHeat, visibleCards } from "../core/nvidia-smi.ts";
import { PROBLEMS } from "../core/problem.ts";
import type { EncoderChoice } from "../core/settings-operational.ts";
import { defaultEncodingProfile } from "../core/settings-profile.ts";
import { ended, type Ffmpeg, runBriefly, start } from "./ffmpeg.ts";
import { readSurroundings } from "./surroundings.ts";

/** One of several NVIDIA cards; `index` as nvidia-smi counts. */
export type Gpu = Pick<Card, "index" | "uuid" | "name">;

import { makeScratchFolder } from "./scratch-folder.ts";

export type EncoderTrial = {
  readonly encoder: Encoder;
  /** Null: there is one at most. */
  readonly gpu: Gpu | null;
  readonly works: boolean;
  /** Why not, in ffmpeg's first words or ours; empty when it works. */
  readonly why: string;
  /** Of an NVIDIA card that does not work, where ffmpeg's words are known. */
  readonly diagnosis: Diagnosis | null;
};

/** Whether the card of an encoder decodes and filters; `card` is what it may use for that. */
export type DecodingTrial =
  | { readonly kind: "proven"; readonly card: Capabilities }
  | { readonly kind: "not-proven"; readonly why: string };

const TRIAL_MS = 20_000;

/** Tries one encoder with a real encode of six pictures. `cards`: those it may be on. Throws Problem ffmpeg-missing. */
export const tryEncoder = async (
  ffmpeg: Ffmpeg,
  encoder: Encoder,
  cards: readonly Card[] = [],
  signal?: AbortSignal,
): Promise<EncoderTrial> => {
  const not = await whyNot(ffmpeg, testEncodeArgs(encoder, defaultEncodingProfile), signal);
  const diagnosis =
    not !== null && encoder.name === "nvenc" ? diagnoseCard(not.said, readSurroundings(), cards) : null;
  return { encoder, gpu: null, works: not === null, why: not?.why ?? "", diagnosis };
};

/** NVENC once, or on each of several cards. Throws Problem ffmpeg-missing. */
export const tryCards = async (
  ffmpeg: Ffmpeg,
  cards: readonly Card[],
  signal?: AbortSignal,
): Promise<readonly EncoderTrial[]> => {
  if (cards.length < 2) return [await tryEncoder(ffmpeg, ENCODERS.nvenc, cards, signal)];
  const trials: EncoderTrial[] = [];
  for (const [device, card] of cards.entries()) {
    if (signal?.aborted) break;
    const trial = await tryEncoder(ffmpeg, onCudaDevice(ENCODERS.nvenc, device), [card], signal);
    const { index, uuid, name } = card;
    trials.push({ ...trial, gpu: { index, uuid, name } });
  }
  return trials;
};

/**
 * Tries whether the encoder's card decodes and filters, with a clip that the encoder itself makes in the system's folder
 * for temporary files. Throws Problem ffmpeg-missing.
 */
export const tryDecoding = async (
  ffmpeg: Ffmpeg,
  encoder: Encoder,
  signal?: AbortSignal,
): Promise<DecodingTrial> => {
  const card = await readCapabilities(ffmpeg, signal);
  const chain = testChain(encoder, card);
  if (chain === null) return { kind: "not-proven", why: "this ffmpeg has no decoder or filters for it" };
  const folder = await makeScratchFolder("decoding").catch(() => null);
  if (folder === null) return { kind: "not-proven", why: `${tmpdir()} takes no file for the trial` };
  try {
    const clip = join(folder, "clip.mp4");
    const not =
      (await whyNot(ffmpeg, testEncodeArgs(encoder, defaultEncodingProfile, clip), signal)) ??
      (await whyNot(ffmpeg, testChainArgs(encoder, defaultEncodingProfile, chain, clip), signal));
    return not === null ? { kind: "proven", card } : { kind: "not-proven", why: decodingWhy(not, encoder) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

type Not = { readonly why: string; readonly said: string };

const decodingWhy = ({ said, why }: Not, { name }: Encoder): string => {
  const found = name === "nvenc" ? diagnoseCard(said, readSurroundings(), []) : null;
  return found?.kind === "no-decode-library" ? `${found.sentence} ${found.mend}` : why;
};

/** Runs a trial, and again without what an older card refuses; null when it ends well, else why not. */
const whyNot = async (ffmpeg: Ffmpeg, args: readonly string[], signal?: AbortSignal): Promise<Not | null> => {
  let tries: Tries = { args, onProcessor: args };
  for (;;) {
    const { end } = await runBriefly(ffmpeg, tries.args, {
      durationSeconds: null,
      limitMs: TRIAL_MS,
      stallMs: TRIAL_MS,
      ...(signal ? { signal } : {}),
    });
    const problem = classifyFailure(end);
    if (problem === null) return null;
    const next = nextTry(tries, end);
    if (next === null)
      return { why: firstLine(end.stderr) || PROBLEMS[problem.code].title, said: end.stderr };
    tries = next.tries;
  }
};

const firstLine = (stderr: string): string =>
  stderr
    .trim()
    .split("\n")[0]
    ?.replace(/^\[[^\]]*\] /, "")
    .slice(0, 200) ?? "";

/** What ffmpeg lists of itself; what it does not say in time is not there. Throws Problem ffmpeg-missing. */
export const readCapabilities = async (ffmpeg: Ffmpeg, signal?: AbortSignal): Promise<Capabilities> => {
  const [version, filters, hwaccels] = await Promise.all(
    ["-version", "-filters", "-hwaccels"].map((listing) =>
      ask(ffmpeg.program, ["-hide_banner", listing], LISTING_MS, signal),
    ),
  );
  return parseCapabilities({ version: version ?? "", filters: filters ?? "", hwaccels: hwaccels ?? "" });
};

/** The codecs of films that this ffmpeg decodes, in ffprobe's spelling; none where it does not say so in time. Throws Problem ffmpeg-missing. */
export const readDecoders = async (ffmpeg: Ffmpeg, signal?: AbortSignal): Promise<readonly string[]> =>
  parseDecoders(await ask(ffmpeg.program, ["-hide_banner", "-codecs"], LISTING_MS, signal));

const LISTING_MS = 10_000;
/** The filters of ffmpeg 5.1 are some 30 kB. */
const MAX_LISTING_CHARACTERS = 2 ** 20;

/** A driver that hangs does not even let its programs be ended; they are not waited for longer than this. */
const UNDEAD_MS = 1000;

type Answer = { readonly out: string; readonly err: string };

/**
 * What a program prints until it ends or its time is over, and when it really ends. Throws Problem ffmpeg-missing when it is
 * not installed.
 */
const question = (
  program: string,
  args: readonly string[],
  limitMs: number,
  signal?: AbortSignal,
): { readonly answer: Promise<Answer>; readonly end: Promise<unknown> } => {
  const child = start(program, args, null);
  const stop = AbortSignal.any([AbortSignal.timeout(limitMs), ...(signal ? [signal] : [])]);
  let [out, err] = ["", ""];
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err = (err + text).slice(0, MAX_LISTING_CHARACTERS);
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out = (out + text).slice(0, MAX_LISTING_CHARACTERS);
  });
  const end = ended(child, program);
  let undead: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    const kill = (): void => {
      child.kill("SIGKILL");
      undead = setTimeout(resolve, UNDEAD_MS);
    };
    stop.addEventListener("abort", kill, { once: true });
    if (stop.aborted) kill();
    end.catch(() => {}).finally(() => stop.removeEventListener("abort", kill));
  });
  const answer = Promise.race([end, late])
    .finally(() => clearTimeout(undead))
    .then(() => ({ out, err }));
  return { answer, end: end.catch(() => {}) };
};

const ask = async (...asked: Parameters<typeof question>): Promise<string> =>
  (await question(...asked).answer).out;

export type Cards =
  | { readonly kind: "cards"; readonly cards: readonly Card[] }
  | { readonly kind: "none"; readonly why: string };

/** Without a daemon of its driver a card takes a second or two to answer. */
const CARDS_MS = 4000;

/** How NVIDIA's cards stand, asked of `program`; never throws. Others have no such program that comes with their driver. */
export const readCards = async (program = "nvidia-smi", limitMs = CARDS_MS): Promise<Cards> => {
  const startedAt = performance.now();
  const said = await ask(program, CARD_ARGS, limitMs).catch(() => null);
  if (said === null) return { kind: "none", why: "nvidia-smi is not installed" };
  const cards = parseCards(said);
  if (cards.length > 0) return { kind: "cards", cards };
  if (performance.now() - startedAt >= limitMs)
    return { kind: "none", why: `nvidia-smi did not answer within ${limitMs / 1000} s` };
  return { kind: "none", why: firstLine(said) || "nvidia-smi said nothing" };
};

const TEMPERATURE = ["--query-gpu=temperature.gpu", "--format=csv,noheader,nounits"];

/** Asks for the heat of the hottest card. One that hangs is not asked again before it has ended; never throws. */
export const createHeatReader = (
  program = "nvidia-smi",
  limitMs = CARDS_MS,
): ((signal?: AbortSignal) => Promise<Heat>) => {
  let isHanging = false;
  return async (signal) => {
    if (isHanging) return { kind: "silent" };
    isHanging = true;
    const { answer, end } = question(program, TEMPERATURE, limitMs, signal);
    void end.then(() => {
      isHanging = false;
    });
    const said = await answer.catch(() => null);
    return said === null ? { kind: "silent" } : parseHeat(said.out, said.err);
  };
};

/** What encodes: the processor, a card, or one of several. */
export type Engine = {
  readonly encoder: Encoder;
  /** What the card may decode and filter with, where that was proven; else null. */
  readonly card: Capabilities | null;
  /** Null: the only one. */
  readonly gpu: Gpu | null;
};

export type ChosenEncoder = {
  /** The first that works and that the settings allow, in the order of ENCODER_NAMES; null when none does. */
  readonly encoder: Encoder | null;
  readonly trials: readonly EncoderTrial[];
  /** null where there is no card: no encoder, or the processor. Of several cards the first that works. */
  readonly decoding: DecodingTrial | null;
  /** With several cards that work one each; none: no encoder works. */
  readonly engines: readonly Engine[];
  /** NVIDIA cards that a program may use here. */
  readonly cards: readonly Card[];
};

/** NVIDIA's cards that CUDA shows to programs here, in its order. */
export const readVisibleCards = async (): Promise<readonly Card[]> => {
  const found = await readCards();
  return found.kind === "cards" ? visibleCards(found.cards, process.env.CUDA_VISIBLE_DEVICES) : [];
};

/** Tries encoders until one works, then whether its card decodes. Under `gpuOnly` the processor is not tried. */
export const chooseEncoder = async (
  ffmpeg: Ffmpeg,
  choice: EncoderChoice,
  gpuOnly: boolean,
  signal?: AbortSignal,
): Promise<ChosenEncoder> => {
  const names =
    choice === "auto" ? ENCODER_NAMES.filter((name) => !gpuOnly || ENCODERS[name].isHardware) : [choice];
  const cards = names.includes("nvenc") ? await readVisibleCards() : [];
  const trials: EncoderTrial[] = [];
  for (const name of names) {
    if (signal?.aborted) break;
    const tried =
      name === "nvenc"
        ? await tryCards(ffmpeg, cards, signal)
        : [await tryEncoder(ffmpeg, ENCODERS[name], [], signal)];
    trials.push(...tried);
    const working = tried.filter(({ works }) => works);
    const [first] = working;
    if (!first) continue;
    const decodings: (DecodingTrial | null)[] = [];
    for (const { encoder } of working)
      decodings.push(encoder.isHardware ? await tryDecoding(ffmpeg, encoder, signal) : null);
    const engines = working.map(({ encoder, gpu }, at): Engine => {
      const found = decodings[at];
      return { encoder, gpu, card: found?.kind === "proven" ? found.card : null };
    });
    return { encoder: first.encoder, trials, decoding: decodings[0] ?? null, engines, cards };
  }
  return { encoder: null, trials, decoding: null, engines: [], cards };
};
