/** What people do to the files, and what they believe afterwards. */
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { diskOf, type House, NAME } from "./house.ts";
import { isResultOf } from "./texts.ts";

/** A content that the program took from its place: it must be in the archive, or its result must stand for it. */
export type Owed = {
  readonly path: string;
  readonly text: string;
  readonly how: "archive" | "result";
  /** Another file came into its place since, which the row of that place may stand for now. */
  readonly isReplaced: boolean;
};

export type People = {
  /** What people put where, by absolute path, and did not take away. */
  readonly files: Map<string, string>;
  owed: readonly Owed[];
  /** Contents made so far. */
  made: number;
};

export const newPeople = (): People => ({ files: new Map(), owed: [], made: 0 });

/** Hidden names are no person's business. */
export const isHidden = (path: string): boolean => path.split("/").some((each) => each.startsWith("."));

const isOfArchive = (house: House, path: string): boolean =>
  path.startsWith(house.other) || path.startsWith(join(house.root, ".chromecast-originals"));

const count = (disk: ReadonlyMap<string, string>, test: (path: string, text: string) => boolean): number =>
  [...disk].filter(([path, text]) => test(path, text)).length;

/** Whether the disk holds what is owed; of two originals with one content there have to be two. */
export const isHeld = (
  house: House,
  people: People,
  { text, how }: Owed,
  disk: ReadonlyMap<string, string>,
): boolean => {
  const wanted = people.owed.filter((each) => each.text === text && each.how === how).length;
  const isTheirs = (path: string): boolean => people.files.has(path);
  return how === "archive"
    ? count(disk, (path, each) => each === text && isOfArchive(house, path) && !isTheirs(path)) >= wanted
    : count(disk, (_, each) => isResultOf(each, text)) >= wanted;
};

/** After a person's deed: what is gone now went by their own hand. */
const forgetLost = (house: House, people: People): void => {
  const disk = diskOf(house);
  people.owed = people.owed
    .filter((each) => isHeld(house, people, each, disk))
    .map((each) => ({ ...each, isReplaced: each.isReplaced || disk.has(each.path) }));
};

/** What a person sees: the files in the library and in the folder of the results, in order. */
export const visibleFiles = (house: House): readonly string[] =>
  [...diskOf(house).keys()]
    .filter((path) => !path.startsWith(house.other) && !isHidden(path.slice(dirname(house.root).length)))
    .sort();

/** Times of files are different ones, unless a copy keeps them. */
const stamp = (house: House, people: People, path: string, isFresh: boolean): void => {
  const seconds = (isFresh ? house.now / 1000 : 1_600_000_000) + people.made / 1000;
  people.made++;
  utimesSync(path, seconds, seconds);
};

export type Deed = (house: House, people: People) => void;

/** A new file, in place of whatever is there. */
export const put =
  (path: string, text: string, isFresh: boolean): Deed =>
  (house, people) => {
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    writeFileSync(path, text);
    stamp(house, people, path, isFresh);
    people.files.set(path, text);
    forgetLost(house, people);
  };

/** Other bytes, as many as before, in place: what an editor of tags does. */
export const editSameSize =
  (path: string): Deed =>
  (house, people) => {
    const text = readFileSync(path, "utf8");
    const other = `${text.slice(0, -1)}${text.endsWith("~") ? "^" : "~"}`;
    put(path, other, false)(house, people);
  };

export const touch =
  (path: string): Deed =>
  (house, people) =>
    stamp(house, people, path, false);

export const remove =
  (path: string): Deed =>
  (house, people) => {
    rmSync(path);
    people.files.delete(path);
    forgetLost(house, people);
  };

/** A rename, over whatever is there. */
export const move =
  (from: string, to: string): Deed =>
  (house, people) => {
    if (from === to) return;
    mkdirSync(dirname(to), { recursive: true });
    // Of two links to one file a rename does nothing.
    rmSync(to, { force: true });
    renameSync(from, to);
    const text = people.files.get(from);
    people.files.delete(from);
    people.files.delete(to);
    if (text !== undefined) people.files.set(to, text);
    forgetLost(house, people);
  };

export const copy =
  (from: string, to: string, how: "new time" | "same time" | "link"): Deed =>
  (house, people) => {
    if (from === to) return;
    mkdirSync(dirname(to), { recursive: true });
    rmSync(to, { force: true });
    const text = readFileSync(from, "utf8");
    if (how === "link") linkSync(from, to);
    else copyFileSync(from, to);
    if (how === "new time") stamp(house, people, to, false);
    people.files.set(to, text);
    forgetLost(house, people);
  };

export const swap =
  (one: string, other: string): Deed =>
  (house, people) => {
    const aside = `${one}.aside`;
    for (const [from, to] of [
      [one, aside],
      [other, one],
      [aside, other],
    ] as const)
      move(from, to)(house, people);
  };

/** A whole folder, where the new name is free. */
export const moveFolder =
  (from: string, to: string): Deed =>
  (house, people) => {
    if (!existsSync(from) || existsSync(to)) return;
    for (const { token, partial } of house.jobs.values())
      if (partial.startsWith(`${from}/`)) house.leftBehind.add(token);
    renameSync(from, to);
    for (const [path, text] of [...people.files]) {
      if (!path.startsWith(`${from}/`)) continue;
      people.files.delete(path);
      people.files.set(`${to}${path.slice(from.length)}`, text);
    }
    forgetLost(house, people);
  };

/** An archived original is moved back by hand, from where the program says that it is. */
export const takeBack =
  (entry: Owed): Deed =>
  (house, people) => {
    const row = house.store.assets.byPath(NAME, entry.path.slice(house.root.length + 1));
    const from = row?.archivePath ?? null;
    if (from === null || diskOf(house).get(from) !== entry.text || existsSync(entry.path)) return;
    mkdirSync(dirname(entry.path), { recursive: true });
    const { atime, mtime } = statSync(from);
    copyFileSync(from, entry.path);
    utimesSync(entry.path, atime, mtime);
    rmSync(from);
    people.files.set(entry.path, entry.text);
    forgetLost(house, people);
  };
