/** judge(media, household) -> what each device says: it plays, or every reason why not. */
import { DEVICES, type DeviceName } from "./devices.ts";
import { chooseAudio, judgeAudio } from "./judge-audio.ts";
import { judgeContainer, judgeHopeless } from "./judge-container.ts";
import { judgeVideo } from "./judge-video.ts";
import { type AudioStream, type MediaInfo, mainVideo, type VideoStream } from "./media-info.ts";
import { type Note, notesOn } from "./notes.ts";
import type { Reason } from "./reasons.ts";

/** Which screens a film must play on, and which sound its people prefer (best first; empty: the film's own). */
export type Household = {
  readonly devices: readonly DeviceName[];
  readonly languages: readonly string[];
};

export type DeviceVerdict = { readonly playable: boolean; readonly reasons: readonly Reason[] };

export type Verdict = {
  /** It plays on every device of the household. */
  readonly playable: boolean;
  readonly devices: Readonly<Partial<Record<DeviceName, DeviceVerdict>>>;
  /** All reasons of all devices, each code once a stream. */
  readonly reasons: readonly Reason[];
  /** Advice on what plays all the same. */
  readonly notes: readonly Note[];
  /** The picture and the sound that the verdict is about. */
  readonly video: VideoStream | null;
  readonly audio: AudioStream | null;
};

/** Every device's verdict on a file. Total: any MediaInfo gives a verdict. */
export const judge = (media: MediaInfo, { devices, languages }: Household): Verdict => {
  const video = mainVideo(media);
  const audio = chooseAudio(media, languages);
  const hopeless = judgeHopeless(media, video);
  const common =
    hopeless.length > 0 || video === null
      ? hopeless
      : [...(audio ? judgeAudio(audio, media) : []), ...judgeContainer(media, video, audio)];
  const verdicts = devices.map((name): [DeviceName, DeviceVerdict] => {
    const own = hopeless.length > 0 || video === null ? [] : judgeVideo(video, DEVICES[name], media);
    const reasons = [...own, ...common];
    return [name, { playable: reasons.length === 0, reasons }];
  });
  const reasons = distinct(verdicts.flatMap(([, verdict]) => verdict.reasons));
  return {
    playable: verdicts.every(([, verdict]) => verdict.playable),
    devices: Object.fromEntries(verdicts),
    reasons,
    notes: notesOn(media, reasons),
    video,
    audio,
  };
};

const distinct = (reasons: readonly Reason[]): readonly Reason[] => {
  const seen = new Map<string, Reason>();
  for (const each of reasons) {
    const key = `${each.code} ${each.stream}`;
    if (!seen.has(key)) seen.set(key, each);
  }
  return [...seen.values()];
};
