/**
 * verify(source, plan, output) -> checks. An exit code is never evidence: ended early, ffmpeg leaves a valid, playable,
 * short film. A file is published only when every check here has passed.
 */
import { type MediaInfo, mainVideo } from "./media-info.ts";
import type { ConversionPlan } from "./plan.ts";
import { type Household, judge } from "./verdict.ts";
import type { Aim, Check, OutputFacts, SourceFacts } from "./verification-facts.ts";
import { checkDuration, checkPictureCount } from "./verification-lengths.ts";
import { checkBuffer, checkPeak, checkShape } from "./verification-picture.ts";
import {
  checkGaps,
  checkKeyframes,
  checkOrder,
  checkSoundEnd,
  checkStart,
  slowestStep,
} from "./verification-timing.ts";
import { checkContainer, checkSize, checkSound, checkTracks } from "./verification-tracks.ts";

/** Every check of a finished file, in the order a person would ask. Total. */
export const verify = (
  source: SourceFacts,
  plan: ConversionPlan,
  output: OutputFacts,
  aim: Aim,
): readonly Check[] => {
  const video = mainVideo(output.media);
  if (video === null || output.video.length === 0)
    return [{ name: "opens", passed: false, detail: "The file made has no picture that can be read." }];
  const longest = slowestStep(output.video);
  const complaints = output.decodeErrors.trim();
  return [
    { name: "opens", passed: true, detail: `${output.video.length} pictures` },
    checkPlays(output.media, aim.wish),
    checkContainer(output.media),
    checkTracks(plan, output.media),
    checkShape(source.media, plan, video, output.boxLevel),
    checkSound(source.media, plan, output.media),
    checkDuration(source, video, output.video),
    checkPictureCount(source, plan, output.video),
    checkStart(source.media, plan, output),
    checkOrder(output.video),
    checkGaps(source, plan, longest),
    checkKeyframes(plan, output.video, longest),
    checkPeak(plan, output.video, aim),
    checkBuffer(plan, output.video, aim),
    checkSoundEnd(source, plan, output),
    checkSize(source.media, output.media),
    { name: "untouched", passed: output.copies.areSame, detail: output.copies.detail },
    {
      name: "decodes",
      passed: complaints === "",
      detail: complaints.slice(0, 400) || "read by a strict decoder without a complaint",
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

/** Checks that a damaged source fails through no fault of ours. */
const DAMAGE_SHOWS_IN = ["duration", "decodes", "pictures", "gaps", "sound-end", "opens", "untouched"];

/** What a failed verification means: the source's fault when it was damaged or short itself, else ours. */
export const blameFor = (
  checks: readonly Check[],
  sourceWasDamaged: boolean,
): "source-damaged" | "verification-failed" =>
  sourceWasDamaged && checks.some((each) => !each.passed && DAMAGE_SHOWS_IN.includes(each.name))
    ? "source-damaged"
    : "verification-failed";
