/** Every name this program gives a file. Pure: whether a name is free is found out by whoever links it. */
import { posix as path } from "node:path";

/** Bytes a file name may have on every file system we meet. */
const MAX_NAME_BYTES = 255;

const bytesIn = (text: string): number => new TextEncoder().encode(text).length;

/** Cuts a stem by whole characters so that stem and ending fit into a file name. */
const fitted = (stem: string, ending: string): string => {
  const characters = Array.from(stem);
  while (characters.length > 1 && bytesIn(characters.join("")) + bytesIn(ending) > MAX_NAME_BYTES)
    characters.pop();
  return characters.join("") + ending;
};

/** The name of a film without its folder and ending. */
export const stemOf = (sourcePath: string): string =>
  path.basename(sourcePath).replace(/(?<=.)\.[A-Za-z0-9]{1,5}$/, "");

/**
 * The hidden name ffmpeg writes to, in the destination's folder: `.Film.<token>.partial.mp4`. The scanner leaves hidden
 * names alone; `recover` removes those whose token nobody owns.
 */
export const partialPath = (folder: string, sourcePath: string, token: string, ending: string): string =>
  path.join(folder, fitted(`.${stemOf(sourcePath)}`, `.${token}.partial.${ending}`));

/** The folder that a file is in. */
export const folderOf = (file: string): string => path.dirname(file);

/** The token in a partial file's name; null for any other file. */
export const partialToken = (name: string): string | null =>
  /^\.(?:.*\.)?([0-9a-f]{16,64})\.partial\.[\w.-]+$/s.exec(name)?.[1] ?? null;

/**
 * The names a film may be published under, best first: `Film.mp4`, then `Film.chromecast.mp4` (when the source itself
 * is called `Film.mp4`, or another film is), then numbered ones.
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
    .map((ending) => fitted(stem, ending))
    .filter((name) => name.toLowerCase() !== own)
    .map((name) => path.join(folder, name));
};

/** A subtitle's name beside its film: `Film.en.forced.vtt`. */
export const sidecarPath = (finalPath: string, label: string, format: string): string => {
  const ending = [label, format].filter(Boolean).join(".");
  return path.join(path.dirname(finalPath), fitted(path.basename(finalPath, ".mp4"), `.${ending}`));
};

/** Where output goes: beside the source, or in a folder that mirrors the library. */
export const outputFolder = (root: string, relativePath: string, output: string): string =>
  path.join(output === "beside" ? root : output, path.dirname(relativePath));

/** The hidden folder on the library's own file system where archived originals go unless settings name another. */
export const DEFAULT_ARCHIVE = ".chromecast-originals";

/** The archived original's place: the archive folder, same relative path. */
export const archivePath = (root: string, relativePath: string, archive: string): string =>
  path.join(archive === "" ? path.join(root, DEFAULT_ARCHIVE) : archive, relativePath);
