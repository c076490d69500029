/** Every name this program gives a file. Pure: whether a name is free is found out by whoever links it. */
import { posix as path } from "node:path";

/** Bytes a name may have on every file system we meet; those that encrypt names take 143. */
const MAX_NAME_BYTES = 255;
/** Bytes that the longest label of a subtitle adds to its film's name: `.pt-br.forced.sdh.100.vtt` and some to spare. */
const SIDECAR_BYTES = 44;
/** So much of a film's name is in a hidden name, which is short everywhere and still tells a person what it is of. */
const HIDDEN_STEM_BYTES = 48;

const bytesIn = (text: string): number => new TextEncoder().encode(text).length;

/** Cuts a text by whole characters. */
const cut = (text: string, maxBytes: number): string => {
  const characters = Array.from(text);
  while (characters.length > 1 && bytesIn(characters.join("")) > maxBytes) characters.pop();
  return characters.join("");
};

/** The name of a film without its folder and ending. */
export const stemOf = (sourcePath: string): string =>
  path.basename(sourcePath).replace(/(?<=.)\.[A-Za-z0-9]{1,5}$/, "");

/**
 * The hidden name ffmpeg writes to, in the destination's folder: `.Film.<token>.partial.mp4`. The scanner leaves hidden
 * names alone; `recover` removes those whose token nobody owns.
 */
export const partialPath = (folder: string, sourcePath: string, token: string, ending: string): string =>
  path.join(folder, `.${cut(stemOf(sourcePath), HIDDEN_STEM_BYTES)}.${token}.partial.${ending}`);

/** The folder that a file is in. */
export const folderOf = (file: string): string => path.dirname(file);

/** The token in a partial file's name; null for any other file. */
export const partialToken = (name: string): string | null =>
  /^\.(?:.*\.)?([0-9a-f]{16,64})\.partial\.[\w.-]+$/s.exec(name)?.[1] ?? null;

const PART_DIGITS = 4;

/** The token under which another machine makes a part (from 0) of the attempt `token`. */
export const partToken = (token: string, index: number): string =>
  token + index.toString(16).padStart(PART_DIGITS, "0");

/** The attempt of which this would be a part's token. */
export const attemptOfPart = (token: string): string => token.slice(0, -PART_DIGITS);

/** Whether a token is that of an attempt, or of a part of it. */
export const isOfAttempt = (token: string, attempt: string): boolean =>
  token === attempt || attemptOfPart(token) === attempt;

/**
 * The names a film may be published under, best first: `Film.mp4`, then `Film.chromecast.mp4` (when the source itself
 * is called `Film.mp4`, or another film is), then numbered ones. A very long name is cut, so that a subtitle beside it can
 * have the same.
 */
export const finalPaths = (folder: string, sourcePath: string): readonly string[] => {
  const stem = stemOf(sourcePath);
  const endings = [
    ".mp4",
    ".chromecast.mp4",
    ...Array.from({ length: 98 }, (_, index) => `.chromecast-${index + 2}.mp4`),
  ];
  const own = path.basename(sourcePath).toLowerCase();
  return endings
    .map((ending) => cut(stem, MAX_NAME_BYTES - SIDECAR_BYTES - bytesIn(ending)) + ending)
    .filter((name) => name.toLowerCase() !== own)
    .map((name) => path.join(folder, name));
};

/** A subtitle's name beside its film: `Film.en.forced.vtt`. */
export const sidecarPath = (finalPath: string, label: string, format: string): string => {
  const ending = [label, format].filter(Boolean).join(".");
  return path.join(path.dirname(finalPath), `${path.basename(finalPath, ".mp4")}.${ending}`);
};

/** Where output goes: beside the source, or in a folder that mirrors the library. */
export const outputFolder = (root: string, relativePath: string, output: string): string =>
  path.join(output === "beside" ? root : output, path.dirname(relativePath));

/** Where partial files of a film may lie: where its output goes, or beside it when the settings changed since. */
export const partialFolders = (root: string, relativePath: string, output: string): readonly string[] => [
  ...new Set([outputFolder(root, relativePath, output), path.dirname(path.join(root, relativePath))]),
];

/** The hidden folder on the library's own file system where archived originals go unless settings name another. */
export const DEFAULT_ARCHIVE = ".chromecast-originals";

/** The archived original's place: the archive folder, same relative path. */
export const archivePath = (root: string, relativePath: string, archive: string): string =>
  path.join(archive === "" ? path.join(root, DEFAULT_ARCHIVE) : archive, relativePath);

/**
 * The folder that the settings named for originals when this one got its place there; null for the hidden one of the
 * library. `relativePath` is the film's in the library.
 */
export const namedArchive = (sourcePath: string, archived: string, relativePath: string): string | null => {
  if (!archived.endsWith(`/${relativePath}`)) return null;
  const [root = "", archive = ""] = [sourcePath, archived].map((each) =>
    each.slice(0, -relativePath.length - 1),
  );
  return archive === path.join(root, DEFAULT_ARCHIVE) ? null : archive;
};

/** The folders that a library's settings name for results and originals. A person makes them, and never we. */
export const namedFolders = ({
  output,
  original,
  archive,
}: {
  readonly output: string;
  readonly original: string;
  readonly archive: string;
}): readonly string[] => [
  ...(output === "beside" ? [] : [output]),
  ...(original === "archive" && archive !== "" ? [archive] : []),
];

/** The hidden folder, beside a published film and so on its disk, to which an undo takes it out of the library. */
export const SET_ASIDE = ".chromecast-set-aside";

/**
 * The folder that the settings name, or named once, in which a file of ours has its place: an original, a result, or a result
 * that was set aside. `relativePath` is the film's in the library.
 */
export const homeOf = (file: string, relativePath: string): string => {
  const isSetAside = path.basename(path.dirname(file)) === SET_ASIDE;
  if (!isSetAside && file.endsWith(`/${relativePath}`)) return file.slice(0, -relativePath.length - 1) || "/";
  const folder = isSetAside ? path.dirname(path.dirname(file)) : path.dirname(file);
  const within = path.dirname(relativePath);
  return folder.endsWith(`/${within}`) ? folder.slice(0, -within.length - 1) : folder;
};

/** The names a published file may have there, best first: its own, then numbered ones. */
export const setAsidePaths = (publishedPath: string): readonly string[] => {
  const { dir, name, ext } = path.parse(publishedPath);
  const numbered = Array.from({ length: 98 }, (_, index) => `.${index + 2}${ext}`);
  return [ext, ...numbered].map((ending) =>
    path.join(dir, SET_ASIDE, cut(name, MAX_NAME_BYTES - bytesIn(ending)) + ending),
  );
};
