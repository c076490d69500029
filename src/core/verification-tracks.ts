/** Checks of what is in a finished file and how it is wrapped: container, tracks, sound, size. */
import { codecName } from "./codec-names.ts";
import { CAST_AUDIO } from "./devices.ts";
import { type AudioStream, audioStreams, type MediaInfo, videoStreams } from "./media-info.ts";
import type { ConversionPlan } from "./plan.ts";
import type { Check } from "./verification-facts.ts";

/** MP4 with its index first and in one piece, whatever else the household's devices play. */
export const checkContainer = ({ container, formatName, mp4 }: MediaInfo): Check => {
  const faults = [
    container === "mp4" ? null : `it is ${formatName}`,
    mp4?.moovBeforeMdat ? null : "the index (moov) is not before the film",
    mp4?.isFragmented ? "it is in fragments" : null,
  ].filter((each) => each !== null);
  return { name: "container", passed: faults.length === 0, detail: faults.join(", ") || "MP4, index first" };
};

/** How many sound tracks a plan makes. */
const wantedSounds = ({ audio, surround }: ConversionPlan): number =>
  [audio, surround].filter((each) => each !== null).length;

/** One picture, the sound that is wanted and nothing else: no subtitles, data, covers or chapters. */
export const checkTracks = (plan: ConversionPlan, media: MediaInfo): Check => {
  const wanted = wantedSounds(plan);
  const [pictures, sounds] = [videoStreams(media).length, audioStreams(media).length];
  const others = media.streams.length - pictures - sounds + media.chapterCount;
  return {
    name: "tracks",
    passed: pictures === 1 && sounds === wanted && others === 0,
    detail: `${pictures} picture, ${sounds} sound (${wanted} wanted), ${others} others`,
  };
};

/** The first sound, which is the one a Chromecast plays, is the one that was planned, in its language. */
export const checkSound = (source: MediaInfo, plan: ConversionPlan, media: MediaInfo): Check => {
  const made = audioStreams(media)[0];
  const planned = plan.audio;
  // A track too few or too many is told by the check of the tracks.
  if (!made || planned === null) return { name: "sound", passed: true, detail: "no sound" };
  const chosen = audioStreams(source).find((each) => each.index === planned.stream);
  const wanted = planned.kind === "encode" ? planned : chosen;
  const faults = [
    // Sound that is handed on to a receiver is copied, and told apart by its bytes.
    ...(planned.kind === "copy" && planned.codec !== "aac"
      ? [codecFault(made, planned.codec)]
      : soundFaults(made)),
    plan.surround && codecFault(audioStreams(media)[1], plan.surround.codec),
    wanted && wanted.channels > 0 && made.channels !== wanted.channels
      ? `${wanted.channels} channels wanted`
      : null,
    wanted && wanted.sampleRateHz > 0 && made.sampleRateHz !== wanted.sampleRateHz
      ? `${wanted.sampleRateHz} Hz wanted`
      : null,
    planned.language !== undefined && made.language !== languageOf(planned.language)
      ? `language ${planned.language} wanted`
      : null,
  ].filter((each) => each !== null);
  const detail = `${codecName(made.codec)} ${made.profile ?? ""}, ${made.channels} channels, ${made.sampleRateHz} Hz`;
  return { name: "sound", passed: faults.length === 0, detail: [detail, ...faults].join("; ") };
};

/** ffprobe's word for "no language" reads as none. */
const languageOf = (tag: string): string | null => (tag === "und" ? null : tag);

const codecFault = (made: AudioStream | undefined, codec: string): string | null =>
  made?.codec === codec
    ? null
    : `${codecName(codec)} wanted, ${made ? codecName(made.codec) : "nothing"} found`;

const soundFaults = (made: AudioStream): readonly (string | null)[] => {
  const profiles: readonly (string | null)[] = CAST_AUDIO.aacProfiles;
  return [
    made.codec === "aac" && made.tag === "mp4a" ? null : `${made.codec} tagged ${made.tag}, not AAC as mp4a`,
    profiles.includes(made.profile) ? null : `AAC ${made.profile ?? "of no known profile"}`,
    made.channels <= CAST_AUDIO.maxChannels ? null : `more than ${CAST_AUDIO.maxChannels} channels`,
    made.sampleRateHz <= MAX_SAMPLE_RATE_HZ ? null : `more than ${MAX_SAMPLE_RATE_HZ} Hz`,
  ];
};

const MAX_SAMPLE_RATE_HZ = Math.max(...CAST_AUDIO.aacSampleRatesHz);

/** Compatibility wins over size, but a result of three times the source is worth a look. */
const GROWN = 3;

/** Never fails: a film that plays and is large is better than one that does not play. */
export const checkSize = (source: MediaInfo, media: MediaInfo): Check => {
  const [before, after] = [source.sizeBytes, media.sizeBytes];
  if (!before || !after) return { name: "size", passed: true, detail: "not known" };
  const times = after / before;
  const detail = `${(after / 1e6).toFixed(1)} MB, ${times.toFixed(2)} times the source`;
  return { name: "size", passed: true, detail, ...(times >= GROWN ? { warns: true } : {}) };
};
