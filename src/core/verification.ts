/**
 * verify(source, plan, output) -> checks. An exit code is never evidence: ended early, ffmpeg leaves a valid, playable,
 * short film. A file is published only when every check here has passed.
 */
import { MAX_PEAK_BITRATE_BPS } from "./devices.ts";
import {
  type AudioStream,
  audioStreams,
  type MediaInfo,
  mainVideo,
  type PacketFacts,
  toNumber,
  type VideoStream,
  videoStreams,
} from "./media-info.ts";
import { endOfPackets, type Packet, packetFacts, type Shown, shownTime } from "./packets.ts";
import type { ConversionPlan } from "./plan.ts";
import { type Household, judge } from "./verdict.ts";

export type Check = { readonly name: string; readonly passed: boolean; readonly detail: string };

/** What was read of the source's picture; `packets` only when headers left a doubt (it costs reading the whole film). */
export type SourceFacts = {
  readonly media: MediaInfo;
  /** ffmpeg complained of damage while it read the film. */
  readonly isDamaged: boolean;
  readonly packets: {
    readonly count: number;
    readonly shown: Shown;
    /** How far the ends of its sound and its picture are apart; null without sound. */
    readonly soundGapSeconds: number | null;
  } | null;
};

export type OutputFacts = {
  readonly media: MediaInfo;
  readonly video: readonly Packet[];
  readonly audio: readonly Packet[];
  /** What a strict decoder complained about; empty when it read all it was given. */
  readonly decodeErrors: string;
};

/** Every check of a finished file, in the order a person would ask. Total. */
export const verify = (
  source: SourceFacts,
  plan: ConversionPlan,
  output: OutputFacts,
  household: Household,
): readonly Check[] => {
  const video = mainVideo(output.media);
  if (video === null || output.video.length === 0)
    return [{ name: "opens", passed: false, detail: "The file made has no picture that can be read." }];
  const [facts, longest] = [packetFacts(output.video), slowestStep(output.video)];
  return [
    { name: "opens", passed: true, detail: `${output.video.length} pictures` },
    checkPlays(output.media, household),
    checkTracks(plan, output.media),
    checkShape(plan, video),
    checkDuration(source, video, output.video),
    checkPictureCount(source, plan, output.video),
    checkStart(source.media, plan, output),
    checkOrder(output.video),
    checkGaps(source, plan, longest),
    checkKeyframes(plan, output.video, facts, longest),
    checkPeak(facts),
    checkSoundEnd(source, plan, output),
    {
      name: "decodes",
      passed: output.decodeErrors.trim() === "",
      detail: output.decodeErrors.trim().slice(0, 400) || "read by a strict decoder without a complaint",
    },
  ];
};

export const passed = (checks: readonly Check[]): boolean =>
  checks.length > 0 && checks.every((each) => each.passed);

/** The verdict on the output by the same judge that judged the source: nothing may be left to do. */
const checkPlays = (media: MediaInfo, household: Household): Check => {
  const verdict = judge(media, household);
  const left = verdict.reasons.map((each) => each.detail).join(" ");
  return { name: "plays", passed: verdict.playable, detail: left || "plays on every device" };
};

const checkTracks = (plan: ConversionPlan, media: MediaInfo): Check => {
  const wanted = (plan.audio ? 1 : 0) + (plan.surround ? 1 : 0);
  const [pictures, sounds] = [videoStreams(media).length, audioStreams(media).length];
  const others = media.streams.length - pictures - sounds + media.chapterCount;
  return {
    name: "tracks",
    passed: pictures === 1 && sounds === wanted && others === 0,
    detail: `${pictures} picture, ${sounds} sound (${wanted} wanted), ${others} others`,
  };
};

const checkShape = (plan: ConversionPlan, video: VideoStream): Check => {
  const wanted = plan.video?.kind === "encode" ? plan.video : null;
  return {
    name: "shape",
    passed: wanted === null || (video.width === wanted.width && video.height === wanted.height),
    detail: `${video.width}x${video.height}${wanted ? ` (${wanted.width}x${wanted.height} wanted)` : ""}`,
  };
};

const ratePerSecond = (video: VideoStream): number =>
  video.averageFrameRate ? toNumber(video.averageFrameRate) : 25;

/** Containers whose own durations are estimates. */
const ROUGH = new Set(["avi", "mpegts", "asf", "mpeg", "flv", "raw", "rm", "ogg"]);

/** How far the end may be off, seconds. */
export const durationTolerance = (source: MediaInfo): number => {
  const video = mainVideo(source);
  const fps = video ? ratePerSecond(video) : 25;
  const exact = Math.max(0.25, 2 / Math.max(1, fps));
  return ROUGH.has(source.container) ? Math.max(exact, 0.01 * (source.durationSeconds ?? 0)) : exact;
};

/** How long the source's picture says it is; seconds, null when it does not say. */
export const claimedSeconds = (source: MediaInfo): number | null =>
  mainVideo(source)?.durationSeconds ?? source.durationSeconds;

/** Last packets are compared, not headers, once the source's packets were read: headers lie. */
const checkDuration = (source: SourceFacts, video: VideoStream, packets: readonly Packet[]): Check => {
  const claimed = claimedSeconds(source.media);
  const wanted =
    source.packets?.shown ?? (claimed === null ? null : { seconds: claimed, untilLastSeconds: claimed });
  const made = shownTime(packets).seconds;
  const tolerance = Math.max(durationTolerance(source.media), 2 / Math.max(1, ratePerSecond(video)));
  return {
    name: "duration",
    passed:
      wanted !== null && made >= wanted.untilLastSeconds - tolerance && made <= wanted.seconds + tolerance,
    detail:
      wanted === null
        ? "the source's length is unknown"
        : `${made.toFixed(2)} s of ${wanted.seconds.toFixed(2)} s`,
  };
};

const checkPictureCount = (source: SourceFacts, plan: ConversionPlan, packets: readonly Packet[]): Check => {
  const known = source.packets?.count ?? mainVideo(source.media)?.frameCount ?? null;
  const made = packets.length;
  const video = plan.video;
  if (video?.kind === "encode" && video.frameRate) {
    const wanted = shownTime(packets).seconds * toNumber(video.frameRate);
    const near = Math.abs(made - wanted) <= Math.max(2, wanted * 0.001);
    return { name: "pictures", passed: near, detail: `${made} of about ${Math.round(wanted)}` };
  }
  // Edit lists, field pairs and invisible frames make headers count differently: read packets are the judge of copies.
  if (known === null || video?.kind === "encode")
    return { name: "pictures", passed: made > 0, detail: `${made} pictures` };
  return { name: "pictures", passed: made === known, detail: `${made} of ${known}` };
};

const START_SECONDS = 0.1;
const SYNC_SECONDS = 0.05;

/** A decoder may give nothing for the first packets (WMA: 0.07 s); what follows is in time all the same. */
const DECODER_START_SECONDS = 0.1;

const checkStart = (source: MediaInfo, plan: ConversionPlan, output: OutputFacts): Check => {
  const video = mainVideo(output.media)?.startSeconds ?? 0;
  const audio = audioStreams(output.media)[0]?.startSeconds ?? video;
  const chosen = sourceAudio(source, plan)?.startSeconds ?? 0;
  const before = Math.abs(chosen - (mainVideo(source)?.startSeconds ?? 0));
  const apart = Math.abs(audio - video);
  const early = Math.min(video, audio);
  const limit = plan.audio?.kind === "encode" ? DECODER_START_SECONDS : SYNC_SECONDS;
  return {
    name: "start",
    passed: early >= -0.001 && early <= START_SECONDS && apart <= Math.max(limit, before + 0.03),
    detail: `picture at ${video.toFixed(3)} s, sound at ${audio.toFixed(3)} s`,
  };
};

const sourceAudio = (source: MediaInfo, plan: ConversionPlan): AudioStream | undefined =>
  audioStreams(source).find((each) => each.index === plan.audio?.stream);

const checkOrder = (packets: readonly Packet[]): Check => {
  let wrong = 0;
  const shown = new Set<number>();
  let last = Number.NEGATIVE_INFINITY;
  for (const { dtsSeconds, ptsSeconds } of packets) {
    if (dtsSeconds === null || ptsSeconds === null || dtsSeconds <= last || shown.has(ptsSeconds)) wrong++;
    last = dtsSeconds ?? last;
    if (ptsSeconds !== null) shown.add(ptsSeconds);
  }
  return {
    name: "order",
    passed: wrong === 0,
    detail: wrong === 0 ? "every picture has its own time" : `${wrong} pictures out of order`,
  };
};

/** Our own encodes have one every two seconds, so that seeking is quick; a copy keeps what it has. */
const KEYFRAME_SECONDS = 2.1;

const checkKeyframes = (
  plan: ConversionPlan,
  packets: readonly Packet[],
  facts: PacketFacts,
  longest: number,
): Check => {
  const gap = facts.longestKeyframeGapSeconds ?? 0;
  const limit = plan.video?.kind === "encode" ? KEYFRAME_SECONDS + longest : Number.POSITIVE_INFINITY;
  const starts = packets[0]?.isKey === true;
  return {
    name: "keyframes",
    passed: starts && gap <= limit,
    detail: starts ? `at most ${gap.toFixed(2)} s apart` : "the film does not start with a keyframe",
  };
};

/** Where a film is damaged, a longer pause between two pictures is taken for a hole; seconds. */
const HOLE_SECONDS = 1;

/** A constant rate leaves no gap; a copy keeps the pauses of its source, unless the source was seen to be damaged. */
const checkGaps = (source: SourceFacts, plan: ConversionPlan, longest: number): Check => {
  const rate = plan.video?.kind === "encode" ? plan.video.frameRate : null;
  const limit = rate ? 2.5 / toNumber(rate) : source.isDamaged ? HOLE_SECONDS : Number.POSITIVE_INFINITY;
  return {
    name: "gaps",
    passed: longest <= limit,
    detail: `at most ${longest.toFixed(2)} s between pictures`,
  };
};

/** A film of one picture every ten seconds cannot have a keyframe every two. */
const slowestStep = (packets: readonly Packet[]): number => {
  const pts = packets.map((each) => each.ptsSeconds ?? 0).sort((left, right) => left - right);
  let [slowest, previous] = [0, Number.POSITIVE_INFINITY];
  for (const at of pts) {
    slowest = Math.max(slowest, at - previous);
    previous = at;
  }
  return slowest;
};

const checkPeak = (facts: PacketFacts): Check => {
  const peak = facts.peakBitrateBps ?? 0;
  return {
    name: "bitrate",
    passed: peak <= MAX_PEAK_BITRATE_BPS,
    detail: `at most ${(peak / 1e6).toFixed(1)} Mb/s over two seconds`,
  };
};

/** Sound and picture end together, unless the source's own do not. */
const checkSoundEnd = (source: SourceFacts, plan: ConversionPlan, output: OutputFacts): Check => {
  if (plan.audio === null) return { name: "sound-end", passed: true, detail: "no sound" };
  const sound = endOfPackets(output.audio);
  const apart =
    sound === null ? Number.POSITIVE_INFINITY : Math.abs(sound - (endOfPackets(output.video) ?? 0));
  const limit = 0.5 + (source.packets?.soundGapSeconds ?? claimedSoundGap(source.media, plan));
  return {
    name: "sound-end",
    passed: apart <= limit,
    detail: sound === null ? "the sound is missing" : `sound ends ${apart.toFixed(2)} s from the picture`,
  };
};

/** How far sound and picture end apart by the source's header; 0 where it does not say. */
const claimedSoundGap = (source: MediaInfo, plan: ConversionPlan): number => {
  const sound = sourceAudio(source, plan);
  if (!sound?.durationSeconds) return 0;
  const pictureEnd = (mainVideo(source)?.startSeconds ?? 0) + (claimedSeconds(source) ?? 0);
  return Math.abs((sound.startSeconds ?? 0) + sound.durationSeconds - pictureEnd);
};

/** What a failed verification means: the source's fault when it was damaged or short itself, else ours. */
export const blameFor = (
  checks: readonly Check[],
  sourceWasDamaged: boolean,
): "source-damaged" | "verification-failed" =>
  sourceWasDamaged &&
  checks.some(
    (each) =>
      !each.passed && ["duration", "decodes", "pictures", "gaps", "sound-end", "opens"].includes(each.name),
  )
    ? "source-damaged"
    : "verification-failed";
