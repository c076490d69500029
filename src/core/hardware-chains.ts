/**
 * Decoding and filtering on the card: one row an encoder, for the plain kinds of picture. Everything else is decoded and
 * filtered on the processor (`picture-filters.ts`), and so is a picture of these kinds when a card refuses it.
 */
import type { Encoder, EncoderName } from "./encoders.ts";
import type { Capabilities } from "./ffmpeg-capabilities.ts";
import { type MediaInfo, type VideoStream, videoStreams } from "./media-info.ts";
import { pictureFilters } from "./picture-filters.ts";
import type { ConversionPlan } from "./plan.ts";
import type { VideoEncode } from "./plan-video.ts";

export type CardChain = {
  /** Options before the input: the device and its decoder. */
  readonly input: readonly string[];
  readonly filters: readonly string[];
};

type Card = {
  /** As `ffmpeg -hwaccels` names it. */
  readonly hwaccel: string;
  readonly input: readonly string[];
  /** Codecs it decodes, with their bit depths; always 4:2:0. */
  readonly decodes: ReadonlyMap<string, readonly number[]>;
  /** null: decoded pictures come back to the processor, which filters them. */
  readonly filters: {
    /** The first that ffmpeg has; none of them: the processor does it. */
    readonly deinterlace: Readonly<Record<"all" | "flagged", readonly string[]>>;
    /** The plain way, to 8 bit. */
    readonly scale: (size: string) => string;
    /** null: the processor maps HDR. */
    readonly toneMap: ((size: string, transfer: string) => readonly string[]) | null;
  } | null;
};

/** What Intel and AMD have in common; what an older card lacks it refuses, and the processor takes over. */
const COMMON = [
  ["h264", [8]],
  ["mpeg2video", [8]],
  ["hevc", [8, 10]],
  ["vp9", [8, 10]],
  ["av1", [8, 10]],
] as const;

/**
 * NVENC: the table Jellyfin uses (8-bit H.264, MPEG-2, VC-1, VP8; 8 and 10-bit HEVC, VP9, AV1), without MPEG-4: nothing
 * in the stream's facts tells a film with quarter-pixel motion, which these cards do not decode, and such films are small.
 * `tonemap_cuda` is jellyfin-ffmpeg's. VAAPI and Quick Sync: tone-mapping there depends on the card, so it stays with the
 * processor; `vpp_qsv` cannot deinterlace only what is marked.
 *
 * No `-noautorotate`: a rotated picture goes the processor's way anyhow, and a mirror in the display matrix, which ffprobe
 * does not name, then stops ffmpeg here instead of getting lost. Sources: the video notes, which gave the NVENC
 * lists to the parsers of 5.1, 7.1 and 9.0; Jellyfin's chains; ours were read by 5.1. None was run on a card.
 */
const CARDS: Readonly<Record<EncoderName, Card | null>> = {
  nvenc: {
    hwaccel: "cuda",
    input: [
      ...["-hwaccel", "cuda", "-hwaccel_device", "0", "-hwaccel_output_format", "cuda"],
      ...["-extra_hw_frames", "8", "-threads", "1"],
    ],
    decodes: new Map<string, readonly number[]>([...COMMON, ["vc1", [8]], ["vp8", [8]]]),
    filters: {
      deinterlace: {
        all: ["bwdif_cuda", "yadif_cuda"].map((each) => `${each}=mode=send_frame:parity=auto:deint=all`),
        flagged: ["bwdif_cuda", "yadif_cuda"].map(
          (each) => `${each}=mode=send_frame:parity=auto:deint=interlaced`,
        ),
      },
      scale: (size) => `scale_cuda=${size}:format=yuv420p:interp_algo=lanczos`,
      toneMap: (size, transfer) => [
        `setparams=color_primaries=bt2020:color_trc=${transfer}:colorspace=bt2020nc`,
        `scale_cuda=${size}:interp_algo=lanczos`,
        "tonemap_cuda=format=yuv420p:p=bt709:t=bt709:m=bt709:tonemap=bt2390:peak=100:desat=0",
      ],
    },
  },
  qsv: {
    hwaccel: "qsv",
    input: ["-hwaccel", "qsv", "-hwaccel_output_format", "qsv"],
    decodes: new Map<string, readonly number[]>(COMMON),
    filters: {
      deinterlace: { all: ["vpp_qsv=deinterlace=advanced"], flagged: [] },
      scale: (size) => `vpp_qsv=${size}:format=nv12`,
      toneMap: null,
    },
  },
  vaapi: {
    hwaccel: "vaapi",
    input: ["-hwaccel", "vaapi", "-hwaccel_output_format", "vaapi", "-hwaccel_device", "va"],
    decodes: new Map<string, readonly number[]>(COMMON),
    filters: {
      deinterlace: {
        all: ["deinterlace_vaapi=rate=frame"],
        flagged: ["deinterlace_vaapi=rate=frame:auto=1"],
      },
      scale: (size) => `scale_vaapi=${size}:format=nv12`,
      toneMap: null,
    },
  },
  videotoolbox: {
    hwaccel: "videotoolbox",
    input: ["-hwaccel", "videotoolbox"],
    decodes: new Map([
      ["h264", [8]],
      ["hevc", [8, 10]],
    ]),
    filters: null,
  },
  software: null,
};

/** The facts of a source that decide about its decoder. */
export type CardSource = Pick<
  VideoStream,
  "codec" | "bitDepth" | "pixelFormat" | "width" | "height" | "rotationDegrees" | "isFullRange"
>;

type ChainEncoder = Pick<Encoder, "name" | "cudaDevice">;

/** How this picture is decoded and filtered on the encoder's card; null when it has to go the processor's way. Total. */
export const cardChain = (
  plan: VideoEncode,
  source: CardSource,
  { name, cudaDevice }: ChainEncoder,
  has: Capabilities,
): CardChain | null => {
  const card = CARDS[name];
  if (card === null || !has.hwaccels.has(card.hwaccel)) return null;
  if (!isPlain(source) || !isKnown(plan) || !card.decodes.get(source.codec)?.includes(source.bitDepth))
    return null;
  const filters = card.filters === null ? pictureFilters(plan) : cardFilters(plan, card.filters, has);
  return filters && { input: onDevice(card.input, cudaDevice), filters };
};

/** Pictures that a card decoded are encoded on the same. */
const onDevice = (input: readonly string[], cudaDevice = 0): readonly string[] =>
  input.map((each, at) => (input[at - 1] === "-hwaccel_device" && each === "0" ? String(cudaDevice) : each));

/** The same for the picture that a plan encodes; null also where it encodes none. */
export const chainFor = (
  { video: plan, burnIn }: Pick<ConversionPlan, "video" | "burnIn">,
  media: MediaInfo,
  encoder: ChainEncoder,
  has: Capabilities,
): CardChain | null => {
  const source = videoStreams(media).find((each) => each.index === plan?.stream);
  // Subtitles are painted in by the processor.
  return plan?.kind === "encode" && burnIn === null && source ? cardChain(plan, source, encoder, has) : null;
};

const cardFilters = (
  plan: VideoEncode,
  card: NonNullable<Card["filters"]>,
  { filters: listed }: Capabilities,
): readonly string[] | null => {
  const isListed = (filter: string): boolean => listed.has(filter.split("=")[0] ?? "");
  const size = `w=${plan.width}:h=${plan.height}`;
  const deinterlace = plan.deinterlace === "none" ? "" : card.deinterlace[plan.deinterlace].find(isListed);
  const scale = plan.toneMap === null ? [card.scale(size)] : card.toneMap?.(size, plan.toneMap);
  if (deinterlace === undefined || scale === undefined || !scale.every(isListed)) return null;
  return [...(deinterlace === "" ? [] : [deinterlace]), ...scale, "setsar=1"];
};

const PIXEL_FORMATS: readonly (string | null)[] = ["yuv420p", "yuv420p10le"];

/** 4:2:0, even, upright, television's range: what every one of these cards takes as it is. */
const isPlain = ({ pixelFormat, width, height, rotationDegrees, isFullRange }: CardSource): boolean =>
  PIXEL_FORMATS.includes(pixelFormat) &&
  width % 2 === 0 &&
  height % 2 === 0 &&
  rotationDegrees === 0 &&
  !isFullRange;

/** What of a plan these chains do, or need not do. */
const KNOWN: readonly string[] = [
  "kind",
  "stream",
  "width",
  "height",
  "level",
  "frameRate",
  "keyframeEveryFrames",
  "deinterlace",
  "toneMap",
  "fromFullRange",
] satisfies readonly (keyof VideoEncode)[];
const NOT_ASKED: readonly unknown[] = [null, undefined, false, 0, "none", "auto"];

/** Whatever a plan asks for besides is done on the processor: a list of what is allowed, so that nothing gets lost. */
const isKnown = (plan: VideoEncode): boolean =>
  Object.entries(plan).every(([name, value]) => KNOWN.includes(name) || NOT_ASKED.includes(value));
