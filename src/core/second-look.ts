/**
 * The second look at a film: which questions the first one (headers, boxes, packets) leaves open, and how the pictures
 * themselves are asked. It decodes some 300 pictures, so it is taken only where the answer changes the plan.
 */
import { NTSC } from "./combing.ts";
import { fileUrl, SAFE_INPUT } from "./ffmpeg-args.ts";
import { type Fraction, type MediaInfo, mainVideo, toNumber, type VideoStream } from "./media-info.ts";
import type { ConversionPlan } from "./plan.ts";
import { claimsNtsc, OFTEN_INTERLACED } from "./plan-video.ts";
import type { EncodingProfile } from "./settings-profile.ts";

/** Are the pictures combed or telecined? Are there black bars to cut off? */
export type Question = "combing" | "bars";

/** The questions whose answers would change `plan`; none for most films, and none for what this program made. */
export const openQuestions = (
  media: MediaInfo,
  plan: ConversionPlan,
  profile: EncodingProfile,
): readonly Question[] => {
  const video = mainVideo(media);
  if (video === null || plan.work === "impossible" || media.madeFrom !== null) return [];
  const encodes = plan.video?.kind === "encode";
  const combing = !video.combing && (encodes ? isScanOpen(video, media) : mayHideCombing(video, media));
  // ffmpeg turns pictures upright before they are looked at, the plan counts in stored ones: turned films keep their bars.
  const bars =
    profile.crop_black_bars && encodes && !video.insideBars && video.rotationDegrees === 0 && video.width > 0;
  return [...(combing ? (["combing"] as const) : []), ...(bars ? (["bars"] as const) : [])];
};

/** Of a picture that is encoded: fields that no header promises, or a film inside of NTSC video. */
const isScanOpen = (video: VideoStream, media: MediaInfo): boolean => {
  if (!OFTEN_INTERLACED.has(video.codec)) return false;
  const isSilent = video.scan === "unknown" && (video.codec !== "h264" || video.sps === null);
  const mayBeTelecined = claimsNtsc(video) && (video.scan !== "progressive" || video.codec === "mpeg2video");
  return isSilent || mayBeTelecined || isDoubtful(video, media);
};

/** Of a picture that would be copied or plays: only H.264 may, and only where its headers cannot settle it. */
const mayHideCombing = (video: VideoStream, media: MediaInfo): boolean =>
  video.codec === "h264" && isDoubtful(video, media);

/** Not marked interlaced, but coded so that it may be (fields, MBAFF), or of a shape that television is broadcast in. */
const isDoubtful = (video: VideoStream, media: MediaInfo): boolean =>
  video.scan !== "interlaced" && (video.sps?.frameMbsOnly === false || isBroadcastShape(video, media));

const PAL: Fraction = { num: 25, den: 1 };
/** Lines of standard television: 525-line systems store 480 or 486, 625-line systems 576. */
const TELEVISION_LINES: readonly number[] = [480, 486, 576];
/** The widest such picture, with square samples; wider ones (854x480) come from the web and are scaled. */
const TELEVISION_WIDTH = 768;

/** 1080 lines are looked at only in a transport stream or at 1440 wide (HDV): other 1080p films are too many. */
const isBroadcastShape = (video: VideoStream, { container }: MediaInfo): boolean => {
  if (!runsAt(video, PAL) && !runsAt(video, NTSC)) return false;
  if (TELEVISION_LINES.includes(video.height)) return video.width <= TELEVISION_WIDTH;
  return (video.height === 1080 || video.height === 1088) && (container === "mpegts" || video.width === 1440);
};

/** 29.97 and 30 are a thousandth apart. */
const runsAt = (video: VideoStream, wanted: Fraction): boolean =>
  [video.averageFrameRate, video.nominalFrameRate].some(
    (rate) => rate !== null && Math.abs(toNumber(rate) / toNumber(wanted) - 1) < 0.0005,
  );

/** Part of a film to look at: from where, seconds, and how many pictures. */
export type LookWindow = { readonly startSeconds: number; readonly pictures: number };

const WINDOW_PICTURES = 100;
/** Three windows of a shorter film would overlap: it is looked at in one go. */
const SHORT_SECONDS = 30;

/** Beginning, middle and end, clear of the titles at both ends, which are still or black. */
export const lookWindows = ({ durationSeconds }: MediaInfo): readonly LookWindow[] => {
  if (durationSeconds === null || durationSeconds < SHORT_SECONDS)
    return [{ startSeconds: 0, pictures: 3 * WINDOW_PICTURES }];
  return [0.1, 0.5, 0.9].map((share) => ({
    startSeconds: Math.round(share * durationSeconds),
    pictures: WINDOW_PICTURES,
  }));
};

/** ffmpeg's arguments for one window of the picture `stream`: nothing is written, the filters say what they saw. */
export const lookArgs = (
  path: string,
  stream: number,
  { startSeconds, pictures }: LookWindow,
  questions: readonly Question[],
): readonly string[] => [
  ...["-hide_banner", "-nostdin", "-loglevel", "info", "-nostats", "-progress", "pipe:1"],
  ...["-ss", String(startSeconds), ...SAFE_INPUT, "-i", fileUrl(path)],
  ...["-map", `0:${stream}`, "-an", "-sn", "-dn", "-vf", lookFilters(questions)],
  ...["-frames:v", String(pictures), "-fps_mode", "passthrough", "-f", "null", "-"],
];

/** The filters that answer these questions. */
export const lookFilters = (questions: readonly Question[]): string =>
  questions.map((each) => FILTERS[each]).join(",");

/** `reset=0`: each line holds the area of all pictures so far. 24 is cropdetect's own limit for black. */
const FILTERS: Readonly<Record<Question, string>> = {
  combing: "idet",
  bars: "cropdetect=limit=24:round=2:reset=0",
};
