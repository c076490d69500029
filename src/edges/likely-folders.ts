/** Folders of this machine that probably hold films, to be offered to who is asked for them. */
import { readdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

const NAMES = /film|movie|video|series|serien|shows|kino|cinema|\btv\b/i;
/** A place with more than these is not looked through. */
const ENTRIES_MAX = 500;
const OFFERED_MAX = 20;

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() ?? false;

const inside = async (place: string): Promise<readonly string[]> => {
  const names = await readdir(place).catch(() => []);
  if (names.length > ENTRIES_MAX) return [];
  const likely = names
    .filter((name) => NAMES.test(name) && !name.startsWith("."))
    .map((name) => join(place, name));
  const folders = await Promise.all(likely.map(isFolder));
  return likely.filter((_, at) => folders[at]);
};

/** Absolute paths, at most 20; links are not followed further than to the folder itself. */
export const likelyFolders = async (
  places: readonly string[] = ["/media", "/mnt", "/srv", "/data", homedir()],
): Promise<readonly string[]> => (await Promise.all(places.map(inside))).flat().slice(0, OFFERED_MAX);
