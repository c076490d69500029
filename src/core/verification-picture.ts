/** Checks of the picture that a finished file has: what it is, and how many bits it asks for at once. */
import { H264_PROFILES } from "./devices.ts";
import { PICTURE_TAGS } from "./ffmpeg-args.ts";
import { levelName } from "./h264-levels.ts";
import { hdrTransfer } from "./judge-video.ts";
import { type MediaInfo, toNumber, type VideoStream } from "./media-info.ts";
import { neededBuffer, type Packet, peakBitrate } from "./packets.ts";
import type { ConversionPlan } from "./plan.ts";
import type { VideoCopy, VideoEncode } from "./plan-video.ts";
import type { Aim, Check } from "./verification-facts.ts";

/** The picture is the one that was planned. An encode is judged by what we set out to make, not by what some device also plays. */
export const checkShape = (
  source: MediaInfo,
  plan: ConversionPlan,
  video: VideoStream,
  boxLevel: number | null,
): Check => {
  const before = source.streams.find(
    (each): each is VideoStream => each.index === plan.video?.stream && each.kind === "video",
  );
  const faults =
    plan.video?.kind === "encode"
      ? encodeFaults(plan.video, video, boxLevel)
      : plan.video && before
        ? copyFaults(plan.video, before, video, boxLevel)
        : [];
  const wrong = faults.filter((each) => each !== null);
  const name = `${video.codec} ${video.profile ?? ""} ${video.width}x${video.height}`;
  return { name: "shape", passed: wrong.length === 0, detail: [name, ...wrong].join("; ") };
};

type Fault = string | null;

const sides = (picture: { readonly width: number; readonly height: number }): string =>
  `${picture.width}x${picture.height}`;

const isSquare = ({ sampleAspectRatio }: VideoStream): boolean =>
  sampleAspectRatio === null || toNumber(sampleAspectRatio) === 1;

const encodeFaults = (wanted: VideoEncode, video: VideoStream, boxLevel: number | null): readonly Fault[] => {
  const profiles: readonly (string | null)[] = H264_PROFILES;
  return [
    sides(video) === sides(wanted) ? null : `${sides(wanted)} wanted`,
    video.codec === "h264" && video.tag === "avc1" ? null : `${video.codec} tagged ${video.tag}, not H.264`,
    profiles.includes(video.profile) ? null : `profile ${video.profile ?? "unknown"}`,
    video.pixelFormat === "yuv420p" ? null : `colours stored as ${video.pixelFormat ?? "nobody knows"}`,
    isSquare(video) ? null : "samples that are not square",
    video.scan === "interlaced" || video.sps?.frameMbsOnly === false ? "interlaced" : null,
    // Of a picture of 8 bits this is a leftover that makes every player show it grey.
    hdrTransfer(video) === null ? null : `marked as HDR (${video.colorTransfer})`,
    video.rotationDegrees === 0 ? null : `turned by ${video.rotationDegrees} degrees`,
    levelFault(video, boxLevel),
  ];
};

const copyFaults = (
  plan: VideoCopy,
  before: VideoStream,
  video: VideoStream,
  boxLevel: number | null,
): readonly Fault[] => {
  const wanted = { width: before.width, height: before.height - plan.cropBottomPixels };
  const level = plan.setLevel === null ? null : Math.round(Number(plan.setLevel) * 10);
  return [
    sides(video) === sides(wanted) ? null : `${sides(wanted)} wanted`,
    video.codec === plan.codec ? null : `${plan.codec} wanted`,
    video.tag === PICTURE_TAGS[plan.codec] ? null : `tagged ${video.tag}`,
    plan.squareSamples === null || isSquare(video) ? null : "samples that are not square",
    before.dolbyVision?.profile === video.dolbyVision?.profile ? null : "its Dolby Vision record is lost",
    level === null || video.level === level ? null : `level ${levelName(level)} wanted`,
    // A copy keeps what its source says twice and differently; a repair must say it in both places.
    level === null ? null : levelFault(video, boxLevel),
  ];
};

/** Stream and container name the same level: players read the one or the other. */
const levelFault = (video: VideoStream, boxLevel: number | null): Fault => {
  const inStream = video.sps?.levelIdc ?? video.level;
  if (inStream === null) return "of no known level";
  return boxLevel === null || boxLevel === inStream
    ? null
    : `level ${levelName(inStream)} in the stream, ${levelName(boxLevel)} in the container`;
};

/** Two seconds above this are worth a look: half above the default's 8 Mb/s. NVENC keeps no buffer with `-cq` (nvenc.c). */
const WARN_PEAK_BPS = 12_000_000;

/** Bits over any two seconds, which is what Wi-Fi has to bring. */
export const checkPeak = (
  plan: ConversionPlan,
  packets: readonly Packet[],
  { wish, isHardware }: Aim,
): Check => {
  const peak = peakBitrate(packets) ?? 0;
  const most = Math.max(WARN_PEAK_BPS, wish.profile.max_bitrate);
  const isHigh = plan.video?.kind === "encode" && isHardware && peak > most;
  return {
    name: "bitrate",
    passed: peak <= Math.min(...wish.devices.map((each) => each.maxPeakBitrateBps)),
    detail: `at most ${(peak / 1e6).toFixed(1)} Mb/s over two seconds`,
    ...(isHigh ? { warns: true } : {}),
  };
};

/** Measured: x264 used 0.10 to 0.96 of its buffer over eight clips of noise at starved rates; a tenth more is let pass. */
const BUFFER_SLACK = 1.1;

/** An encode by the processor stays within `bufsize` at `max_bitrate`; hardware promises no such thing and is not asked. */
export const checkBuffer = (
  plan: ConversionPlan,
  packets: readonly Packet[],
  { wish, isHardware }: Aim,
): Check => {
  if (plan.video?.kind !== "encode" || isHardware)
    return { name: "buffer", passed: true, detail: "only asked of the processor's encoder" };
  const { max_bitrate, bufsize } = wish.profile;
  const needed = neededBuffer(packets, max_bitrate);
  return {
    name: "buffer",
    passed: needed <= bufsize * BUFFER_SLACK,
    detail: `${(needed / 1e6).toFixed(1)} of ${(bufsize / 1e6).toFixed(1)} Mbit`,
  };
};
