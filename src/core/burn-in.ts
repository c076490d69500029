/** Subtitles that are painted into the picture: only where a library asks for it, as the picture must be encoded for it. */
import { shortLanguage } from "./judge-audio.ts";
import { type AudioStream, type MediaInfo, type SubtitleStream, subtitleStreams } from "./media-info.ts";
import { isForcedSubtitle, isPictureSubtitle, isTextSubtitle } from "./plan-subtitles.ts";

/** `forced`: the forced pictures of text of the sound's language. A number: that track of the file, whatever it is. */
export type BurnInWish = "none" | "forced" | number;

export type BurnIn = {
  readonly kind: "text" | "pictures";
  readonly stream: number;
};

/** What is burned into this film; null for nothing, also when it has no such track. */
export const planBurnIn = (media: MediaInfo, audio: AudioStream | null, wish: BurnInWish): BurnIn | null => {
  if (wish === "none") return null;
  const all = subtitleStreams(media).filter((each) => isTextSubtitle(each) || isPictureSubtitle(each));
  const found = wish === "forced" ? forcedPictures(all, audio) : all.find((each) => each.index === wish);
  return found ? { kind: isTextSubtitle(found) ? "text" : "pictures", stream: found.index } : null;
};

/** Those of the sound's language; where a language is not known, the only ones there are. Forced text is a sidecar. */
const forcedPictures = (
  all: readonly SubtitleStream[],
  audio: AudioStream | null,
): SubtitleStream | undefined => {
  const forced = all.filter((each) => isPictureSubtitle(each) && isForcedSubtitle(each));
  const [only] = forced;
  const spoken = languageOf(audio);
  const own = forced.find((each) => spoken !== null && languageOf(each) === spoken);
  if (own || forced.length !== 1 || !only) return own;
  return spoken === null || languageOf(only) === null ? only : undefined;
};

const languageOf = (stream: AudioStream | SubtitleStream | null): string | null =>
  stream?.language ? (shortLanguage(stream.language).split("-")[0] ?? null) : null;
