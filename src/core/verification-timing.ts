/** Checks of the times in a finished file: where it starts, its order and pauses, its keyframes, where the sound ends. */
import { type AudioStream, audioStreams, type MediaInfo, mainVideo, toNumber } from "./media-info.ts";
import { endOfPackets, longestKeyframeGap, type Packet, shownTimes } from "./packets.ts";
import type { ConversionPlan } from "./plan.ts";
import type { Check, OutputFacts, SourceFacts } from "./verification-facts.ts";
import { claimedSeconds } from "./verification-lengths.ts";

const START_SECONDS = 0.1;
const SYNC_SECONDS = 0.05;

/** A decoder may give nothing for the first packets (WMA: 0.07 s); what follows is in time all the same. */
const DECODER_START_SECONDS = 0.1;

export const checkStart = (source: MediaInfo, plan: ConversionPlan, output: OutputFacts): Check => {
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

export const checkOrder = (packets: readonly Packet[]): Check => {
  let wrong = 0;
  const shown = new Float64Array(packets.length);
  let [count, last] = [0, Number.NEGATIVE_INFINITY];
  for (const { dtsSeconds, ptsSeconds } of packets) {
    if (dtsSeconds === null || ptsSeconds === null || dtsSeconds <= last) wrong++;
    last = dtsSeconds ?? last;
    if (ptsSeconds !== null) shown[count++] = ptsSeconds;
  }
  const inOrder = shown.subarray(0, count).sort();
  for (let at = 1; at < inOrder.length; at++) if (inOrder[at] === inOrder[at - 1]) wrong++;
  return {
    name: "order",
    passed: wrong === 0,
    detail: wrong === 0 ? "every picture has its own time" : `${wrong} pictures out of order`,
  };
};

/** Our own encodes have one every two seconds, so that seeking is quick; a copy keeps what it has. */
const KEYFRAME_SECONDS = 2.1;

export const checkKeyframes = (plan: ConversionPlan, packets: readonly Packet[], longest: number): Check => {
  const gap = longestKeyframeGap(packets) ?? 0;
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

/**
 * A constant rate leaves no gap; a copy keeps the pauses of its source, unless the source was seen to be damaged. What
 * a constant rate fills with a picture that stands still is seen only in the source's own packets.
 */
export const checkGaps = (source: SourceFacts, plan: ConversionPlan, longest: number): Check => {
  const hole = source.isDamaged ? (source.packets?.longestStepSeconds ?? 0) : 0;
  if (hole > HOLE_SECONDS)
    return { name: "gaps", passed: false, detail: `the source has no picture for ${hole.toFixed(2)} s` };
  const rate = plan.video?.kind === "encode" ? plan.video.frameRate : null;
  const limit = rate ? 2.5 / toNumber(rate) : source.isDamaged ? HOLE_SECONDS : Number.POSITIVE_INFINITY;
  return {
    name: "gaps",
    passed: longest <= limit,
    detail: `at most ${longest.toFixed(2)} s between pictures`,
  };
};

/** A film of one picture every ten seconds cannot have a keyframe every two. */
export const slowestStep = (packets: readonly Packet[]): number => {
  let [slowest, previous] = [0, Number.POSITIVE_INFINITY];
  for (const at of shownTimes(packets)) {
    slowest = Math.max(slowest, at - previous);
    previous = at;
  }
  return slowest;
};

/** Sound and picture end together, unless the source's own do not. */
export const checkSoundEnd = (source: SourceFacts, plan: ConversionPlan, output: OutputFacts): Check => {
  if (plan.audio === null) return { name: "sound-end", passed: true, detail: "no sound" };
  const sound = output.soundEndSeconds;
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
