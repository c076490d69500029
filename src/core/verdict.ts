/** judge(media, household) -> what each device says: it plays, or every reason why not. */
import type { DeviceProfile } from "./devices.ts";
import { chooseAudio, judgeAudio } from "./judge-audio.ts";
import { judgeContainer, judgeHopeless } from "./judge-container.ts";
import { judgeVideo } from "./judge-video.ts";
import { type AudioStream, type MediaInfo, mainVideo, type VideoStream } from "./media-info.ts";
import { type Note, notesOn } from "./notes.ts";
import { REASONS, type Reason } from "./reasons.ts";

/** Which screens a film must play on, and which sound its people prefer (best first; empty: the film's own). */
export type Household = {
  readonly devices: readonly DeviceProfile[];
  readonly languages: readonly string[];
};

export type DeviceVerdict = {
  /** The device in a person's words. */
  readonly label: string;
  readonly playable: boolean;
  readonly reasons: readonly Reason[];
};

export type Verdict = {
  /** It plays on every device of the household. */
  readonly playable: boolean;
  readonly devices: Readonly<Record<string, DeviceVerdict>>;
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
  const hopeless = judgeHopeless(media, video, audio);
  const common = hopeless.length > 0 || video === null ? hopeless : judgeContainer(media, video, audio);
  const verdicts = devices.map((device): [string, DeviceVerdict] => {
    const own =
      hopeless.length > 0 || video === null
        ? []
        : [...judgeVideo(video, device, media), ...(audio ? judgeAudio(audio, device, media) : [])];
    // Where nothing helps, what else is wrong helps nobody.
    const refusals = own.filter((each) => REASONS[each.code].fix === "refuse");
    const reasons = refusals.length > 0 ? refusals : [...own, ...common];
    return [device.name, { label: device.label, playable: reasons.length === 0, reasons }];
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

/** Devices that say the same; the sentences name the last of them. */
export type DeviceGroup = Omit<DeviceVerdict, "label"> & { readonly labels: readonly string[] };

/** The devices of a verdict, those that say the same in one group, in the household's order. */
export const deviceGroups = (verdict: Verdict): readonly DeviceGroup[] => {
  const groups = new Map<string, DeviceGroup>();
  for (const { label, playable, reasons } of Object.values(verdict.devices)) {
    const key = reasons.map(({ code, detail }) => `${code} ${detail.replaceAll(label, "")}`).join("\n");
    groups.set(key, { labels: [...(groups.get(key)?.labels ?? []), label], playable, reasons });
  }
  return [...groups.values()];
};
