/**
 * What a path says of a film: title, year, and the show, season and episode it is of. Names are made by people and by
 * release groups, so this is for lists to read and to sort by, never for a decision about a file.
 */
export type FilmName = {
  /** Of the film; of the show where it is an episode. Never empty. */
  readonly title: string;
  readonly year: number | null;
  readonly episode: Episode | null;
};

type Episode = {
  /** As its folder or file writes it. */
  readonly show: string;
  /** 0: specials. A daily show has its year. Null: the episodes are counted without seasons. */
  readonly season: number | null;
  /** A daily show has month and day, as 704. */
  readonly number: number | null;
};

/** A longer name than any title. */
const TITLE_MAX = 200;

const SEASON_FOLDER =
  /^(?:(?:season|series|staffel|saison|temporada|stagione|seizoen|s[äa]song)[ ._-]*(\d{1,4})\b.*|s(\d{1,3})|(specials))$/i;

const SEASON_AND_EPISODE: readonly RegExp[] = [
  /(?<![\p{L}\p{N}])s(\d{1,4})[ ._-]{0,3}(?:e|ep|episode|x)[ ._-]?(\d{1,4})(?!\d)/iu,
  /(?<![\p{L}\p{N}])season[ ._-]*(\d{1,3})[ ._,-]*episode[ ._-]*(\d{1,4})/iu,
  /(?<![\p{L}\p{N}])(\d{1,2})[xe](\d{2,4})(?![\p{L}\p{N}])/iu,
];
const DAY = /(?<![\p{L}\p{N}])((?:19|20)\d\d)[ ._-](0[1-9]|1[0-2])[ ._-](0[1-9]|[12]\d|3[01])(?!\d)/u;
/** Where the folder says the season, a number alone is the episode. */
const EPISODE_ALONE =
  /^(?:e|ep|episode)?[ ._-]*(\d{1,3})(?!\d)|(?: - |[ ._-]e|[ ._]ep)[ ._]?(\d{1,3})(?!\d)/i;
/** Fansubs: `[Group] Title - 07 [720p]`. */
const FANSUB = /^[[【].*?[\]】].*\S[ _]-[ _](\d{1,4})(?:v\d)?(?=[ _[(.]|$)/u;

const YEAR = /(?<![\p{L}\p{N}])((?:19\d|20[0-3])\d)(?![\p{L}\p{N}])/gu;
const YEAR_IN_BRACKETS = /[([]((?:19\d|20[0-3])\d)[)\]]/u;

/** What a release says behind the title. `web`, `dvd` or `cam` alone may be words of one. */
const RELEASE =
  /[\s([{,-]+(?:\d{3,4}[pi]|4k|uhd|hdr(?:10)?|blu-?ray|b[dr]-?rip|web-?(?:dl|rip)\w*|hdtv\w*|hdrip|dvd-?(?:rip|scr|r)?|[xh][ .]?26[456]|hevc|xvid|divx|av1|remux|proper|repack|vostfr|10 ?bit)(?![\p{L}\p{N}]).*$/iu;

const GROUPS_BEFORE = /^(?:\s*(?:\[[^\]]*\]|【[^】]*】)[\s._-]*)+(?=\S)/u;

/** A title of what stands before or around the marks; empty where nothing is left. */
const cleaned = (text: string): string => {
  const bare = text.replace(GROUPS_BEFORE, "").replaceAll("_", " ");
  const spaced = /\S \S/.test(bare) ? bare : bare.replaceAll(/\.+/g, " ");
  return spaced
    .replace(RELEASE, "")
    .replaceAll(/\s+/g, " ")
    .replace(/[\s\-–.,([{]+$/u, "")
    .replace(/^[\s\-–.,)\]}]+/u, "")
    .slice(0, TITLE_MAX)
    .trim();
};

const withoutYear = (text: string): { readonly title: string; readonly year: number | null } => {
  const bracketed = YEAR_IN_BRACKETS.exec(text);
  // The last one: `2001 A Space Odyssey 1968`; never the first word, which is the title then.
  const found = bracketed ?? [...text.matchAll(YEAR)].filter((each) => each.index > 0).at(-1);
  const before = found ? cleaned(text.slice(0, found.index)) : "";
  if (!found || before === "") return { title: cleaned(text), year: null };
  return { title: before, year: Number(found[1]) };
};

type Mark = { readonly index: number; readonly season: number | null; readonly number: number | null };

const seasonOf = (folder: string): number | null => {
  const found = SEASON_FOLDER.exec(folder.trim());
  if (!found) return null;
  return found[3] === undefined ? Number(found[1] ?? found[2]) : 0;
};

const markOf = (stem: string, folderSeason: number | null): Mark | null => {
  for (const pattern of SEASON_AND_EPISODE) {
    const found = pattern.exec(stem);
    if (found) return { index: found.index, season: Number(found[1]), number: Number(found[2]) };
  }
  const day = DAY.exec(stem);
  if (day) return { index: day.index, season: Number(day[1]), number: Number(day[2]) * 100 + Number(day[3]) };
  if (folderSeason !== null) {
    const found = EPISODE_ALONE.exec(stem);
    const number = found ? Number(found[1] ?? found[2]) : null;
    return { index: found?.index ?? stem.length, season: folderSeason, number };
  }
  const fansub = FANSUB.exec(stem);
  return fansub
    ? { index: stem.lastIndexOf("-", fansub[0].length), season: null, number: Number(fansub[1]) }
    : null;
};

const episodeOf = (stem: string, folders: readonly string[]): FilmName | null => {
  const folder = folders.at(-1) ?? "";
  const folderSeason = seasonOf(folder);
  const mark = markOf(stem, folderSeason);
  if (mark === null) return null;
  // The folder above the seasons names all files of a show alike.
  const above = folderSeason === null ? "" : (folders.at(-2) ?? "");
  const names = [above, stem.slice(0, mark.index), folderSeason === null ? folder : ""].map(withoutYear);
  const named = names.find((each) => each.title !== "");
  if (!named) return null;
  const { title, year } = named;
  return { title, year, episode: { show: title, season: mark.season, number: mark.number } };
};

/** What `path` ('/' between its parts) says of the film. Total: a name without a title is its own. */
export const readFilmName = (path: string): FilmName => {
  const folders = path.split("/");
  const name = folders.pop() ?? path;
  const dot = name.lastIndexOf(".");
  const stem = dot > 0 ? name.slice(0, dot) : name;
  const episode = episodeOf(stem, folders);
  if (episode) return episode;
  const own = withoutYear(stem);
  const folder = folders.at(-1) ?? "";
  const around = YEAR_IN_BRACKETS.test(folder) ? withoutYear(folder) : null;
  const { title, year } = own.year === null && around !== null ? around : own;
  return { title: title === "" ? stem || path : title, year, episode: null };
};

/** `S01E02`; what is not known is left out. */
export const episodeCode = ({ season, number }: Pick<Episode, "season" | "number">): string =>
  [
    season === null ? "" : `S${String(season).padStart(2, "0")}`,
    number === null ? "" : `E${String(number).padStart(2, "0")}`,
  ].join("");

/** The title of a film in plain text, with its episode or year. */
export const filmTitle = (path: string): string => {
  const { title, episode, year } = readFilmName(path);
  const more = episode === null ? (year === null ? null : `(${year})`) : episodeCode(episode);
  return more === null ? title : `${title} ${more}`;
};

/** Letters and digits alone, without accents, in lower case: what is compared where writing differs. */
export const folded = (text: string): string =>
  text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** The order of a list by title: without a leading article, episodes by their numbers, films of one title by year. */
export const sortName = ({ title, year, episode }: FilmName): string => {
  const plain = folded(title) || title.toLowerCase();
  const name = plain.replace(/^(?:the|an?) (?=.)/, "");
  const pad = (value: number | null): string => String(value ?? 0).padStart(4, "0");
  const behind = episode ? `${pad(episode.season)} ${pad(episode.number)}` : pad(year);
  return `${name.slice(0, TITLE_MAX)}\t${behind}`;
};
