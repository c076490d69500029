/** Folders as this program and a server call them: the same files, seen from two machines or two containers. */
import { posix as path } from "node:path";

/** Ours to theirs. */
export type PathMap = Readonly<Record<string, string>>;

/** Paths of Windows, `D:\films` and `\\nas\films`: another separator, and no difference between upper and lower case. */
const isWindows = (folder: string): boolean => /^[A-Za-z]:|^\\\\/.test(folder);

/** Without slashes at its end. A pattern would look at ten thousand of them in the middle ten thousand times. */
export const withoutSlashes = (folder: string, slashes = "/"): string => {
  let end = folder.length;
  while (end > 0 && slashes.includes(folder.charAt(end - 1))) end -= 1;
  return folder.slice(0, end);
};

const spelt = (folder: string): string =>
  withoutSlashes(isWindows(folder) ? folder.replaceAll("\\", "/").toLowerCase() : folder);

/** Whether a folder is, or lies in, another, both as one server writes them. */
export const liesIn = (inner: string, outer: string): boolean => {
  const [one, other] = [spelt(inner), spelt(outer)];
  return one === other || one.startsWith(`${other}/`);
};

/** What of `inner` lies below `outer`, with slashes and one before it; empty for the same folder. */
const below = (inner: string, outer: string): string =>
  withoutSlashes((isWindows(inner) ? inner.replaceAll("\\", "/") : inner).slice(spelt(outer).length));

type Pair = readonly [from: string, to: string];

/** The pair whose `from` is the longest in which the folder lies. */
const longest = (folder: string, pairs: readonly Pair[]): Pair | null =>
  pairs
    .filter(([from]) => liesIn(folder, from))
    .toSorted(([one], [other]) => spelt(other).length - spelt(one).length)[0] ?? null;

/** What the server calls a folder of ours; the same where the map says nothing of it. */
export const toTheirs = (map: PathMap, folder: string): string => {
  const [from, to] = longest(folder, Object.entries(map)) ?? ["", ""];
  if (to === "") return folder;
  const rest = below(folder, from);
  return withoutSlashes(to, "/\\") + (isWindows(to) ? rest.replaceAll("/", "\\") : rest) || "/";
};

/** What we call a folder of the server's; the same where the map says nothing of it. `..` in it leads nowhere. */
export const toOurs = (map: PathMap, folder: string): string => {
  const pairs = Object.entries(map).map(([ours, theirs]): Pair => [theirs, ours]);
  const [from, to] = longest(folder, pairs) ?? ["", ""];
  return path.normalize(to === "" ? folder : withoutSlashes(to) + below(folder, from) || "/");
};
