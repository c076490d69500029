/** The subtitle files that people put beside a film, told by their names: `Film.srt`, `Film.pt-BR.sdh.ass`. */
import { shortLanguage } from "./judge-audio.ts";
import { stemOf } from "./output-paths.ts";
import type { SidecarText } from "./subtitle-text.ts";

/** What is read, the likeliest to be right first: what needs the least conversion. */
const SUBTITLE_ENDINGS = ["vtt", "srt", "ass", "ssa"] as const;
export type SubtitleEnding = (typeof SUBTITLE_ENDINGS)[number];

export type NeighbourSubtitle = {
  readonly name: string;
  readonly ending: SubtitleEnding;
  /** As it is written between the film's name and the ending: `pt-BR.sdh`. */
  readonly label: string;
  /** The label as we write it, to compare by: `pt-br.sdh`. */
  readonly key: string;
  readonly language: string | null;
};

/** The endings most films have. */
const FILM =
  /\.(?:mkv|mp4|m4v|mov|avi|webm|ts|m2ts|mts|mpe?g|vob|wmv|asf|flv|ogv|ogm|mxf|rm|rmvb|divx|3gp|h264|hevc)$/i;

/** Characters (of ASCII, as its words are) that a label of ours can take over; `forced.forced.forced…` is none. */
const MAX_LABEL = 32;

/** A film has a few; more than this are not looked at. */
const MAX_FILES = 64;

/**
 * The subtitles among `names`, all of the folder's, that are those of the film at `sourcePath`: its stem exactly, then
 * only known words. `Alien.3.en.srt` is of `Alien.3.mkv` where there is one.
 */
export const neighbourSubtitles = (
  sourcePath: string,
  names: readonly string[],
): readonly NeighbourSubtitle[] => {
  const stem = `${stemOf(sourcePath)}.`;
  const own = names.filter((name) => name.startsWith(stem));
  const others = own.filter((name) => FILM.test(name)).map((name) => `${stemOf(name)}.`);
  const isOfOther = (name: string): boolean =>
    others.some((other) => other.length > stem.length && name.startsWith(other));
  return own
    .filter((name) => !isOfOther(name))
    .sort()
    .flatMap((name) => {
      const found = /^(?:(.+)\.)?([a-z]{3})$/i.exec(name.slice(stem.length));
      const ending = SUBTITLE_ENDINGS.find((each) => each === found?.[2]?.toLowerCase());
      const label = found?.[1] ?? "";
      const words = ending && label.length <= MAX_LABEL ? wordsOf(label) : null;
      return ending && words ? [{ name, ending, label, ...words }] : [];
    })
    .slice(0, MAX_FILES);
};

const FLAGS: Readonly<Record<string, "forced" | "sdh" | "default">> = {
  forced: "forced",
  foreign: "forced",
  sdh: "sdh",
  cc: "sdh",
  default: "default",
};

/** null for a label with any other word: `Film.Part 2.srt` is of another film. */
const wordsOf = (label: string): { readonly key: string; readonly language: string | null } | null => {
  let language: string | null = null;
  let count = "";
  const flags = new Set<string>();
  for (const word of label === "" ? [] : label.toLowerCase().split(".")) {
    const flag = Object.hasOwn(FLAGS, word) ? FLAGS[word] : undefined;
    if (flag) flags.add(flag);
    // After a language `hi` is for the hard of hearing; alone it is Hindi.
    else if (word === "hi" && language !== null) flags.add("sdh");
    else if (language === null && isLanguage(word)) language = shortLanguage(word);
    // Before a language, or without one, it belongs to a film's name: `Alien.3.srt`.
    else if (language !== null && count === "" && /^\d{1,2}$/.test(word)) count = word;
    else return null;
  }
  const key = [language, flags.has("forced") && "forced", flags.has("sdh") && "sdh", count].filter(Boolean);
  return { key: key.join("."), language };
};

const isLanguage = (word: string): boolean => {
  const [language = "", ...region] = word.split(/[-_]/);
  if (!/^[a-z]{2,3}$/.test(language) || region.some((each) => !/^(?:[a-z]{2}|\d{3}|[a-z]{4})$/.test(each)))
    return false;
  return new Intl.DisplayNames(["en"], { type: "language", fallback: "none" }).of(language) !== undefined;
};

export type NeighbourPlan = {
  readonly source: NeighbourSubtitle;
  /** `written` is the ending for the file's name: as a person wrote it where there is such a file already. */
  readonly files: readonly { readonly format: SidecarText; readonly written: string }[];
};

/**
 * What is made of them: every format wished for, once a label. Some of it is there already; but whether beside the
 * published film is known only when that has its name, and then what is there stays.
 */
export const planNeighbours = (
  neighbours: readonly NeighbourSubtitle[],
  formats: readonly SidecarText[],
): readonly NeighbourPlan[] => {
  if (formats.length === 0) return [];
  const groups = Map.groupBy(neighbours, (each) => each.label.toLowerCase());
  return [...groups.values()].flatMap((group) => {
    const source = SUBTITLE_ENDINGS.map((ending) => group.find((each) => each.ending === ending)).find(
      Boolean,
    );
    if (!source) return [];
    const files = formats.map((format) => {
      const there = group.find((each) => each.ending === format);
      return { format, written: there ? there.name.slice(-format.length) : format };
    });
    return [{ source, files }];
  });
};
