/** What is done to the picture: copied, copied with its headers corrected, or encoded, and to what. */
import { countedAt, FILM, NTSC, scanSeen } from "./combing.ts";
import type { DeviceProfile } from "./devices.ts";
import { levelName, lowestLevel, RATE_TOLERANCE } from "./h264-levels.ts";
import { COPYABLE, hdrTransfer, highestFrameRate, isPadded } from "./judge-video.ts";
import { type Fraction, type MediaInfo, type PictureArea, toNumber, type VideoStream } from "./media-info.ts";
import { dearestFix, type Reason } from "./reasons.ts";
import type { EncodingProfile } from "./settings-profile.ts";

export type VideoCopy = {
  readonly kind: "copy";
  readonly stream: number;
  readonly codec: string;
  /** The level to write into the headers (`4.1`); null: leave it. */
  readonly setLevel: string | null;
  /** Mark samples as square: the picture's size, for the container's aspect; null: leave it. */
  readonly squareSamples: { readonly width: number; readonly height: number } | null;
  /** Lines of padding to hide at the bottom. */
  readonly cropBottomPixels: number;
  /** The picture has a Dolby Vision record, which MP4 keeps only when asked. */
  readonly hasDolbyVision: boolean;
};

export type VideoEncode = {
  readonly kind: "encode";
  readonly stream: number;
  readonly width: number;
  readonly height: number;
  /** The H.264 level to mark it with: the profile's, or the one that this size and rate need if that is higher. */
  readonly level: string;
  /** Constant rate of the output; null: every picture keeps its time. */
  readonly frameRate: Fraction | null;
  readonly keyframeEveryFrames: number;
  /** `all`: every picture; `flagged`: those the stream marks as interlaced. */
  readonly deinterlace: "none" | "all" | "flagged";
  /** Of the fields: `auto` as each picture is marked, or as the second look saw it. */
  readonly fieldOrder: "auto" | "tff" | "bff";
  /** The film's own pictures are put together again out of the fields of NTSC video, and repeated ones dropped. */
  readonly detelecine: boolean;
  /** What is left when black bars are cut off; null: all of it. */
  readonly crop: PictureArea | null;
  readonly toneMap: "smpte2084" | "arib-std-b67" | null;
  readonly fromFullRange: boolean;
  /** Stored as RGB, of which ffmpeg would make the colours of standard television. */
  readonly fromRgb: boolean;
};

export type VideoPlan = VideoCopy | VideoEncode;

/** The picture's plan for the reasons of its verdict. */
export const planVideo = (
  video: VideoStream,
  media: MediaInfo,
  reasons: readonly Reason[],
  devices: readonly DeviceProfile[],
  profile: EncodingProfile,
): VideoPlan => {
  if (dearestFix(reasons) !== "video" && COPYABLE.includes(video.codec))
    return copyVideo(video, reasons, devices);
  return encodeVideo(video, media, devices, profile);
};

const copyVideo = (
  video: VideoStream,
  reasons: readonly Reason[],
  devices: readonly DeviceProfile[],
): VideoCopy => {
  const has = (...codes: Reason["code"][]): boolean => reasons.some((each) => codes.includes(each.code));
  const limits = devices
    .flatMap(h264Of)
    .map((each) => each.maxLevel)
    .filter((level) => level !== null);
  const cropBottomPixels = has("padding-lines") ? 8 : 0;
  return {
    kind: "copy",
    stream: video.index,
    codec: video.codec,
    setLevel: has("level-flag-high", "level-flag-low") ? levelName(Math.min(...limits)) : null,
    squareSamples: has("aspect-flag")
      ? { width: video.width, height: video.height - cropBottomPixels }
      : null,
    cropBottomPixels,
    hasDolbyVision: video.dolbyVision !== null,
  };
};

const encodeVideo = (
  video: VideoStream,
  media: MediaInfo,
  devices: readonly DeviceProfile[],
  profile: EncodingProfile,
): VideoEncode => {
  const frameRate = isFilmInNtsc(video) ? FILM : outputRate(video, media, frameRateCap(devices, profile));
  const framesPerSecond = frameRate ? toNumber(frameRate) : highestFrameRate(video);
  const crop = (profile.crop_black_bars ? cropOf(video) : null) ?? (isPadded(video) ? PADDED : null);
  const size = outputSize({ ...video, ...crop }, sizeCap(devices, profile, framesPerSecond));
  return {
    kind: "encode",
    stream: video.index,
    ...size,
    level: levelOf(size, framesPerSecond, profile),
    frameRate,
    keyframeEveryFrames: Math.max(2, Math.round(2 * framesPerSecond)),
    ...fieldWork(video),
    crop,
    toneMap: hdrTransfer(video),
    fromFullRange: video.isFullRange,
    fromRgb: /^(?:gbr|rgb|bgr|argb|abgr|0rgb|0bgr|pal8)/.test(video.pixelFormat ?? ""),
  };
};

/** Encoders keep at most this many pictures at our settings (x264 veryfast, NVENC with three B-frames). */
export const ENCODED_DPB = 4;

/** A header that promises less than the stream needs would be a fault of our own making. */
const levelOf = (
  { width, height }: { readonly width: number; readonly height: number },
  framesPerSecond: number,
  profile: EncodingProfile,
): string => {
  const needed = lowestLevel({
    widthMbs: Math.ceil(width / 16),
    heightMbs: Math.ceil(height / 16),
    framesPerSecond,
    decodedPictureBuffer: ENCODED_DPB,
    peakBitrateBps: profile.max_bitrate,
  });
  return levelName(Math.max(Math.round(Number(profile.level) * 10), needed ?? 0));
};

/** Codecs that are often interlaced without their container saying so. */
export const OFTEN_INTERLACED: ReadonlySet<string> = new Set([
  "mpeg2video",
  "mpeg1video",
  "vc1",
  "dvvideo",
  "h264",
  "mpeg4",
]);

/** What was seen decides; marked pictures that look whole are deinterlaced all the same, as other parts may be combed. */
const fieldWork = (video: VideoStream): Pick<VideoEncode, "deinterlace" | "fieldOrder" | "detelecine"> => {
  const seen = scanSeen(video.combing);
  const fieldOrder = "fieldOrder" in seen ? seen.fieldOrder : "auto";
  if (seen.kind === "telecined") return { deinterlace: "flagged", fieldOrder, detelecine: true };
  const isSilent = video.scan === "unknown" && seen.kind === "unclear" && OFTEN_INTERLACED.has(video.codec);
  const isCombed = video.scan === "interlaced" || "fieldOrder" in seen;
  return { deinterlace: isCombed ? "all" : isSilent ? "flagged" : "none", fieldOrder, detelecine: false };
};

/**
 * Film at 23.976 pictures a second on NTSC video: by repeated fields in the pictures, or only marked to be repeated
 * (soft telecine of MPEG-2: ffprobe says 29.97, or 59.94 besides, but fewer pictures are there).
 */
const isFilmInNtsc = (video: VideoStream): boolean => {
  if (scanSeen(video.combing).kind === "telecined") return true;
  return video.codec === "mpeg2video" && claimsNtsc(video) && countedAt(video.combing, FILM);
};

/** Whether ffprobe says about 29.97: of soft telecine in MKV it says anything from 29.25 on, by the first pictures. */
export const claimsNtsc = ({ averageFrameRate }: VideoStream): boolean =>
  averageFrameRate !== null && Math.abs(toNumber(averageFrameRate) / toNumber(NTSC) - 1) < 0.05;

/** null where there are no bars, or where it was not looked for them. */
/** 1088 lines are 1080 and eight of padding. */
const PADDED: PictureArea = { width: 1920, height: 1080, left: 0, top: 0 };

const cropOf = ({ insideBars, width, height }: VideoStream): PictureArea | null =>
  insideBars && (insideBars.width < width || insideBars.height < height) ? insideBars : null;

const h264Of = (device: DeviceProfile) => device.video.filter((each) => each.codec === "h264");
const h264Modes = (device: DeviceProfile) => h264Of(device).flatMap((each) => each.modes);

/** The profile's frame rate, lowered to what every device plays at some size. */
const frameRateCap = (devices: readonly DeviceProfile[], profile: EncodingProfile): number =>
  Math.min(
    profile.max_fps,
    ...devices.map((device) => Math.max(...h264Modes(device).map((mode) => mode.maxFps))),
  );

/** The profile's size, lowered to what every device plays at that rate. */
const sizeCap = (devices: readonly DeviceProfile[], profile: EncodingProfile, framesPerSecond: number) => {
  const modes = devices.map((device) => {
    const able = h264Modes(device).filter((mode) => mode.maxFps * RATE_TOLERANCE >= framesPerSecond);
    return able.reduce((best, mode) => (mode.width > best.width ? mode : best), { width: 1280, height: 720 });
  });
  return {
    width: Math.min(profile.resolution.width, ...modes.map((mode) => mode.width)),
    height: Math.min(profile.resolution.height, ...modes.map((mode) => mode.height)),
  };
};

const even = (pixels: number): number => Math.max(2, 2 * Math.round(pixels / 2));

/** Square-sampled, upright, even, and never larger than the source. */
const outputSize = (video: VideoStream, cap: { width: number; height: number }) => {
  const stretched = video.width * (video.sampleAspectRatio ? toNumber(video.sampleAspectRatio) : 1);
  const turned = Math.abs(video.rotationDegrees) === 90;
  const [width, height] = turned ? [video.height, stretched] : [stretched, video.height];
  const scale = Math.min(1, cap.width / width, cap.height / height);
  return { width: even(width * scale), height: even(height * scale) };
};

const STANDARD_RATES: readonly Fraction[] = [
  { num: 24000, den: 1001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30000, den: 1001 },
  { num: 30, den: 1 },
  { num: 48, den: 1 },
  { num: 50, den: 1 },
  { num: 60000, den: 1001 },
  { num: 60, den: 1 },
  { num: 100, den: 1 },
  { num: 120, den: 1 },
];

/**
 * The constant rate to encode at: null where the source's own timing will do. A rate above the cap is divided by the
 * smallest whole number (59.94 to 29.97, 50 to 25), because anything else judders.
 */
const outputRate = (video: VideoStream, media: MediaInfo, cap: number): Fraction | null => {
  const fastest = highestFrameRate(video);
  if (fastest <= 0) return { num: Math.min(25, Math.floor(cap)), den: 1 };
  const average = video.averageFrameRate ? toNumber(video.averageFrameRate) : fastest;
  const nominal = video.nominalFrameRate ? toNumber(video.nominalFrameRate) : fastest;
  const steady = Math.abs(average / nominal - 1) < 0.02 && Math.abs(fastest / nominal - 1) < 0.02;
  const timed = media.container !== "avi" && media.container !== "raw";
  if (steady && timed && fastest <= cap * RATE_TOLERANCE) return null;
  const exact = snap(fastest, video.nominalFrameRate, video.averageFrameRate);
  const divisor = Math.ceil(toNumber(exact) / (cap * RATE_TOLERANCE));
  return { num: exact.num, den: exact.den * divisor };
};

/** The rate that is meant: the nominal one if it is near, else a standard one, else the average, else a whole number. */
const snap = (framesPerSecond: number, nominal: Fraction | null, average: Fraction | null): Fraction => {
  const distance = (rate: Fraction): number => Math.abs(toNumber(rate) / framesPerSecond - 1);
  const nearest = STANDARD_RATES.reduce((best, rate) => (distance(rate) < distance(best) ? rate : best));
  const found = [nominal, nearest, average].find((rate) => rate !== null && distance(rate) < 0.02);
  return found ?? { num: Math.max(1, Math.round(framesPerSecond)), den: 1 };
};
