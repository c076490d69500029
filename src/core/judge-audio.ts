/** Which sound track is the film's, and what stops it from playing. */
import { codecName } from "./codec-names.ts";
import { CAST_AUDIO, CAST_CONTAINERS, type DeviceProfile } from "./devices.ts";
import { type AudioStream, audioStreams, type MediaInfo, mainVideo } from "./media-info.ts";
import type { Reason } from "./reasons.ts";

/** Titles that name a commentary or an audio description; dispositions come first, a title is only a hint. */
const COMMENTARY = /commentary|kommentar|descri(?:ptive|ption)|audio ?desc/i;

/** A commentary, an audio description or a mix for the hard of hearing. */
export const isExtra = (audio: AudioStream): boolean =>
  audio.isComment || audio.isVisualImpaired || audio.isHearingImpaired || COMMENTARY.test(audio.title ?? "");

/** A language as tagged, as ISO 639-1 where there is one (`eng` and `ger` are `en` and `de`), region kept (`pt-br`). */
export const shortLanguage = (tag: string): string => {
  const [language = "", ...region] = tag.toLowerCase().split(/[-_]/);
  // Only three letters are another form of two; a tag is whatever the file says, and no other is given to Intl.
  const short = /^[a-z]{3}$/.test(language) ? Intl.getCanonicalLocales(language)[0] : language;
  return [short, ...region].join("-");
};

/**
 * The film's own sound: what ffmpeg cannot read, commentaries and descriptions aside (unless nothing else is there), then the best language
 * asked for, then the original or default track, then the first. null when there is no sound.
 */
export const chooseAudio = (media: MediaInfo, languages: readonly string[]): AudioStream | null => {
  const known = audioStreams(media).filter((each) => each.codec !== "unknown");
  const all = known.length > 0 ? known : audioStreams(media);
  const plain = all.filter((each) => !isExtra(each));
  const candidates = plain.length > 0 ? plain : all;
  for (const wanted of languages)
    for (const asked of [wanted, wanted.split(/[-_]/)[0] ?? wanted]) {
      const found = candidates.filter((each) => each.language !== null && speaks(each.language, asked));
      if (found.length > 0) return preferred(found);
    }
  return preferred(candidates);
};

/** `pt-br` is Portuguese to who wrote `pt`, and `por` will do for `pt-br`; `fil` (Filipino) is not Finnish. */
const speaks = (tag: string, wanted: string): boolean =>
  `${shortLanguage(tag)}-`.startsWith(`${shortLanguage(wanted)}-`);

const preferred = (tracks: readonly AudioStream[]): AudioStream | null =>
  tracks.find((each) => each.isOriginal) ?? tracks.find((each) => each.isDefault) ?? tracks[0] ?? null;

/** Audio that starts this much after the picture is heard to be late; seconds. */
const LATE_SECONDS = 0.1;

/** AC-3 and E-AC-3 that this device hands on to something that decodes them; MP4 holds both, WebM neither. */
const passesThrough = ({ codec }: AudioStream, device: DeviceProfile, media: MediaInfo): boolean =>
  media.container !== "webm" && device.passthrough.some((each) => each === codec);

/** Every reason why `device` does not play the chosen sound as it is in a file of this container. */
export const judgeAudio = (
  audio: AudioStream,
  device: DeviceProfile,
  media: MediaInfo,
): readonly Reason[] => {
  const reasons = passesThrough(audio, device, media) ? [] : judgeDecoding(audio, device, media);
  const late = (audio.startSeconds ?? 0) - (mainVideo(media)?.startSeconds ?? 0);
  if (late <= LATE_SECONDS) return reasons;
  const detail = `The sound starts ${late.toFixed(2)} s after the picture.`;
  return [...reasons, { code: "audio-late", stream: audio.index, detail }];
};

const judgeDecoding = (audio: AudioStream, device: DeviceProfile, media: MediaInfo): readonly Reason[] => {
  const reasons: Reason[] = [];
  const found = (code: Reason["code"], detail: string): number =>
    reasons.push({ code, stream: audio.index, detail });
  const name = [codecName(audio.codec), audio.profile].filter(Boolean).join(" ");
  const keepsWebm = media.container === "webm";
  const accepted: readonly string[] = keepsWebm ? CAST_CONTAINERS.webm.audio : CAST_CONTAINERS.mp4.audio;
  if (!accepted.includes(audio.codec))
    found(
      "audio-codec",
      `The sound is ${name}; ${device.label} decodes ${accepted.map(codecName).join(", ")} here.`,
    );
  if (audio.codec === "aac" && audio.profile !== null && audio.profile !== "LC")
    found("audio-profile", `The sound is ${name}; some Chromecasts play only AAC-LC.`);
  if (audio.channels > CAST_AUDIO.maxChannels)
    found(
      "audio-channels",
      `The sound has ${audio.channels} channels; ${device.label} plays ${CAST_AUDIO.maxChannels}.`,
    );
  const rates: readonly number[] = CAST_AUDIO.aacSampleRatesHz;
  if (audio.codec === "aac" && !rates.includes(audio.sampleRateHz))
    found(
      "audio-sample-rate",
      `The sound has ${audio.sampleRateHz} samples a second; 32000, 44100 and 48000 are safe.`,
    );
  return reasons;
};
