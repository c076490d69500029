/** What is done to the pictures of an encode on the processor: ffmpeg's filters, in order. */
import type { VideoEncode } from "./plan-video.ts";

/** For every picture that no chain of `hardware-chains.ts` takes. ffmpeg turns rotated pictures upright before these. */
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
