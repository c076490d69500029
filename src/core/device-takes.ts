/** What a device takes in place of what a film has, in a person's words: the other half of a verdict. */

import { codecName } from "./codec-names.ts";
import { CAST_AUDIO, CAST_CONTAINERS, type DeviceProfile, type VideoCapability } from "./devices.ts";
import type { MediaInfo, Stream, VideoStream } from "./media-info.ts";
import type { Verdict } from "./verdict.ts";

/** `takes` it as it is, `refuses` it for a reason of the verdict, or `ignores` it, as no player asks for it. */
export const ANSWERS = ["takes", "refuses", "ignores"] as const;

export type Taking = {
  /** Devices that say the same, in the household's order. */
  readonly labels: readonly string[];
  readonly answer: (typeof ANSWERS)[number];
  /** What they take of this kind. */
  readonly words: string;
};

/** What each device of a household says of one stream; null: of the container. Devices that say the same are one row. */
export const takingsOf = (
  stream: Stream | null,
  media: MediaInfo,
  verdict: Verdict,
  devices: readonly DeviceProfile[],
): readonly Taking[] => {
  const groups = new Map<string, Taking>();
  const isAskedFor =
    stream === null || stream.index === verdict.video?.index || stream.index === verdict.audio?.index;
  for (const device of devices) {
    const reasons = verdict.devices[device.name]?.reasons ?? [];
    const isRefused = reasons.some((each) => each.stream === (stream?.index ?? null));
    const answer = isRefused ? "refuses" : isAskedFor ? "takes" : "ignores";
    const words = wordsFor(stream, device, media);
    const key = `${answer} ${words}`;
    groups.set(key, { labels: [...(groups.get(key)?.labels ?? []), device.label], answer, words });
  }
  return [...groups.values()];
};

const wordsFor = (stream: Stream | null, device: DeviceProfile, media: MediaInfo): string => {
  if (stream === null) return "MP4 with its index first, or WebM; nothing inside that it stumbles over";
  switch (stream.kind) {
    case "video":
      return stream.isAttachedPicture ? "one picture track, no cover" : pictureWords(stream, device);
    case "audio":
      return soundWords(device, media);
    case "subtitle":
      return "text from a WebVTT file beside the film";
    case "data":
    case "attachment":
      return "none of it";
  }
};

const pictureWords = (video: VideoStream, device: DeviceProfile): string => {
  const able = device.video.find((each) => each.codec === video.codec);
  if (!able) return device.video.map((each) => codecName(each.codec)).join(", ");
  const isDeep = able.maxBitDepth > 8;
  return [
    codecName(able.codec) + (able.maxLevel === null ? "" : ` up to level ${levelWords(able)}`),
    able.modes.map((each) => `${each.height}p at ${each.maxFps} fps`).join(" or "),
    isDeep ? "8 or 10 bit" : "8 bit",
    ...(device.hdr.length === 0 ? ["no HDR"] : [device.hdr.map((each) => HDR_WORDS[each]).join(", ")]),
  ].join(", ");
};

const HDR_WORDS = { smpte2084: "HDR10", "arib-std-b67": "HLG" } as const;

/** ffprobe counts H.264's and VP9's levels in tenths, HEVC's in thirtieths, AV1's in quarters from 2.0. */
const levelWords = ({ codec, maxLevel }: VideoCapability): string => {
  const level = maxLevel ?? 0;
  if (codec === "av1") return `${2 + Math.floor(level / 4)}.${level % 4}`;
  return (level / (codec === "hevc" ? 30 : 10)).toFixed(1);
};

const soundWords = ({ passthrough }: DeviceProfile, { container }: MediaInfo): string => {
  const own =
    container === "webm"
      ? CAST_CONTAINERS.webm.audio.map(codecName).join(" or ")
      : `${CAST_CONTAINERS.mp4.audio.map(codecName).join(" or ")} (LC), up to 48 kHz`;
  const channels = CAST_AUDIO.maxChannels === 2 ? "stereo" : `${CAST_AUDIO.maxChannels} channels`;
  const handedOn = container === "webm" ? [] : passthrough.map(codecName);
  return [own, channels, ...(handedOn.length > 0 ? [`hands on ${handedOn.join(" and ")}`] : [])].join(", ");
};
