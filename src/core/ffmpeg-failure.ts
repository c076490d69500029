/**
 * Why ffmpeg failed, from its stderr first: exit codes mean nothing across versions (5.1 exits 1 for nearly everything,
 * 7 and later give the low byte of an error number, and 255 is both "not permitted" and "ended by a signal").
 */
import type { ProblemCode, ProblemValue } from "./problem.ts";

/** What a run of ffmpeg ended with. `stopped` says that we ended it, and why. */
export type RunEnd = {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stderr: string;
  readonly stopped: "stalled" | "too-long" | "cancelled" | "shutdown" | null;
};

/** Of a block, of a decoder's picture, of a thread's stack (ffmpeg 5.1 under a limit); x264 and C++ have their own words. */
export const OUT_OF_MEMORY =
  /Cannot allocate memory|get_buffer\(\) failed \(-12|Resource temporarily unavailable|malloc of size \d+ failed|std::bad_alloc/;

/** What was left out for want of memory, in a run that went on. */
const STARVED = /Cannot allocate memory|get_buffer\(\) failed \(-12/;

/** First hit wins; the strings were seen in ffmpeg 5.1, 7.1 and 9.0 or read in nvenc.c. */
const PATTERNS: readonly (readonly [RegExp, ProblemCode])[] = [
  [/No space left on device|Disk quota exceeded|File too large/, "disk-full"],
  // Said beside "No capable devices found", which would blame the driver.
  [/(?:Width|Height) \d+ exceeds \d+|10 bit encode not supported|YUV444P not supported/, "conversion-failed"],
  [/OpenEncodeSessionEx failed: (?:out of memory|incompatible client key)/, "encoder-sessions-spent"],
  [
    /Cannot load (?:libcuda|libnvidia-encode|libnvcuvid|nvcuda)|Driver does not support the required nvenc|No capable devices found|OpenEncodeSessionEx failed|CUDA_ERROR_|Failed setup for format (?:cuda|vaapi|qsv)|Device creation failed|No (?:VA display|device available) |Error initializing an (?:internal )?MFX session/,
    "gpu-failed",
  ],
  // Of a sound of which not one frame could be decoded ffmpeg sets an option of its own wrong, not of ours.
  [/Value inf for parameter 'time_base' out of range/, "source-damaged"],
  [
    /Unrecognized option|Option .* not found|Unable to parse option|No such filter|Unknown encoder|Error setting option/,
    "arguments-refused",
  ],
  [OUT_OF_MEMORY, "out-of-memory"],
  [/Stale file handle|Input\/output error|Transport endpoint is not connected/, "io-error"],
  [/Permission denied|Operation not permitted|Read-only file system/, "permission-denied"],
  [/No such file or directory/, "file-missing"],
  [
    /exceeds specified max pixel count|moov atom not found|Invalid data found when processing input|Invalid argument\b.*\bformat_whitelist|not found in format whitelist/,
    "not-media",
  ],
  [/partial file|File ended prematurely|corrupt input packet|error while decoding MB/, "source-damaged"],
];

/** The problem a run ended with; null when it ended well. */
export const classifyFailure = (end: RunEnd): ProblemValue | null => {
  if (end.stopped === "cancelled") return { code: "cancelled", detail: "" };
  if (end.stopped === "shutdown") return { code: "interrupted", detail: "" };
  if (end.stopped === "stalled") return { code: "conversion-stalled", detail: lastLines(end.stderr) };
  if (end.stopped === "too-long") return { code: "conversion-too-long", detail: lastLines(end.stderr) };
  // A decoder that gets no memory leaves its pictures out, and ffmpeg calls that a good end.
  if (end.exitCode === 0)
    return STARVED.test(end.stderr) ? { code: "out-of-memory", detail: lastLines(end.stderr) } : null;
  // A file that is no media fails at opening and prints little; damage later prints much. Errors at the end count most.
  const hit = PATTERNS.find(([pattern]) => pattern.test(end.stderr));
  if (hit) return { code: hit[1], detail: lastLines(end.stderr) };
  if (end.signal !== null || end.exitCode === 137 || end.exitCode === 255)
    return {
      code: "conversion-killed",
      detail: `ffmpeg was ended by ${end.signal ?? `exit code ${end.exitCode}`}.`,
    };
  return {
    code: "conversion-failed",
    detail: lastLines(end.stderr) || `ffmpeg ended with exit code ${end.exitCode}.`,
  };
};

const DAMAGE =
  /partial file|File ended prematurely|corrupt input packet|error while decoding|Truncat|Invalid NAL unit size|Error submitting packet to decoder|Invalid data found when processing input/i;
/** A demuxer's own error (`-loglevel level+…` names the level), whatever its words: Matroska has dozens. */
const DEMUXER_ERROR = /^\[(?:matroska|mov|mpegts|mpeg|avi|asf|flv|ogg|rm|mxf)\b[^\]]*\] \[(?:error|fatal)\]/m;

/**
 * ffmpeg saw damage on the way, though it carried on: the result is then looked at in full, and what it lacks is the
 * source's fault.
 */
export const sawDamage = (stderr: string): boolean => DAMAGE.test(stderr) || DEMUXER_ERROR.test(stderr);

/**
 * Lines of a subtitle track were lost because its text is not in the character set it was read in. ffmpeg says so and
 * goes on: with some readable lines even its exit code is 0 (measured with 5.1.9).
 */
export const lostText = (stderr: string): boolean =>
  /Invalid UTF-8 in decoded subtitles|Unable to recode subtitle/.test(stderr);

const lastLines = (stderr: string): string => stderr.trim().split("\n").slice(-4).join("\n").slice(-600);
