/** Pictures of the same moment from a film and from what was made of it: when, how ffmpeg makes them, what SSIM says. */
import { fileUrl, SAFE_INPUT } from "./ffmpeg-args.ts";
import { highestFrameRate } from "./judge-video.ts";
import { type MediaInfo, type PictureArea, toNumber, type VideoStream } from "./media-info.ts";
import { toneMapFilters } from "./picture-filters.ts";
import type { ConversionPlan } from "./plan.ts";

/** Shares of the playing time at which the five pairs are taken. */
const SHARES = [0.1, 0.3, 0.5, 0.7, 0.9] as const;
export const MOMENTS = SHARES.length;

/**
 * Five moments of a film of this length, in seconds after its first picture. Each lies between two pictures, so that a
 * time that one container rounds up and another down does not make it another picture.
 */
export const momentsOf = (durationSeconds: number, framesPerSecond: number): readonly number[] =>
  SHARES.map((share) => {
    const at = durationSeconds * share;
    if (framesPerSecond <= 0) return at;
    return Math.max(0, (Math.floor(at * framesPerSecond) + 0.5) / framesPerSecond);
  });

/** Pictures of the result that are looked at for each of the original's: one on either side, too. */
export const NEIGHBOURS = 3;

/** Seconds from the start of a file to its first picture: sound may start before it, by a part of a picture. */
export const pictureDelay = ({ startSeconds }: MediaInfo, video: VideoStream): number =>
  (video.startSeconds ?? 0) - (startSeconds ?? video.startSeconds ?? 0);

/** What both pictures of a pair are made to be, and what is done to the original for it. */
export type PairShape = {
  /** Of the result, in its own pixels: SSIM is measured at this size. */
  readonly width: number;
  readonly height: number;
  /** Of the pictures that are shown, in square pixels. */
  readonly shownWidth: number;
  readonly shownHeight: number;
  /** What was cut off in the result is cut off for the comparison. */
  readonly crop: PictureArea | null;
  readonly toneMap: "smpte2084" | "arib-std-b67" | null;
  /** The matrix of each one's colours, as swscale names it. */
  readonly matrices: readonly [source: string, result: string];
};

/** Pictures are shown on a screen, and kept: no larger than this; pixels. */
const SHOWN_MAX = { width: 1920, height: 1920 } as const;

const even = (value: number): number => Math.max(2, Math.round(value / 2) * 2);

/** The shape for a film, its plan, and the picture that was made of it. */
export const pairShape = (
  source: VideoStream,
  { video: plan }: Pick<ConversionPlan, "video">,
  result: VideoStream,
): PairShape => {
  const { width, height } = result;
  const ratio = result.sampleAspectRatio ? toNumber(result.sampleAspectRatio) : 1;
  const scale = Math.min(1, SHOWN_MAX.width / (width * ratio), SHOWN_MAX.height / height);
  const isPlanned = plan?.kind === "encode" && plan.width === width && plan.height === height;
  const hidden = plan?.kind === "copy" ? plan.cropBottomPixels : 0;
  const padding =
    hidden > 0 ? { width: source.width, height: source.height - hidden, left: 0, top: 0 } : null;
  return {
    width,
    height,
    shownWidth: even(width * ratio * scale),
    shownHeight: even(height * scale),
    crop: isPlanned ? plan.crop : padding,
    toneMap: isPlanned ? plan.toneMap : null,
    matrices: [matrixOf(source), matrixOf(result)],
  };
};

/** Standard television where nothing else is said of a small picture. */
const matrixOf = ({ colorSpace, height }: VideoStream): string => {
  if (colorSpace === "smpte170m" || colorSpace === "bt470bg") return "bt601";
  if (colorSpace?.startsWith("bt2020")) return "bt2020";
  return colorSpace === "bt709" || height > 576 ? "bt709" : "bt601";
};

export type PairPaths = Readonly<Record<"source" | "result" | "before" | "after", string>>;

/**
 * One process makes the picture of the original and, one behind the other, those of the result that may be of the same
 * moment, as JPEG, and writes a line of SSIM for each of these to standard output. Which it is their likeness tells: of
 * formats that write down no time for a picture, as AVI, ffmpeg is wrong by one after a seek. `stream`: the picture's
 * number in the source; `atSeconds` from the start of each file.
 */
export const pairArgs = (
  paths: PairPaths,
  {
    stream,
    atSeconds,
    shape,
  }: {
    readonly stream: number;
    readonly atSeconds: readonly [source: number, result: number];
    readonly shape: PairShape;
  },
): readonly string[] => {
  const size = `w=${shape.width}:h=${shape.height}`;
  const { crop, toneMap, matrices } = shape;
  const cut = crop === null ? [] : [`crop=w=${crop.width}:h=${crop.height}:x=${crop.left}:y=${crop.top}`];
  const plain = `scale=${size}:flags=bicubic`;
  const few = (pictures: number): readonly string[] => [
    ...["format=yuv420p", "setsar=1", `trim=end_frame=${pictures}`, "setpts=PTS-STARTPTS"],
  ];
  const first = [
    ...cut,
    ...(toneMap === null ? [plain] : toneMapFilters(size, toneMap)),
    ...few(1),
    "split=2[a][b]",
  ];
  const second = [plain, ...few(NEIGHBOURS), "split=2[c][d]"];
  const shown = (matrix: string): string =>
    `scale=w=${shape.shownWidth}:h=${shape.shownHeight}:in_color_matrix=${matrix}:out_color_matrix=bt601:out_range=full,format=yuvj420p`;
  const graph = [
    `[0:${stream}]${first.join(",")}`,
    `[1:v:0]${second.join(",")}`,
    // The first one's pictures are counted; the other's last picture is shown as long as there are some.
    "[c][a]ssim=stats_file=-[like]",
    `[b]${shown(toneMap === null ? matrices[0] : "bt709")}[before]`,
    `[d]${shown(matrices[1])}[after]`,
  ].join(";");
  const input = (path: string, at: number): readonly string[] => [
    ...["-ss", at.toFixed(6)],
    ...[...SAFE_INPUT, "-i", fileUrl(path)],
  ];
  const picture = (name: string, path: string, pictures: number): readonly string[] => [
    ...[
      "-map",
      `[${name}]`,
      "-frames:v",
      String(pictures),
      "-c:v",
      "mjpeg",
      "-q:v",
      "2",
      "-f",
      "mjpeg",
      fileUrl(path),
    ],
  ];
  return [
    ...["-hide_banner", "-nostdin", "-y", "-loglevel", "error", "-nostats"],
    ...input(paths.source, atSeconds[0]),
    ...input(paths.result, atSeconds[1]),
    ...["-filter_complex", graph],
    ...picture("before", paths.before, 1),
    ...picture("after", paths.after, NEIGHBOURS),
    ...["-map", "[like]", "-f", "null", "-"],
  ];
};

/** The likeness of each picture in what ffmpeg wrote, 0 to 1. */
export const ssimsIn = (text: string): readonly number[] =>
  [...text.matchAll(/All:(\d+(?:\.\d+)?)/g)].map(([, value]) => Number(value)).filter((each) => each <= 1);

/** Which of the neighbours is the original's: the likest, of several alike the one whose time it is. */
export const likestOf = (ssims: readonly number[]): number => {
  const most = Math.max(...ssims);
  const middle = Math.min(Math.floor(NEIGHBOURS / 2), ssims.length - 1);
  return ssims[middle] === most ? middle : Math.max(0, ssims.indexOf(most));
};

/** Why the two pictures differ for other reasons than the encoder's work, a sentence each; none: SSIM says it all. */
export const pairNotes = (
  source: VideoStream,
  { video: plan, burnIn }: Pick<ConversionPlan, "video" | "burnIn">,
  result: VideoStream,
): readonly string[] => {
  if (plan?.kind === "copy")
    return [
      "The picture was copied as it is: the two are the same, and SSIM says 1 unless a file was changed since.",
    ];
  const sides = (each: VideoStream): string => `${each.width}×${each.height}`;
  const isRetimed =
    plan !== null &&
    (plan.detelecine ||
      (plan.frameRate !== null && !isNear(highestFrameRate(source), highestFrameRate(result))));
  return [
    sides(source) === sides(result)
      ? null
      : `The original is ${sides(source)} and is compared at the size of the new file, ${sides(result)}: what was lost by that does not count.`,
    plan?.crop ? "Black bars were cut off; compared is what is inside of them." : null,
    plan?.toneMap
      ? "The original is HDR. Its colours are mapped for this page as they were for the new file: whether they are the right ones SSIM does not say."
      : null,
    plan && (plan.deinterlace === "all" || (plan.deinterlace === "flagged" && source.scan === "interlaced"))
      ? "The original is interlaced and shown as it is stored, with combs; the new file has none. SSIM says little here."
      : null,
    isRetimed
      ? "The new file has another rate of pictures: the two may be neighbours, and SSIM then says little where something moves."
      : null,
    burnIn ? "Subtitles were painted into the new file, which SSIM counts as a difference." : null,
    source.rotationDegrees === 0 ? null : "The original was turned upright.",
  ].filter((each) => each !== null);
};

const isNear = (one: number, other: number): boolean => Math.abs(one - other) <= 0.01 * Math.max(one, other);
