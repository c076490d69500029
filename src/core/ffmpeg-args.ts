/** toArgs(plan, …) -> ffmpeg's argument list: arrays only, absolute `file:` paths only, white lists before each input. */
import type { BurnIn } from "./burn-in.ts";
import type { Encoder } from "./encoders.ts";
import { MADE_FROM_PREFIX } from "./ffprobe-json.ts";
import type { CardChain } from "./hardware-chains.ts";
import { burnInFilters, pictureFilters } from "./picture-filters.ts";
import type { ConversionPlan } from "./plan.ts";
import type { AudioPlan, SurroundPlan } from "./plan-audio.ts";
import type { VideoCopy, VideoEncode } from "./plan-video.ts";
import type { EncodingProfile } from "./settings-profile.ts";

/** Twice 8K. A file of 90 kB may claim pictures for which the decoder asks for 2 GB and a minute (measured). */
export const MAX_PIXELS = 8192 * 8192;

/**
 * The only formats ffmpeg and ffprobe may open. A file named .mp4 that is really a playlist would otherwise open other
 * files (`-protocol_whitelist file` alone does not stop that).
 */
export const FORMATS = "mov,matroska,avi,mpegts,mpeg,mpegvideo,asf,flv,ogg,wav,mxf,rm,h264,hevc";
export const SAFE_INPUT: readonly string[] = [
  ...["-protocol_whitelist", "file", "-format_whitelist", FORMATS],
  ...["-max_pixels", String(MAX_PIXELS)],
];

/** `file:` keeps a name like `a:b.mp4` or `-rf.mp4` from being read as a protocol or an option. Absolute paths only. */
export const fileUrl = (path: string): string => `file:${path}`;

/** What every run of ours is told: say what goes on, in a form that we read. */
export const GLOBAL: readonly string[] = [
  ...["-hide_banner", "-nostdin", "-y", "-loglevel", "level+warning"],
  ...["-nostats", "-stats_period", "1", "-progress", "pipe:1"],
];

export type ConversionPaths = {
  readonly input: string;
  readonly output: string;
  /** The text that is burned in, as ASS; a generated name without a sign that filters know. */
  readonly burnedText?: string;
};

export type ArgsContext = {
  readonly paths: ConversionPaths;
  /** Used only when the picture is encoded. */
  readonly encoder: Encoder;
  readonly profile: EncodingProfile;
  /** How the encoder's card decodes and filters; absent or null: the processor does all but the encoding. */
  readonly chain?: CardChain | null;
  /** Filters before all others: those that leave a part of the film. */
  readonly before?: readonly string[];
  /** Written into the output, so that a lost database finds its films again. */
  readonly sourceFingerprint: string | null;
};

/** The argument list of a plan whose `video` is not null; empty for a plan that does nothing. */
export const toArgs = (plan: ConversionPlan, context: ArgsContext): readonly string[] => {
  if (plan.video === null) return [];
  const { paths, encoder, profile, chain = null, sourceFingerprint } = context;
  const encodes = plan.video.kind === "encode";
  return [
    ...GLOBAL,
    ...(encodes ? [...encoder.device, ...(chain?.input ?? [])] : []),
    ...SAFE_INPUT,
    ...["-i", fileUrl(paths.input)],
    ...["-map", plan.burnIn?.kind === "pictures" ? "[burned]" : `0:${plan.video.stream}`],
    ...[plan.audio, plan.surround].flatMap((each) => (each ? ["-map", `0:${each.stream}`] : [])),
    ...NOTHING_ELSE,
    ...madeFromArgs(sourceFingerprint),
    ...(plan.video.kind === "encode"
      ? encodeVideoArgs(plan.video, { encoder, profile, paths, chain }, plan.burnIn)
      : copyVideoArgs(plan.video)),
    ...(plan.audio ? audioArgs(plan.audio) : []),
    ...(plan.surround ? surroundArgs(plan.surround) : []),
    ...["-max_muxing_queue_size", "4096"],
    ...["-movflags", "+faststart", "-f", "mp4", fileUrl(paths.output)],
  ];
};

/** Neither subtitles, data, chapters nor tags of the source. */
export const NOTHING_ELSE: readonly string[] = [
  ...["-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-write_tmcd", "0"],
];

/** Written into a result: the content it was made of. */
export const madeFromArgs = (sourceFingerprint: string | null): readonly string[] =>
  sourceFingerprint ? ["-metadata", `comment=${MADE_FROM_PREFIX}${sourceFingerprint}`] : [];

const copyVideoArgs = (plan: VideoCopy): readonly string[] => {
  const filter = HEADER_FILTERS[plan.codec];
  const repairs = [
    // The filter knows level 5 by that name; "5.0" would be read as half a level.
    plan.setLevel === null ? null : `level=${plan.setLevel.replace(/\.0$/, "")}`,
    plan.squareSamples === null ? null : "sample_aspect_ratio=1/1",
    plan.cropBottomPixels === 0 ? null : `crop_bottom=${plan.cropBottomPixels}`,
  ].filter((each) => each !== null);
  return [
    ...["-c:v", "copy", "-tag:v", PICTURE_TAGS[plan.codec] ?? "avc1"],
    ...(plan.hasDolbyVision ? ["-strict", "unofficial"] : []),
    ...(filter && repairs.length > 0 ? ["-bsf:v", `${filter}=${repairs.join(":")}`] : []),
    // The container's aspect wins in players, the stream's in decoders: both are set.
    ...(plan.squareSamples ? ["-aspect", `${plan.squareSamples.width}:${plan.squareSamples.height}`] : []),
  ];
};

/** AV1 has no sample aspect of its own. */
const HEADER_FILTERS: Readonly<Record<string, string>> = { h264: "h264_metadata", hevc: "hevc_metadata" };
/** How an MP4 marks the pictures that may be copied into it. */
export const PICTURE_TAGS: Readonly<Record<string, string>> = {
  h264: "avc1",
  hevc: "hvc1",
  vp9: "vp09",
  av1: "av01",
};

/** What a picture that was no video before is marked as. */
const BT709 = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"];

/** The options of an encoded picture, its filters among them. */
export const encodeVideoArgs = (
  plan: VideoEncode,
  {
    encoder,
    profile,
    paths,
    chain,
    before = [],
  }: Pick<ArgsContext, "encoder" | "profile" | "paths" | "chain" | "before">,
  burnIn: BurnIn | null,
): readonly string[] => {
  const upload = encoder.upload ? [encoder.upload] : [];
  const filters = [...before, ...(chain?.filters ?? [...pictureFilters(plan), ...upload])];
  return [
    ...(burnIn === null
      ? ["-vf", filters.join(",")]
      : burnInFilters(plan, burnIn, paths.burnedText ?? "subtitles.ass", upload)),
    ...["-c:v", encoder.codec, ...encoder.options({ ...profile, level: plan.level })],
    ...(encoder.upload || chain ? [] : ["-pix_fmt", "yuv420p"]),
    ...(plan.fromRgb ? BT709 : []),
    ...["-g:v", String(plan.keyframeEveryFrames), "-force_key_frames", "expr:gte(t,n_forced*2)"],
    // Every picture keeps its time: left to itself, ffmpeg fills a hole in a damaged film with a frozen picture.
    ...(plan.frameRate
      ? ["-r", `${plan.frameRate.num}/${plan.frameRate.den}`, "-fps_mode", "cfr"]
      : ["-fps_mode", "vfr"]),
  ];
};

/**
 * Surround to stereo with dialogue kept up and peaks kept down: `<` normalises over the channels present, then 4 dB back
 * with a limiter. Measured worst peak -0.7 dB, dialogue -2.9 dB, where plain `-ac 2` reaches +7.7 dB and clips.
 */
const DOWNMIX =
  "pan=stereo|FL<FC+0.707*FL+0.5*BL+0.5*SL+0.5*BC|FR<FC+0.707*FR+0.5*BR+0.5*SR+0.5*BC,volume=4dB,alimiter=limit=0.891:level=false";

/** MP4 keeps a track's title only as the name of its handler. */
export const tagArgs = (
  track: number,
  { language, title }: Pick<AudioPlan, "language" | "title">,
): readonly string[] => [
  ...(language === undefined ? [] : [`-metadata:s:a:${track}`, `language=${language}`]),
  ...(title === undefined ? [] : [`-metadata:s:a:${track}`, `handler_name=${title}`]),
];

/** The options of a second track that is kept for a receiver. */
export const surroundArgs = (plan: SurroundPlan): readonly string[] => [
  ...["-c:a:1", "copy", "-disposition:a:1", "0"],
  ...tagArgs(1, plan),
];

/** The options of the first sound track. */
export const audioArgs = (plan: AudioPlan): readonly string[] => {
  const tags = tagArgs(0, plan);
  if (plan.kind === "copy") {
    const tag = plan.codec === "aac" ? ["-tag:a:0", "mp4a"] : [];
    return ["-c:a:0", "copy", ...tag, "-disposition:a:0", "default", ...tags];
  }
  const filters = [
    ...(plan.fillsLateStart ? ["aresample=async=1:first_pts=0"] : []),
    ...(plan.downmixes && plan.channels === 2 ? [DOWNMIX] : []),
  ];
  return [
    ...["-c:a:0", "aac", "-b:a:0", String(plan.bitrateBps), "-ac:a:0", String(plan.channels)],
    ...["-ar:a:0", String(plan.sampleRateHz), "-disposition:a:0", "default"],
    ...(filters.length > 0 ? ["-filter:a:0", filters.join(",")] : []),
    ...tags,
  ];
};
