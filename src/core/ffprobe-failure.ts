/** Why ffprobe could not read a file, from what it said. Strings seen in ffmpeg 5.1. */
import { OUT_OF_MEMORY } from "./ffmpeg-failure.ts";
import type { ProblemCode, ProblemValue } from "./problem.ts";

export const TOO_MANY_STREAMS = "It claims more streams than a film can have.";

/** First hit wins; without a detail of its own a row shows the end of what was said. */
const PATTERNS: readonly (readonly [RegExp, ProblemCode, string?])[] = [
  [/not on whitelist/, "not-media", "Its content is of no film format."],
  [/No such file or directory/, "file-missing"],
  [/Permission denied/, "file-unreadable"],
  [/Input\/output error|Stale file handle/, "io-error"],
  // ffprobe goes on to say that it could not allocate memory.
  [/exceeds max_streams/, "not-media", TOO_MANY_STREAMS],
  [/exceeds specified max pixel count/, "not-media", "It claims larger pictures than a film can have."],
  [OUT_OF_MEMORY, "out-of-memory"],
  [/moov atom not found/, "source-damaged", "The index (moov) of the MP4 is missing."],
];

/** The problem of a file that ffprobe refused with these words. */
export const classifyProbeFailure = (stderr: string): ProblemValue => {
  const [, code, detail] = PATTERNS.find(([pattern]) => pattern.test(stderr)) ?? [null, "not-media" as const];
  return { code, detail: detail ?? lastWords(stderr) };
};

const lastWords = (stderr: string): string =>
  stderr
    .trim()
    .split("\n")
    .slice(-2)
    .join(" ")
    .replaceAll(/\[[\w,]+ @ 0x[0-9a-f]+\] /g, "")
    .slice(0, 300);
