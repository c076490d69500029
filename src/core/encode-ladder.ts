/**
 * What is tried after a run that failed on the card: the same film without the option the card refused, or without its
 * decoder. Every step takes something away that was there, so the ladder ends.
 */
import { classifyFailure, type RunEnd } from "./ffmpeg-failure.ts";
import type { ProblemCode } from "./problem.ts";

export type Tries = {
  /** What is run. */
  readonly args: readonly string[];
  /** The same with the processor decoding and filtering; the very same list where it does already. */
  readonly onProcessor: readonly string[];
};

/**
 * NVENC generations differ; this is what is given up first (video notes 3.1, strings of nvenc.c). Switched off and not
 * left out: ffmpeg 6.0 chooses B-frame references by itself where nothing is said, also on cards that have none
 * (BtbN/FFmpeg-Builds#245). A level cannot be off, so the encoder chooses it; the result's level is checked anyhow.
 */
const LADDER: readonly { readonly option: string; readonly off: string; readonly refusal: RegExp | null }[] =
  [
    {
      option: "-b_ref_mode:v",
      off: "disabled",
      refusal: /B frames? as references? (?:are|is) not supported/,
    },
    { option: "-temporal-aq", off: "0", refusal: /Temporal AQ not supported/ },
    { option: "-bf:v", off: "0", refusal: /Max B-frames \d+ exceed/ },
    { option: "-rc-lookahead", off: "0", refusal: /RC lookahead not supported/ },
    { option: "-multipass", off: "disabled", refusal: /multi-?pass.*not supported/i },
    { option: "-level:v", off: "auto", refusal: /Invalid Level/ },
    { option: "-preset:v", off: "p4", refusal: null },
  ];

/** NVENC refuses without a name: older ffmpegs name the option only in a verbose log. Then the next rung is taken. */
const UNNAMED =
  /No capable devices found|doesn't support required NVENC features|InitializeEncoder failed: (?:invalid|unsupported) param/;
/** No option is to blame for these. */
const NO_OPTION =
  /Cannot load|CUDA_ERROR_|OpenEncodeSessionEx failed|Driver does not support|(?:Width|Height) \d+ exceeds|10 bit encode not supported|YUV444P not supported/;

/** The card's decoder or filters do not take this film (video notes 3.11 and 7); said in 5.1 to 9.0 or read in nvdec.c. */
const CARD_REFUSES =
  /Failed setup for format|hwaccel initialisation returned error|Hardware is lacking required capabilities|No decoder surfaces left|Impossible to convert between the formats|Cannot load libnvcuvid|Failed loading nvcuvid|hardware accelerator failed to decode picture|Error (?:re)?initializing filters?/;
/** Said while ffmpeg carries on, and ends well with pictures missing. */
const LOSES_PICTURES = /hardware accelerator failed to decode picture|No decoder surfaces left/;
/** These blame the film or us, and a card's word is not enough for that: the processor has the last one. */
const BLAMES: ReadonlySet<ProblemCode> = new Set([
  "conversion-failed",
  "not-media",
  "source-damaged",
  "arguments-refused",
]);

/** What to run next, and why in a line for the log; null when the end stands as it is. Total. */
export const nextTry = (
  { args, onProcessor }: Tries,
  end: RunEnd,
): { readonly tries: Tries; readonly why: string } | null => {
  const problem = classifyFailure(end);
  if (end.stopped !== null || problem?.code === "disk-full") return null;
  const rung = problem && refusedRung(args, end.stderr);
  if (rung) {
    const without = (list: readonly string[]): readonly string[] => withValue(list, rung.option, rung.off);
    const tries =
      args === onProcessor ? same(without(args)) : { args: without(args), onProcessor: without(onProcessor) };
    return {
      tries,
      why: `${saidOf(end.stderr, rung.refusal ?? UNNAMED)}: again with ${rung.option} ${rung.off}`,
    };
  }
  const isRefused =
    problem === null
      ? LOSES_PICTURES.test(end.stderr)
      : CARD_REFUSES.test(end.stderr) || BLAMES.has(problem.code);
  if (args === onProcessor || !isRefused) return null;
  return {
    tries: same(onProcessor),
    why: `The card did not decode this film (${saidOf(end.stderr, CARD_REFUSES)}): again with the processor decoding`,
  };
};

const same = (args: readonly string[]): Tries => ({ args, onProcessor: args });

const refusedRung = (args: readonly string[], stderr: string) => {
  // Another encoder may have options of the same names, and a film any of these sentences for its name.
  if (!args.includes("h264_nvenc")) return undefined;
  const left = LADDER.filter(
    ({ option, off }) => args.includes(option) && args[args.indexOf(option) + 1] !== off,
  );
  const named = left.find(({ refusal }) => refusal?.test(stderr));
  if (named) return named;
  return UNNAMED.test(stderr) && !NO_OPTION.test(stderr) ? left[0] : undefined;
};

const withValue = (args: readonly string[], option: string, value: string): readonly string[] =>
  args.map((each, index) => (args[index - 1] === option ? value : each));

/** The line that says it, without the address of ffmpeg's object; else the last line. */
const saidOf = (stderr: string, pattern: RegExp): string => {
  const lines = stderr.trim().split("\n");
  const line = lines.find((each) => pattern.test(each)) ?? lines.at(-1) ?? "";
  return line.replace(/^(?:\[[^\]]*\] )+/, "").slice(0, 200);
};
