/** What is done to the sound: copied, or encoded to AAC-LC a Chromecast plays. */

import { CAST_CONTAINERS, PASSTHROUGH_CODECS, type PassthroughCodec } from "./devices.ts";
import { isExtra } from "./judge-audio.ts";
import { type AudioStream, audioStreams, type MediaInfo } from "./media-info.ts";
import { dearestFix, REASONS, type Reason } from "./reasons.ts";
import type { EncodingProfile } from "./settings-profile.ts";

/** What other players show of a track; MP4 keeps a title only as the name of its handler. */
type TrackTags = { readonly language?: string; readonly title?: string };

export type AudioPlan =
  | ({ readonly kind: "copy"; readonly stream: number; readonly codec: string } & TrackTags)
  | (TrackTags & {
      readonly kind: "encode";
      readonly stream: number;
      readonly channels: number;
      readonly sampleRateHz: number;
      readonly bitrateBps: number;
      /** More channels come in than go out: mix them with dialogue kept up and peaks kept down. */
      readonly downmixes: boolean;
      /** Fill the silence before a late start. */
      readonly fillsLateStart: boolean;
    });

const MAX_TITLE_CHARACTERS = 200;

/** The tags of a track, as far as MP4 takes them: a language of three letters, a title of one line. */
const tagsOf = ({ language, title }: AudioStream): TrackTags => ({
  ...(language !== null && /^[a-z]{3}$/.test(language) ? { language } : {}),
  ...(title === null ? {} : { title: title.replaceAll(/\p{Cc}+/gu, " ").slice(0, MAX_TITLE_CHARACTERS) }),
});

/** A surround track kept behind the stereo one, for those who have a receiver: a Chromecast plays the first. */
export type SurroundPlan = TrackTags & { readonly stream: number; readonly codec: PassthroughCodec };

const asMp4Holds: readonly string[] = [...CAST_CONTAINERS.mp4.audio, ...PASSTHROUGH_CODECS];

/** The sound's plan for the reasons of its verdict. */
export const planAudio = (
  audio: AudioStream,
  reasons: readonly Reason[],
  profile: EncodingProfile,
): AudioPlan => {
  const own = reasons.filter((each) => each.stream === audio.index && REASONS[each.code].fix === "audio");
  if (dearestFix(own) === null && asMp4Holds.includes(audio.codec))
    return { kind: "copy", stream: audio.index, codec: audio.codec, ...tagsOf(audio) };
  const channels = Math.max(1, Math.min(audio.channels || profile.audio.channels, profile.audio.channels));
  return {
    kind: "encode",
    stream: audio.index,
    ...tagsOf(audio),
    channels,
    // 44.1 kHz is kept (no needless resampling), everything else becomes television's 48 kHz.
    sampleRateHz: audio.sampleRateHz === 44_100 ? 44_100 : 48_000,
    bitrateBps: channels === 1 ? Math.round(profile.audio.bitrate / 2) : profile.audio.bitrate,
    downmixes: audio.channels > channels,
    fillsLateStart: own.some((each) => each.code === "audio-late"),
  };
};

const passthroughOf = ({ codec }: AudioStream): PassthroughCodec | null =>
  PASSTHROUGH_CODECS.find((each) => each === codec) ?? null;

/**
 * The AC-3 or E-AC-3 surround track to keep behind the film's sound: that sound itself, or another of its language;
 * null when there is none, when nobody asked, or when the first track is one already.
 */
export const planSurround = (
  media: MediaInfo,
  audio: AudioStream,
  plan: AudioPlan,
  profile: EncodingProfile,
): SurroundPlan | null => {
  const isKept = plan.kind === "copy" && passthroughOf(audio) !== null;
  if (profile.audio.surround === "drop" || isKept) return null;
  const others = audioStreams(media).filter((each) => !isExtra(each) && each.language === audio.language);
  for (const each of [audio, ...others]) {
    const codec = passthroughOf(each);
    if (codec !== null && each.channels > 2) return { stream: each.index, codec, ...tagsOf(each) };
  }
  return null;
};
