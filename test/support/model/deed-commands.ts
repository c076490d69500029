/** Commands that people give with their own hands, on the files. */
import { join } from "node:path";
import fc from "fast-check";
import { at, type Command, command } from "./command.ts";
import type { House } from "./house.ts";
import {
  copy,
  type Deed,
  editSameSize,
  move,
  moveFolder,
  type People,
  put,
  remove,
  swap,
  takeBack,
  touch,
  visibleFiles,
} from "./people.ts";
import { filmText, KINDS } from "./texts.ts";

/** Few names, so that they meet: with each other, with names of results and of their subtitles. */
const place = fc.constantFrom(
  ...["Film.mkv", "Film.mp4", "Film.avi", "Film.chromecast.mp4", "Film.en.vtt"],
  ...["a/Film.mkv", "a/Film.mp4", "a/Other.mkv", "b/Film.mkv", "a/Film.fr.vtt"],
);
/** Another film in the archive. A copy of the same there would be taken for the archived original, and rightly. */
const newPlace = fc.oneof({ weight: 10, arbitrary: place }, fc.constant(".chromecast-originals/Film.mkv"));
const folder = fc.constantFrom("a", "b", "c");
const pick = fc.nat(99);

/** Nothing can be done to a disk that is away. */
const deed = (
  name: string,
  detail: unknown,
  choose: (house: House, people: People) => Deed | null,
): Command =>
  command(name, detail, async (house, people) => {
    const chosen = house.isMounted ? choose(house, people) : null;
    chosen?.(house, people);
    return chosen !== null;
  });

const ofFile = (house: House, index: number, make: (path: string) => Deed): Deed | null => {
  const path = at(visibleFiles(house), index);
  return path === undefined ? null : make(path);
};

const ofTwo = (
  house: House,
  index: number,
  to: string,
  make: (from: string, to: string) => Deed,
): Deed | null => ofFile(house, index, (from) => make(from, join(house.root, to)));

export const putFilm: fc.Arbitrary<Command> = fc
  .tuple(newPlace, fc.constantFrom(...KINDS, "copy", "copy"), fc.nat(2), fc.boolean())
  .map(([to, kind, subtitles, isFresh]) =>
    deed("put", [to, kind, subtitles, isFresh], (house, people) =>
      put(join(house.root, to), filmText(kind, people.made, subtitles), isFresh),
    ),
  );

/** What lies in the library when it begins: films with one name, one with subtitles, one that plays. */
export const furnish = (house: House, people: People): void => {
  const films = [
    ["Film.mkv", "copy", 1],
    ["a/Film.mkv", "video", 2],
    ["a/Other.mkv", "copy", 0],
    ["b/Film.mkv", "plays", 0],
  ] as const;
  for (const [path, kind, subtitles] of films)
    put(join(house.root, path), filmText(kind, people.made, subtitles), false)(house, people);
};

export const DEEDS: readonly fc.Arbitrary<Command>[] = [
  putFilm,
  fc
    .tuple(pick, fc.constantFrom(...KINDS))
    .map(([index, kind]) =>
      deed("edit", [index, kind], (house, people) =>
        ofFile(house, index, (path) => put(path, filmText(kind, people.made), false)),
      ),
    ),
  pick.map((index) => deed("edit, same size", index, (house) => ofFile(house, index, editSameSize))),
  pick.map((index) => deed("touch", index, (house) => ofFile(house, index, touch))),
  pick.map((index) => deed("delete", index, (house) => ofFile(house, index, remove))),
  fc
    .tuple(pick, place)
    .map(([index, to]) => deed("rename", [index, to], (house) => ofTwo(house, index, to, move))),
  fc
    .tuple(pick, place, fc.constantFrom("new time", "same time", "link"))
    .map(([index, to, how]) =>
      deed("copy", [index, to, how], (house) =>
        ofTwo(house, index, to, (from, path) => copy(from, path, how)),
      ),
    ),
  fc
    .tuple(pick, pick)
    .map(([one, other]) =>
      deed("swap", [one, other], (house) =>
        ofFile(house, one, (path) => swap(path, at(visibleFiles(house), other) ?? path)),
      ),
    ),
  fc
    .tuple(folder, folder)
    .map(([from, to]) =>
      deed("rename folder", [from, to], (house) => moveFolder(join(house.root, from), join(house.root, to))),
    ),
  pick.map((index) =>
    deed("take back by hand", index, (_, people) => {
      const owed = people.owed.filter((each) => each.how === "archive");
      const entry = at(owed, index);
      return entry ? takeBack(entry) : null;
    }),
  ),
];
