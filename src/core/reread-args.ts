/** ffmpeg's arguments to read a film again: decode parts of it strictly, hash the packets of streams, or both in one run. */
import { type CopiedStream, comparedParts } from "./copied-streams.ts";
import { fileUrl, SAFE_INPUT } from "./ffmpeg-args.ts";
import type { Part } from "./verification-windows.ts";

export type Reread = {
  readonly parts: readonly Part[];
  /** Streams to hash, by which of the two numbers they have in this file. */
  readonly hashed: readonly CopiedStream[];
  readonly side: "source" | "output";
  /** Decode too: `strict` as a Chromecast's demuxer, which stops at the first fault; `patient` goes on after one. */
  readonly decodes: "strict" | "patient" | "not";
};

/**
 * One thread: with several, ffmpeg 5.1 may give a picture out before it has found that it is damaged, and the same file
 * was complained about in 27 of 90 runs. With one it was in 30 of 30.
 */
const STRICT = ["-err_detect", "explode", "-threads", "1"];

/** One process whatever the number of parts: each is an input of its own, hashes and progress come on standard output. */
export const rereadArgs = (path: string, { parts, hashed, side, decodes }: Reread): readonly string[] => {
  const read = decodes === "not" ? comparedParts(parts) : parts;
  const strict = decodes === "strict" ? STRICT : [];
  return [
    ...["-hide_banner", "-nostdin", "-loglevel", "error", "-nostats", "-progress", "pipe:1"],
    ...(decodes === "strict" ? ["-xerror"] : []),
    ...read.flatMap((part) => [...strict, ...partArgs(part), ...SAFE_INPUT, "-i", fileUrl(path)]),
    ...(hashed.length > 0 ? hashArgs(read, hashed, side) : []),
    ...(decodes === "not" ? [] : decodeArgs(read)),
  ];
};

const partArgs = (part: Part): readonly string[] => {
  if (part === "all") return [];

  if (part === "keyframes") return ["-skip_frame", "nokey"];
  return [
    ...(part.startSeconds > 0 ? ["-ss", part.startSeconds.toFixed(3)] : []),
    ...(part.seconds === null ? [] : ["-t", part.seconds.toFixed(3)]),
  ];
};

const hashArgs = (
  parts: readonly Part[],
  hashed: readonly CopiedStream[],
  side: Reread["side"],
): readonly string[] => {
  const compared = parts.flatMap((part, input) => (part === "keyframes" ? [] : [input]));
  const filters = compared
    .flatMap(() => hashed)
    .flatMap(({ filter }, stream) => (filter === null ? [] : [`-bsf:${stream}`, filter]));
  return [
    ...compared.flatMap((input) => hashed.flatMap((each) => ["-map", `${input}:${each[side]}`])),
    ...["-c", "copy", ...filters],
    // Two hours of packets would be half a million lines; a hash of 128 bits of each stream says the same.
    ...(parts.includes("all")
      ? ["-f", "streamhash", "-hash", "murmur3"]
      : ["-f", "framehash", "-hash", "crc32"]),
    // A line at a time, so that the lines of the progress stand between and never inside them.
    ...["-flush_packets", "1", "pipe:1"],
  ];
};

/**
 * What a decoder says that begins at an open group of pictures, some of which refer to pictures before it: no fault of
 * the film. `mmco` was seen with x264's open-gop and ffmpeg 5.1; the others are that decoder's words for the same lack,
 * not seen here.
 */
const MISSING_BEFORE =
  /mmco: unref short failure|reference picture missing during reorder|Missing reference picture|co located POCs unavailable|Frame num gap|Could not find ref with POC|Last message repeated/;

/** The complaints of a decoder that began in the middle, without those about what it was not given. */
export const ownComplaints = (complaints: string): string =>
  complaints
    .split("\n")
    .filter((line) => !MISSING_BEFORE.test(line))
    .join("\n");

/** Without vfr the null muxer complains of times that Matroska rounded, which is no fault of the film. */
const decodeArgs = (parts: readonly Part[]): readonly string[] =>
  parts.flatMap((part, input) =>
    part === "all" || part === "keyframes" || part.isDecoded
      ? ["-map", String(input), "-fps_mode", "vfr", "-f", "null", "-"]
      : [],
  );
