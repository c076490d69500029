/** What is done to the sound: copied, or encoded to AAC-LC a Chromecast plays. */

import { CAST_CONTAINERS } from "./devices.ts";
import type { AudioStream } from "./media-info.ts";
import { dearestFix, REASONS, type Reason } from "./reasons.ts";
import type { EncodingProfile } from "./settings.ts";

export type AudioPlan =
  | { readonly kind: "copy"; readonly stream: number }
  | {
      readonly kind: "encode";
      readonly stream: number;
      readonly channels: number;
      readonly sampleRateHz: number;
      readonly bitrateBps: number;
      /** More channels come in than go out: mix them with dialogue kept up and peaks kept down. */
      readonly downmixes: boolean;
      /** Fill the silence before a late start. */
      readonly fillsLateStart: boolean;
    };

const asMp4Holds: readonly string[] = CAST_CONTAINERS.mp4.audio;

/** The sound's plan for the reasons of its verdict. */
export const planAudio = (
  audio: AudioStream,
  reasons: readonly Reason[],
  profile: EncodingProfile,
): AudioPlan => {
  const own = reasons.filter((each) => each.stream === audio.index && REASONS[each.code].fix === "audio");
  if (dearestFix(own) === null && asMp4Holds.includes(audio.codec))
    return { kind: "copy", stream: audio.index };
  const channels = Math.max(1, Math.min(audio.channels || profile.audio.channels, profile.audio.channels));
  return {
    kind: "encode",
    stream: audio.index,
    channels,
    // 44.1 kHz is kept (no needless resampling), everything else becomes television's 48 kHz.
    sampleRateHz: audio.sampleRateHz === 44_100 ? 44_100 : 48_000,
    bitrateBps: channels === 1 ? Math.round(profile.audio.bitrate / 2) : profile.audio.bitrate,
    downmixes: audio.channels > channels,
    fillsLateStart: own.some((each) => each.code === "audio-late"),
  };
};
