/** The argument lists of a film that is encoded in parts: one for each part, one for all its sound, one that joins them. */
import {
  type ArgsContext,
  audioArgs,
  encodeVideoArgs,
  fileUrl,
  GLOBAL,
  madeFromArgs,
  NOTHING_ELSE,
  SAFE_INPUT,
  surroundArgs,
  tagArgs,
} from "./ffmpeg-args.ts";
import type { Cut, FilmPart } from "./film-parts.ts";
import { type Fraction, toNumber } from "./media-info.ts";
import type { ConversionPlan } from "./plan.ts";

export type PartContext = ArgsContext & {
  /** Threads of the encoder for each part; null: as many as it likes. */
  readonly threads: number | null;
};

/**
 * Two parts meet with a full buffer each: with half the buffer what they ask for together stays within it (measured: 26.9
 * Mbit of 16 at whole ones, 13.5 at halves).
 */
const BUFFER_SHARE = 0.5;
/** However short the parts, no picture is given less than so much of its rate. */
const LEAST_RATE = 0.5;

/**
 * The profile for parts. Each encoder takes the player's buffer for full when its part begins, whatever the one before left of
 * it; what a joint may cost so, a part wins back before the next one comes. Without this a film at its highest bitrate
 * throughout asks for more at each joint (measured: 6.5 Mbit of 4 in seven parts). One rate for all parts: some encoders write it
 * into the headers, which have to be the same.
 */
const profileOfParts = (
  profile: PartContext["profile"],
  { betweenJoints }: FilmPart,
): PartContext["profile"] => {
  const bufsize = Math.floor(profile.bufsize * BUFFER_SHARE);
  const rate = Math.max(profile.max_bitrate * LEAST_RATE, profile.max_bitrate - bufsize / betweenJoints);
  return { ...profile, bufsize, max_bitrate: Math.floor(rate) };
};

const TO_MP4 = ["-max_muxing_queue_size", "4096", "-f", "mp4"];

/** Encodes one part of the picture, without sound; empty for a plan that encodes none. */
export const partArgs = (plan: ConversionPlan, part: FilmPart, context: PartContext): readonly string[] => {
  if (plan.video?.kind !== "encode") return [];
  const { encoder, chain, paths, threads } = context;
  const profile = profileOfParts(context.profile, part);
  return [
    ...GLOBAL,
    ...[...encoder.device, ...(chain?.input ?? [])],
    ...(part.seekSeconds === null ? [] : ["-ss", part.seekSeconds.toFixed(6)]),
    ...[...SAFE_INPUT, "-i", fileUrl(paths.input)],
    ...["-map", `0:${plan.video.stream}`, ...NOTHING_ELSE],
    ...encodeVideoArgs(plan.video, { ...context, profile, before: part.filters }, null),
    ...(threads === null ? [] : ["-threads:v", String(threads)]),
    ...(part.mostPictures === null ? [] : ["-frames:v", String(part.mostPictures)]),
    ...[...TO_MP4, fileUrl(paths.output)],
  ];
};

/**
 * All sound of the film, in one run: in parts an encoder would begin anew with silence at each joint (8 to 44 ms, measured).
 * The picture is read beside it, and thrown away, since ffmpeg counts the times of a transport stream from the first of the
 * streams that it reads.
 */
export const soundArgs = (
  plan: Pick<ConversionPlan, "video" | "audio" | "surround">,
  { input, output }: { readonly input: string; readonly output: string },
): readonly string[] => [
  ...[...GLOBAL, ...SAFE_INPUT, "-i", fileUrl(input)],
  ...[plan.audio, plan.surround].flatMap((each) => (each ? ["-map", `0:${each.stream}`] : [])),
  ...NOTHING_ELSE,
  ...(plan.audio ? audioArgs(plan.audio) : []),
  ...(plan.surround ? surroundArgs(plan.surround) : []),
  ...[...TO_MP4, fileUrl(output)],
  ...(plan.video ? ["-map", `0:${plan.video.stream}`, "-c", "copy", "-f", "null", "-"] : []),
];

/** Only what we made is opened: a list of ours, and MP4. */
const OUR_INPUT = ["-protocol_whitelist", "file", "-format_whitelist", "concat,mov"];

/** Joins parts, named by a list, and sound into a film. */
export const joinArgs = (
  plan: Pick<ConversionPlan, "audio" | "surround">,
  { startSeconds }: Pick<Cut, "startSeconds">,
  paths: { readonly list: string; readonly sound: string | null; readonly output: string },
  sourceFingerprint: string | null,
): readonly string[] => [
  ...GLOBAL,
  ...(startSeconds === 0 ? [] : ["-itsoffset", startSeconds.toFixed(6)]),
  ...[...OUR_INPUT, "-f", "concat", "-safe", "0", "-i", fileUrl(paths.list)],
  ...(paths.sound === null ? [] : [...OUR_INPUT, "-i", fileUrl(paths.sound)]),
  ...["-map", "0:v:0", ...(paths.sound === null ? [] : ["-map", "1:a"])],
  ...[...NOTHING_ELSE, ...madeFromArgs(sourceFingerprint), "-c", "copy"],
  ...(plan.audio ? ["-disposition:a:0", "default", ...tagArgs(0, plan.audio)] : []),
  ...(plan.surround ? ["-disposition:a:1", "0", ...tagArgs(1, plan.surround)] : []),
  ...["-max_muxing_queue_size", "4096", "-movflags", "+faststart", "-f", "mp4", fileUrl(paths.output)],
];

/**
 * The list of parts for ffmpeg's concat demuxer; null where a name has a line break, which the list cannot hold. Each has its
 * duration beside it: an MP4's own is rounded to a millisecond, and the next part would begin too late (measured).
 */
export const joinList = (
  parts: readonly { readonly path: string; readonly pictures: number }[],
  frameRate: Fraction,
): string | null => {
  if (parts.some(({ path }) => /[\r\n]/.test(path))) return null;
  let pictures = 0;
  /** Microseconds from the beginning, so that what is rounded does not add up. */
  const now = (): number => Math.round((pictures / toNumber(frameRate)) * 1e6);
  const lines = parts.map((part) => {
    const from = now();
    pictures += part.pictures;
    const name = fileUrl(part.path).replaceAll("'", String.raw`'\''`);
    return `file '${name}'\nduration ${((now() - from) / 1e6).toFixed(6)}\n`;
  });
  return `ffconcat version 1.0\n${lines.join("")}`;
};
