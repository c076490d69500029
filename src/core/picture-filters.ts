/** What is done to the pictures of an encode on the processor: ffmpeg's filters, in order. */
import type { BurnIn } from "./burn-in.ts";
import type { VideoEncode } from "./plan-video.ts";

/** For every picture that no chain of `hardware-chains.ts` takes. ffmpeg turns rotated pictures upright before these. */
export const pictureFilters = (plan: VideoEncode): readonly string[] => {
  const size = `w=${plan.width}:h=${plan.height}`;
  const first = [...fieldFilters(plan), ...cropFilter(plan)];
  if (plan.toneMap !== null) return [...first, ...toneMapFilters(size, plan.toneMap), "setsar=1"];
  const range = plan.fromFullRange ? ":in_range=full:out_range=tv" : "";
  const matrix = plan.fromRgb ? ":out_color_matrix=bt709" : "";
  return [...first, `scale=${size}:flags=lanczos${range}${matrix}`, "format=yuv420p", "setsar=1"];
};

/**
 * Telecined film: fields are matched into its own pictures, what is still combed is deinterlaced, and the fifth picture,
 * which repeats one, is dropped. `decimate` counts pictures and not time, so they are put at the constant rate first.
 */
const fieldFilters = ({ deinterlace, fieldOrder, detelecine }: VideoEncode): readonly string[] => {
  if (deinterlace === "none") return [];
  const yadif = `yadif=mode=send_frame:parity=${fieldOrder}:deint=${deinterlace === "all" ? "all" : "interlaced"}`;
  return detelecine
    ? ["fps=30000/1001", `fieldmatch=order=${fieldOrder}:combmatch=full`, yadif, "decimate"]
    : [yadif];
};

/** After the fields are put together: an odd number of chroma lines would change their order. */
const cropFilter = ({ crop }: VideoEncode): readonly string[] =>
  crop === null ? [] : [`crop=w=${crop.width}:h=${crop.height}:x=${crop.left}:y=${crop.top}`];

/** Scaled first (twice as fast as last), then to linear light and back to BT.709 (measured with zscale of ffmpeg 5.1). */
export const toneMapFilters = (size: string, transfer: string): readonly string[] => [
  `setparams=color_primaries=bt2020:color_trc=${transfer}:colorspace=bt2020nc`,
  `zscale=${size}:f=bilinear`,
  "zscale=t=linear:npl=100",
  "format=gbrpf32le",
  "zscale=p=bt709",
  "tonemap=tonemap=hable:desat=0",
  "zscale=t=bt709:m=bt709:r=tv",
  "format=yuv420p",
];

/**
 * The options that burn subtitles in. They are painted last, at the size of the result: that keeps their colours out of
 * tone-mapping, and a canvas of pictures covers the whole frame whatever became of the frame's shape. Not the filter
 * `subtitles`: it asks every demuxer what the text is, and a track whose header is a playlist has it open other files.
 */
export const burnInFilters = (
  plan: VideoEncode,
  { kind, stream }: BurnIn,
  textFile: string,
  upload: readonly string[],
): readonly string[] => {
  const picture = pictureFilters(plan);
  if (kind === "text") return ["-vf", [...picture, `ass=filename=${textFile}`, ...upload].join(",")];
  const overlay = ["overlay=eof_action=pass:repeatlast=0", "format=yuv420p", ...upload];
  return [
    "-filter_complex",
    [
      `[0:${plan.stream}]${picture.join(",")}[picture]`,
      `[0:${stream}]scale=w=${plan.width}:h=${plan.height}[text]`,
      `[picture][text]${overlay.join(",")}[burned]`,
    ].join(";"),
  ];
};
