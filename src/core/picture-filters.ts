/** What is done to the pictures of an encode on the processor: ffmpeg's filters, in order. */
import type { BurnIn } from "./burn-in.ts";
import type { VideoEncode } from "./plan-video.ts";

/**
 * Decoded and filtered in software for every encoder; only encoding runs on the card. (Decoding and scaling on the card
 * is in docs/ROADMAP.md.) ffmpeg turns rotated pictures upright by itself before these.
 */
export const pictureFilters = (plan: VideoEncode): readonly string[] => {
  const size = `w=${plan.width}:h=${plan.height}`;
  const deinterlace = {
    none: [],
    all: ["yadif=mode=send_frame:parity=auto:deint=all"],
    flagged: ["yadif=mode=send_frame:parity=auto:deint=interlaced"],
  }[plan.deinterlace];
  if (plan.toneMap !== null) return [...deinterlace, ...toneMap(size, plan.toneMap), "setsar=1"];
  const range = plan.fromFullRange ? ":in_range=full:out_range=tv" : "";
  return [...deinterlace, `scale=${size}:flags=lanczos${range}`, "format=yuv420p", "setsar=1"];
};

/** Scaled first (twice as fast as last), then to linear light and back to BT.709 (measured with zscale of ffmpeg 5.1). */
const toneMap = (size: string, transfer: string): readonly string[] => [
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
 * tone-mapping, and a canvas of pictures covers the whole frame whatever became of the frame's shape.
 */
export const burnInFilters = (
  plan: VideoEncode,
  { kind, stream }: BurnIn,
  textFile: string,
  upload: readonly string[],
): readonly string[] => {
  const picture = pictureFilters(plan);
  if (kind === "text") return ["-vf", [...picture, `subtitles=filename=${textFile}`, ...upload].join(",")];
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
