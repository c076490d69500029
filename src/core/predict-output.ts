/** predictOutput(media, plan) -> what the finished file will be. Its own plan is empty: a law the tests hold. */
import { PICTURE_TAGS } from "./ffmpeg-args.ts";
import { highestFrameRate } from "./judge-video.ts";
import { type AudioStream, type H264Sps, type MediaInfo, toNumber, type VideoStream } from "./media-info.ts";
import type { ConversionPlan } from "./plan.ts";
import type { AudioPlan } from "./plan-audio.ts";
import { ENCODED_DPB, type VideoCopy, type VideoEncode } from "./plan-video.ts";
import type { EncodingProfile } from "./settings-profile.ts";

/** The file a plan makes with this encoding profile; null when the plan makes none. */
export const predictOutput = (
  media: MediaInfo,
  plan: ConversionPlan,
  profile: EncodingProfile,
): MediaInfo | null => {
  const video = media.streams.find(
    (each): each is VideoStream => each.index === plan.video?.stream && each.kind === "video",
  );
  const audio = media.streams.find(
    (each): each is AudioStream => each.index === plan.audio?.stream && each.kind === "audio",
  );
  if (!video || plan.video === null) return null;
  const picture =
    plan.video.kind === "copy" ? copied(video, plan.video) : encoded(video, plan.video, profile);
  const surround = media.streams.find(
    (each): each is AudioStream => each.index === plan.surround?.stream && each.kind === "audio",
  );
  const sound = audio && plan.audio ? [predictAudio(audio, plan.audio)] : [];
  const second = surround
    ? [{ ...surround, ...FLAGS, index: 2, isDefault: false, startSeconds: 0, tag: "" }]
    : [];
  return {
    container: "mp4",
    formatName: "mov,mp4,m4a,3gp,3g2,mj2",
    durationSeconds: media.durationSeconds,
    startSeconds: 0,
    sizeBytes: null,
    bitrateBps: null,
    chapterCount: 0,
    streams: [picture, ...sound, ...second],
    mp4: { moovBeforeMdat: true, isFragmented: false },
    isTruncated: false,
    isEncrypted: false,
    madeFrom: null,
  };
};

/** Starts are moved to zero together, so what one stream has over the other is kept. */
const atZero = { index: 0, isDefault: true, startSeconds: 0 } as const;

const copied = (video: VideoStream, plan: VideoCopy): VideoStream => {
  const height = video.height - plan.cropBottomPixels;
  const level = plan.setLevel === null ? video.level : Math.round(Number(plan.setLevel) * 10);
  const square = plan.squareSamples === null ? video.sampleAspectRatio : { num: 1, den: 1 };
  return {
    ...video,
    ...atZero,
    height,
    level,
    sampleAspectRatio: square,
    tag: PICTURE_TAGS[video.codec] ?? video.tag,
    sps: video.sps && {
      ...video.sps,
      levelIdc: level ?? video.sps.levelIdc,
      cropBottomPixels: video.sps.cropBottomPixels + plan.cropBottomPixels,
    },
  };
};

const encoded = (video: VideoStream, plan: VideoEncode, profile: EncodingProfile): VideoStream => {
  const { max_bitrate } = profile;
  const sps: H264Sps = {
    profileIdc: profile.profile === "main" ? 77 : 100,
    levelIdc: Math.round(Number(plan.level) * 10),
    maxReferenceFrames: ENCODED_DPB,
    decodedPictureBuffer: ENCODED_DPB,
    frameMbsOnly: true,
    widthMbs: Math.ceil(plan.width / 16),
    heightMbs: Math.ceil(plan.height / 16),
    cropBottomPixels: 0,
    sampleAspectRatio: { num: 1, den: 1 },
    fullRange: false,
  };
  return {
    ...video,
    ...atZero,
    codec: "h264",
    tag: "avc1",
    profile: profile.profile === "main" ? "Main" : "High",
    level: sps.levelIdc,
    width: plan.width,
    height: plan.height,
    pixelFormat: "yuv420p",
    bitDepth: 8,
    sampleAspectRatio: { num: 1, den: 1 },
    scan: "progressive",
    averageFrameRate: plan.frameRate ?? video.averageFrameRate,
    nominalFrameRate: plan.frameRate ?? video.nominalFrameRate,
    bitrateBps: null,
    isFullRange: false,
    colorTransfer: plan.toneMap ? "bt709" : video.colorTransfer,
    hasHdrSideData: false,
    dolbyVision: null,
    rotationDegrees: 0,
    sps,
    combing: null,
    insideBars: null,
    packets: video.packets && {
      ...video.packets,
      peakFrameRate: plan.frameRate ? toNumber(plan.frameRate) : highestFrameRate(video),
      peakBitrateBps: Math.min(video.packets.peakBitrateBps ?? max_bitrate, max_bitrate),
      discardedPackets: 0,
      packetsWithoutPts: 0,
      longestKeyframeGapSeconds: 2,
    },
  };
};

/** The dispositions that are not written. */
const FLAGS = {
  isComment: false,
  isOriginal: false,
  isHearingImpaired: false,
  isVisualImpaired: false,
} as const;

const predictAudio = (audio: AudioStream, plan: AudioPlan): AudioStream => ({
  ...audio,
  ...atZero,
  ...FLAGS,
  index: 1,
  startSeconds:
    plan.kind === "encode" && plan.fillsLateStart ? 0 : Math.max(0, Math.min(0.1, audio.startSeconds ?? 0)),
  tag: plan.kind === "copy" && plan.codec !== "aac" ? "" : "mp4a",
  ...(plan.kind === "encode"
    ? { codec: "aac", profile: "LC", channels: plan.channels, sampleRateHz: plan.sampleRateHz }
    : {}),
});
