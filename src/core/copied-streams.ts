/**
 * Are the streams that were copied those of the source? ffmpeg hashes the packets of both files: of a few windows, or
 * of the whole stream. H.264 and HEVC are compared by their slices alone, as one container keeps parameter sets and
 * delimiters beside the pictures, another among them, and a repair rewrites them.
 */
import type { ConversionPlan } from "./plan.ts";
import type { Part } from "./verification-windows.ts";

export type CopiedStream = {
  readonly kind: "video" | "audio";
  /** Its number in the source and in the result. */
  readonly source: number;
  readonly output: number;
  /** What leaves only the bytes that every container keeps; null where that is all of them. */
  readonly filter: string | null;
};

/** Seen to give the same bytes from MP4, Matroska, MPEG-TS and FLV, with ffmpeg 5.1. */
const FILTERS: Readonly<Record<string, string>> = {
  h264: "filter_units=pass_types=1-5",
  hevc: "filter_units=pass_types=0-31",
};
/** Takes the ADTS header of MPEG-TS away; sound without one passes as it is. */
const SOUND_FILTER = "aac_adtstoasc";

/** The streams a plan copies, in the order of the result. */
export const copiedStreams = ({ video, audio, surround }: ConversionPlan): readonly CopiedStream[] => [
  ...(video?.kind === "copy"
    ? [{ kind: "video" as const, source: video.stream, output: 0, filter: FILTERS[video.codec] ?? null }]
    : []),
  ...(audio?.kind === "copy"
    ? [
        {
          kind: "audio" as const,
          source: audio.stream,
          output: 1,
          filter: audio.codec === "aac" ? SOUND_FILTER : null,
        },
      ]
    : []),
  ...(surround ? [{ kind: "audio" as const, source: surround.stream, output: 2, filter: null }] : []),
];

/** Hashes of packets (size and CRC) or of a whole stream, by the number of the stream in the run. */
type Hashes = readonly (readonly string[])[];

/**
 * What ffmpeg's `framehash` and `streamhash` wrote, with lines of progress between. A packet is `stream, dts, pts,
 * duration, size, hash` and what is said of its side data; a whole stream is `stream,kind,name=hash`.
 */
const parseHashes = (text: string, streams: number): Hashes => {
  const found: string[][] = Array.from({ length: streams }, () => []);
  for (const line of text.split("\n")) {
    if (!/^\d+,/.test(line)) continue;
    const [stream, ...rest] = line.split(",").map((each) => each.trim());
    found[Number(stream)]?.push(rest.length < 5 ? rest.join(" ") : `${rest[3]} ${rest[4]}`);
  }
  return found;
};

/** Windows that are compared: all but the keyframes, which leave out what lies between. */
export const comparedParts = (parts: readonly Part[]): readonly Exclude<Part, "keyframes">[] =>
  parts.filter((each) => each !== "keyframes");

/**
 * Both runs saw the same packets in every part. A seek lands a little earlier in one file than in the other, so windows
 * begin together only at the beginning of the film and end together only at its end.
 */
export const sameHashes = (
  sourceText: string,
  outputText: string,
  parts: readonly Part[],
  streams: number,
): boolean => {
  const compared = comparedParts(parts);
  const count = compared.length * streams;
  const [source, output] = [parseHashes(sourceText, count), parseHashes(outputText, count)];
  const isSeen = output.some((each) => each.length > 0);
  return (
    isSeen &&
    source.every((each, index) =>
      sameWindow(each, output[index] ?? [], compared[Math.floor(index / streams)] ?? "all"),
    )
  );
};

const sameWindow = (
  source: readonly string[],
  output: readonly string[],
  part: Exclude<Part, "keyframes">,
): boolean => {
  const [longer, shorter] = source.length >= output.length ? [source, output] : [output, source];
  const isAt = (offset: number): boolean => shorter.every((each, index) => each === longer[offset + index]);
  if (part === "all") return source.length === output.length && isAt(0);
  if (shorter.length === 0) return longer.length === 0;
  if (part.startSeconds === 0) return shorter.length * 2 >= longer.length && isAt(0);
  if (part.seconds === null) return isAt(longer.length - shorter.length);
  return overlaps(longer, shorter);
};

/** Somewhere the two agree over all that they have in common, which is at least half of the shorter. */
const overlaps = (longer: readonly string[], shorter: readonly string[]): boolean => {
  const least = Math.ceil(shorter.length / 2);
  for (let offset = least - shorter.length; offset <= longer.length - least; offset++) {
    const [from, to] = [Math.max(0, -offset), Math.min(shorter.length, longer.length - offset)];
    let at = from;
    while (at < to && shorter[at] === longer[offset + at]) at++;
    if (at === to) return true;
  }
  return false;
};
