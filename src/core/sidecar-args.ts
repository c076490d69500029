/** ffmpeg's arguments for the subtitle files beside a film: arrays only, absolute `file:` paths only. */
import { fileUrl, SAFE_INPUT } from "./ffmpeg-args.ts";
import type { SidecarFormat } from "./plan-subtitles.ts";
import type { SubtitleEnding } from "./subtitle-names.ts";
import type { SidecarText } from "./subtitle-text.ts";

export type TrackOutput = {
  readonly stream: number;
  /** `ass` keeps the styles, for a text that is burned in. */
  readonly format: SidecarFormat | "ass";
  /** Absolute. */
  readonly output: string;
};

/** What each kind of file is written with: the codec and the muxer. */
const CODECS: Readonly<Record<TrackOutput["format"], readonly [string, string]>> = {
  vtt: ["webvtt", "webvtt"],
  srt: ["subrip", "srt"],
  sup: ["copy", "sup"],
  mks: ["copy", "matroska"],
  ass: ["ass", "ass"],
};

const GLOBAL = ["-hide_banner", "-nostdin", "-y", "-loglevel", "level+warning"];

/** One run that writes every track given. `charsets` are those of tracks whose text is not UTF-8, by stream. */
export const toSidecarArgs = (
  input: string,
  tracks: readonly TrackOutput[],
  charsets: ReadonlyMap<number, string> = new Map(),
): readonly string[] => [
  ...GLOBAL,
  ...SAFE_INPUT,
  ...[...charsets].flatMap(([stream, charset]) => [`-sub_charenc:${stream}`, charset]),
  ...["-i", fileUrl(input)],
  ...tracks.flatMap(({ stream, format, output }) => {
    const [codec, muxer] = CODECS[format];
    return ["-map", `0:${stream}`, "-c:s", codec, "-f", muxer, fileUrl(output)];
  }),
];

/** One run that writes the bytes of tracks as they are, without times: what their character sets are told from. */
export const toRawTrackArgs = (
  input: string,
  tracks: readonly { readonly stream: number; readonly output: string }[],
): readonly string[] => [
  ...[...GLOBAL, ...SAFE_INPUT, "-i", fileUrl(input)],
  ...tracks.flatMap(({ stream, output }) => [
    ...["-map", `0:${stream}`, "-c", "copy", "-fs", String(RAW_BYTES), "-f", "data", fileUrl(output)],
  ]),
];

/** Enough to tell a character set from; bytes. */
const RAW_BYTES = 1_048_576;

/** Subtitle files of people are read after we wrote their text down in UTF-8 ourselves: no other file is opened. */
const TEXT_DEMUXERS: Readonly<Record<SubtitleEnding, string>> = {
  srt: "srt",
  vtt: "webvtt",
  ass: "ass",
  ssa: "ass",
};

/** Writes sidecars from a text file of ours, made of one that a person put beside the film. */
export const toTextSidecarArgs = (
  input: string,
  ending: SubtitleEnding,
  outputs: readonly { readonly format: SidecarText; readonly output: string }[],
): readonly string[] => [
  ...[...GLOBAL, "-protocol_whitelist", "file", "-format_whitelist", TEXT_DEMUXERS[ending]],
  ...["-f", TEXT_DEMUXERS[ending], "-i", fileUrl(input)],
  ...outputs.flatMap(({ format, output }) => {
    const [codec, muxer] = CODECS[format];
    return ["-map", "0:0", "-c:s", codec, "-f", muxer, fileUrl(output)];
  }),
];
