/** ffmpeg's arguments for one small picture of a film. */
import { fileUrl, SAFE_INPUT } from "./ffmpeg-args.ts";

/** Of every thumbnail, pixels; twice the width at which a list would show it. */
export const THUMBNAIL_WIDTH = 320;
/** A film that says it is a thousand times as high as wide is drawn no higher than this. */
const HIGHEST = 640;

/** Logos and black come first: a picture of the film itself is looked for here, as a share of its playing time. */
const REPRESENTATIVE = 0.15;

type Moment = {
  /** Null: one that stands for the whole film. */
  readonly minute: number | null;
  /** Null when it is not known. */
  readonly playingSeconds: number | null;
};

/** Where to look, seconds; inside of the film where its length is known. */
export const momentOf = ({ minute, playingSeconds }: Moment): number => {
  const wanted = minute === null ? (playingSeconds ?? 0) * REPRESENTATIVE : minute * 60;
  return playingSeconds === null ? wanted : Math.max(0, Math.min(wanted, playingSeconds - 1));
};

type Thumbnail = {
  /** Absolute. */
  readonly input: string;
  readonly output: string;
  readonly atSeconds: number;
};

/**
 * The nearest keyframe before a moment, so that one picture is decoded and not the seconds up to it. In the shape in which
 * the film is shown, whatever its samples.
 */
export const thumbnailArgs = ({ input, output, atSeconds }: Thumbnail): readonly string[] => [
  ...["-hide_banner", "-nostdin", "-y", "-loglevel", "error", "-nostats", "-progress", "pipe:1"],
  ...["-threads", "1", "-noaccurate_seek", "-ss", atSeconds.toFixed(3)],
  ...SAFE_INPUT,
  ...["-i", fileUrl(input)],
  ...["-map", "0:V:0", "-an", "-sn", "-dn", "-map_metadata", "-1", "-frames:v", "1"],
  "-vf",
  `scale=w=${THUMBNAIL_WIDTH}:h='min(${HIGHEST},max(2,trunc(${THUMBNAIL_WIDTH}/dar/2)*2))',setsar=1,format=yuvj420p`,
  ...["-c:v", "mjpeg", "-q:v", "5", "-threads", "1", "-f", "mjpeg", fileUrl(output)],
];
