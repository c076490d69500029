/** Runs ffmpeg, and again where a card refused an option or the film. */
import { nextTry, type Tries } from "../core/encode-ladder.ts";
import type { RunEnd } from "../core/ffmpeg-failure.ts";
import type { Ffmpeg, RunOptions } from "../edges/ffmpeg.ts";

export type Tried = {
  readonly end: RunEnd;
  /** ffmpeg said that it was done; without it even exit code 0 is no success. */
  readonly saidEnd: boolean;
  /** What the last run said; before it, what was refused. */
  readonly log: string;
};

/** The end of the last try; `onCommand` hears of every one before it begins. Throws Problem ffmpeg-missing. */
export const runTries = async (
  ffmpeg: Ffmpeg,
  first: Tries,
  options: RunOptions,
  onCommand: (args: readonly string[]) => void,
): Promise<Tried> => {
  let tries = first;
  let refused = "";
  for (;;) {
    onCommand(["ffmpeg", ...tries.args]);
    const result = await ffmpeg.run(tries.args, options);
    const next = nextTry(tries, result.end);
    if (next === null) return { ...result, log: refused + result.end.stderr };
    refused += `${next.why}.\n`;
    tries = next.tries;
  }
};
