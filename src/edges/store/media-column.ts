/** A media kind as the text of a column: the same kind is always the same text. */
import {
  CHANNEL_KINDS,
  HDR_KINDS,
  type MediaKind,
  RESOLUTIONS,
  SUBTITLE_KINDS,
} from "../../core/media-kind.ts";

export const mediaColumn = (kind: MediaKind | null): string =>
  kind === null
    ? ""
    : JSON.stringify([
        kind.container,
        kind.codec,
        kind.resolution,
        kind.hdr,
        kind.audio,
        kind.channels,
        kind.subtitles,
        kind.playsOn,
        kind.failsOn,
      ]);

const words = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** The kind of such a text; null for an empty one. What this program does not know is read as the vaguest word. */
export const readMediaColumn = (text: string): MediaKind | null => {
  if (text === "") return null;
  const value: unknown = JSON.parse(text);
  if (!Array.isArray(value)) return null;
  const [container, codec, resolution, hdr, audio, channels, subtitles, playsOn, failsOn] = value;
  return {
    container: String(container),
    codec: String(codec),
    resolution: RESOLUTIONS.find((each) => each === resolution) ?? "none",
    hdr: HDR_KINDS.find((each) => each === hdr) ?? "sdr",
    audio: String(audio),
    channels: CHANNEL_KINDS.find((each) => each === channels) ?? "other",
    subtitles: SUBTITLE_KINDS.filter((each) => words(subtitles).includes(each)),
    playsOn: words(playsOn),
    failsOn: words(failsOn),
  };
};
