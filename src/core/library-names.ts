/**
 * Which names in a library are left alone without a look inside. Everything else, whatever its extension, is a
 * candidate whose content is judged. A clip taken by mistake costs a probe; a film thrown away is never noticed:
 * so a rule is narrow wherever a title could match it.
 */

const names = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Extensions, lower case, of files that go with a film and are none. `.ogg`, `.iso` and `.sub`-less names are judged. */
const COMPANIONS = names(
  `srt ass ssa vtt sub idx sup smi sami ttml dfxp usf mks lrc
   jpg jpeg jpe png gif webp bmp tbn svg tif tiff heic avif ico psd
   nfo txt md rtf json xml html htm url webloc log csv pdf doc docx epub mobi ini db bif edl cue m3u m3u8 pls yaml yml
   zip rar 7z tar gz tgz bz2 xz zst par2 sfv md5 sha1 sha256 srr srs nzb torrent
   mp3 flac m4a m4b aac oga opus wav wma ape aif aiff mka ac3 eac3 dts thd dtshd mid
   ifo bup bdmv mpls clpi exe dll bat sh lnk
   part partial crdownload !qb !ut aria2 download opdownload filepart tmp temp unfinished dashed`,
);

/** Volumes of a split archive: r00, z01, 001. */
const VOLUME = /^(?:[rsz]\d{2}|\d{3})$/;

/** Folders of operating systems and network storage, lower case; those with a leading dot are hidden anyway. */
const SYSTEM_FOLDERS: ReadonlySet<string> = new Set([
  "lost+found",
  "@eadir",
  "@recycle",
  "@recently-snapshot",
  "#recycle",
  "#snapshot",
  "$recycle.bin",
  "recycler",
  "system volume information",
]);

/** Folders of extras as Plex and Jellyfin name them, lower case. `Shorts`, `Other`, `Specials` hold films too. */
const EXTRA_FOLDERS: ReadonlySet<string> = new Set([
  "sample",
  "samples",
  "featurettes",
  "behind the scenes",
  "deleted scenes",
  "trailers",
]);

/** Also a series (BBC, 2005): only an extras folder where nothing says that it is the series. */
const AMBIGUOUS_FOLDER = "extras";
const SEASON = /^(?:season|series|staffel|saison|s)[ ._-]*\d{1,3}\b|^specials$/i;
const EPISODE_OF_EXTRAS = /^extras\b.*\bs?\d{1,2}[ex]\d{1,3}/i;

/** Ends no title: `film-trailer.mkv`, `film.sample.mkv`. */
const CLEAR_SUFFIX = /(?:-(?:trailer|featurette|behindthescenes)|[._]trailer)\d{0,2}$/i;

/** Plex suffixes that also end titles joined by dashes (`The-Interview.mkv`), so only after a name of another form. */
const AMBIGUOUS_SUFFIX = /^(.*[ ._()[\]].*)(?<![ -])-(?:deleted|scene|interview|short|other)\d{0,2}$/;

/** `sample` where a release puts it: alone, as a prefix with a dash, or last; never as a word of a title. */
const SAMPLE = /^sample$|^sample-|(?:[-._]|[)\]] ?|\d{3,4}[pi] | - )sample\d{0,2}$/i;

const isExtrasFolder = (segments: readonly string[], index: number): boolean => {
  const name = (segments[index] ?? "").toLowerCase();
  if (EXTRA_FOLDERS.has(name)) return true;
  if (name !== AMBIGUOUS_FOLDER || index === 0) return false;
  const next = segments[index + 1] ?? "";
  return !SEASON.test(next) && !EPISODE_OF_EXTRAS.test(next);
};

/** True for hidden names and folders of the system: they do not make a folder a library. */
export const isSystemName = (name: string): boolean =>
  name.startsWith(".") || SYSTEM_FOLDERS.has(name.toLowerCase());

const leftAloneFile = (name: string): string | null => {
  const dot = name.lastIndexOf(".");
  const stem = dot > 0 ? name.slice(0, dot) : name;
  const extension = dot > 0 ? name.slice(dot + 1).toLowerCase() : "";
  if (COMPANIONS.has(extension) || VOLUME.test(extension)) return "goes with a film";
  if (SAMPLE.test(stem)) return "a sample";
  if (/^trailer$/i.test(stem) || CLEAR_SUFFIX.test(stem) || AMBIGUOUS_SUFFIX.test(stem)) return "an extra";
  return null;
};

/**
 * Why the file or folder at `path` (relative to the library root, '/' between the parts) is left alone; null when
 * it is looked at. A folder `Extras` is entered, as only what is in it tells whether it is the series of that name.
 */
export const leftAlone = (path: string, kind: "file" | "folder"): string | null => {
  const segments = path.split("/");
  if (segments.some((each) => each.startsWith("."))) return "hidden";
  if (segments.some((each) => SYSTEM_FOLDERS.has(each.toLowerCase()))) return "a folder of the system";
  const name = segments.at(-1) ?? "";
  const folders = kind === "file" ? segments.length - 1 : segments.length;
  for (let index = 0; index < folders; index++) {
    const isUndecided =
      kind === "folder" && index === segments.length - 1 && !EXTRA_FOLDERS.has(name.toLowerCase());
    if (!isUndecided && isExtrasFolder(segments, index)) return "extras";
  }
  return kind === "file" ? leftAloneFile(name) : null;
};
