/** Which subtitles of a film become files beside it, what they are called, and why the others are left where they are. */
import { shortLanguage } from "./judge-audio.ts";
import { type MediaInfo, type SubtitleStream, subtitleStreams } from "./media-info.ts";
import type { SIDECAR_FORMATS } from "./settings.ts";

/** Text in the library's formats; pictures as they are: `sup` for those of Blu-rays, `mks` (Matroska) for the rest. */
export type SidecarFormat = (typeof SIDECAR_FORMATS)[number] | "sup" | "mks";

export type SidecarPlan = {
  readonly stream: number;
  readonly format: SidecarFormat;
  /** What stands between the film's name and the ending: `en`, `en.forced`, `de.sdh`. */
  readonly label: string;
};

/** What a sidecar's name ends with: `en.forced.vtt`. */
export const sidecarEnding = ({ label, format }: Pick<SidecarPlan, "label" | "format">): string =>
  label === "" ? format : `${label}.${format}`;

export type SubtitleWish = {
  readonly sidecarFormats: readonly (typeof SIDECAR_FORMATS)[number][];
  /** The original stays where it is, so what is only in it is not lost. */
  readonly keepsOriginal: boolean;
};

const TEXT = new Set(["subrip", "ass", "ssa", "mov_text", "webvtt", "text"]);
const PICTURES: Readonly<Record<string, SidecarFormat>> = {
  hdmv_pgs_subtitle: "sup",
  dvd_subtitle: "mks",
  dvb_subtitle: "mks",
  xsub: "mks",
};
/** Coded as text of another kind, which ffmpeg does not turn into lines. */
const CAPTIONS = new Set(["dvb_teletext", "eia_608", "eia_708", "c608", "c708"]);

export const isTextSubtitle = ({ codec }: SubtitleStream): boolean => TEXT.has(codec);
export const isPictureSubtitle = ({ codec }: SubtitleStream): boolean => Object.hasOwn(PICTURES, codec);

/** For what is said in another language only: by its flag, or by its title. */
export const isForcedSubtitle = (subtitle: SubtitleStream): boolean =>
  subtitle.isForced || /\bforced\b|\bforeign\b/i.test(subtitle.title ?? "");

/** A film has some 40 tracks at most; each may cost a run of ffmpeg, so of one with more the rest is left out. */
const MAX_TRACKS = 100;

/**
 * The files beside the film, in file order. `taken` are the labels of files that people put there: such a file stands
 * for the track of that label, which is then written only when the original goes, under the next free label.
 */
export const planSidecars = (
  media: MediaInfo,
  { sidecarFormats, keepsOriginal }: SubtitleWish,
  taken: ReadonlySet<string> = new Set(),
): readonly SidecarPlan[] => {
  // Counted apart: `Film.en.srt` and `Film.en.sup` are two names.
  const used = { text: new Set<string>(), pictures: new Set<string>() };
  return subtitleStreams(media)
    .slice(0, MAX_TRACKS)
    .flatMap((subtitle) => {
      const isText = isTextSubtitle(subtitle);
      const formats = isText ? sidecarFormats : pictureFormats(subtitle, keepsOriginal);
      if (formats.length === 0) return [];
      const alike = isText ? used.text : used.pictures;
      const own = freeLabel(subtitleLabel(subtitle), (each) => alike.has(each));
      alike.add(own);
      const isTaken = isText && taken.has(own);
      if (isTaken && keepsOriginal) return [];
      const label = isTaken
        ? freeLabel(subtitleLabel(subtitle), (each) => taken.has(each) || alike.has(each))
        : own;
      alike.add(label);
      return formats.map((format) => ({ stream: subtitle.index, format, label }));
    });
};

const pictureFormats = ({ codec }: SubtitleStream, keepsOriginal: boolean): readonly SidecarFormat[] => {
  const format = Object.hasOwn(PICTURES, codec) ? PICTURES[codec] : undefined;
  return format && !keepsOriginal ? [format] : [];
};

/**
 * Jellyfin's and Plex's naming: language, then `forced` or `sdh`. (`hi` would collide with Hindi.) No `default`: a
 * receiver shows what its sender chooses.
 */
const subtitleLabel = (subtitle: SubtitleStream): string => {
  const language =
    subtitle.language && /^[\w-]{2,16}$/.test(subtitle.language) ? shortLanguage(subtitle.language) : null;
  const sdh = subtitle.isHearingImpaired || /\b(?:sdh|cc)\b|hearing/i.test(subtitle.title ?? "");
  return [language, isForcedSubtitle(subtitle) ? "forced" : null, sdh ? "sdh" : null]
    .filter((each) => each !== null)
    .join(".");
};

/** The label, or the next one with a number that nobody has. */
const freeLabel = (label: string, isUsed: (label: string) => boolean): string => {
  let free = label;
  for (let count = 2; isUsed(free); count++) free = label === "" ? String(count) : `${label}.${count}`;
  return free;
};

/** One phrase: why a subtitle track is left out. */
export const whyDropped = (
  subtitle: SubtitleStream,
  { keepsOriginal, sidecarFormats }: SubtitleWish,
): string => {
  if (isPictureSubtitle(subtitle) && keepsOriginal)
    return "pictures of text, which a Chromecast does not show; they stay in the original";
  if (CAPTIONS.has(subtitle.codec)) return "captions of television, which are not turned into text here";
  if (isTextSubtitle(subtitle) && sidecarFormats.length === 0) return "no subtitle files are wished for";
  const isKnown = isTextSubtitle(subtitle) || isPictureSubtitle(subtitle);
  return isKnown
    ? `there are more than ${MAX_TRACKS} subtitle tracks`
    : "a Chromecast shows no such subtitles";
};
