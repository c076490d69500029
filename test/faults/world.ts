/** What a person, a download or a disk does to a library while the program works on it, and what of it must survive. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fingerprintFile } from "../../src/edges/library-walk.ts";
import { type ClipKind, putClip } from "../support/clips.ts";
import { type Ground, treeOf, type Violation } from "./invariants.ts";
import { contentsOf } from "./invariants-database.ts";
import type { Place } from "./place.ts";

const FILM = "Film.mkv";

export type Change = {
  readonly name: string;
  readonly apply: (place: Place) => Promise<void>;
  /** Puts right again what is not meant to stay: a disk that was away. */
  readonly undo?: (place: Place) => void;
};

/** A film as it comes from elsewhere: written under a hidden name, and then moved. */
const arrive = async (place: Place, kind: ClipKind, to: string): Promise<void> => {
  const hidden = await putClip(kind, join(place.root, ".incoming"));
  renameSync(hidden, to);
};

/** Only what is there can be changed. */
const changed = (name: string, change: (film: string) => void): Change => ({
  name,
  apply: async ({ root }) => {
    const film = join(root, FILM);
    if (existsSync(film)) change(film);
  },
});

/** What is done to the film itself. */
export const FILM_CHANGES: readonly [Change, ...Change[]] = [
  { name: "replaced", apply: (place) => arrive(place, "remux", join(place.root, FILM)) },
  {
    name: "rewritten",
    apply: async ({ root }) => {
      const next = await putClip("remux", join(root, ".next"));
      if (existsSync(join(root, FILM))) writeFileSync(join(root, FILM), readFileSync(next));
      rmSync(next);
    },
  },
  changed("grown", (film) => appendFileSync(film, Buffer.alloc(5000))),
  changed("truncated", (film) => truncateSync(film, 100_000)),
  changed("renamed", (film) => renameSync(film, join(dirname(film), "Moved.mkv"))),
  changed("removed", (film) => rmSync(film)),
];

/** What is done to the names that a publication wants or has given. */
export const RESULT_CHANGES: readonly [Change, ...Change[]] = [
  { name: "result-removed", apply: async ({ root }) => rmSync(join(root, "Film.mp4"), { force: true }) },
  { name: "result-replaced", apply: (place) => arrive(place, "plays", join(place.root, "Film.mp4")) },
  {
    name: "subtitles-replaced",
    apply: async ({ root }) => writeFileSync(join(root, "Film.en.vtt"), "WEBVTT\n\nA person's own lines\n"),
  },
];

const away = (root: string): string => `${root}-away`;

/** What a disk does, for a moment. */
export const ROOT_CHANGES: readonly [Change, ...Change[]] = [
  {
    name: "root-away",
    apply: async ({ root }) => renameSync(root, away(root)),
    undo: ({ root }) => renameSync(away(root), root),
  },
  {
    name: "root-emptied",
    apply: async ({ root }) => {
      renameSync(root, away(root));
      mkdirSync(root);
    },
    undo: ({ root }) => {
      // What was written where the disk is not mounted is hidden by it afterwards, and must not be there.
      const left = readdirSync(root);
      if (left.length > 0) throw new Error(`It wrote ${left.join(", ")} where the disk is not mounted.`);
      rmSync(root, { recursive: true });
      renameSync(away(root), root);
    },
  },
  {
    name: "root-of-another-disk",
    apply: async (place) => {
      renameSync(place.root, away(place.root));
      await putClip("plays", join(place.root, "Somebody else's.mp4"));
    },
    undo: ({ root }) => {
      rmSync(root, { recursive: true });
      renameSync(away(root), root);
    },
  },
];

/** A film that a person has: by its hash, with what the program knows films by. */
type Held = { readonly sha256: string; readonly fingerprint: string; readonly label: string };

/** Every film of a person in the library now, wherever it is: originals, and what was put there since. */
const filmsHeld = async (place: Ground, isTheirs: (sha256: string) => boolean): Promise<readonly Held[]> => {
  const held: Held[] = [];
  for (const [path, { sha256 }] of treeOf(place)) {
    if (path.includes(".partial.") || !isTheirs(sha256)) continue;
    const [label = "", ...rest] = path.split("/");
    const folder = label === "films" ? place.root : label === "archive" ? place.archive : place.ready;
    const file = join(folder, ...rest);
    const fingerprint = await fingerprintFile(file, readFileSync(file).length);
    held.push({ sha256, fingerprint, label: path });
  }
  return held;
};

/**
 * Makes a change and says what a person has afterwards: all that the program did not make. `known` are the hashes of what
 * it may have made until then.
 */
export const makeChange = async (
  place: Place,
  change: Change,
  known: ReadonlySet<string>,
): Promise<readonly Held[]> => {
  const made = new Set(
    [...treeOf(place).values()].map((each) => each.sha256).filter((each) => known.has(each)),
  );
  const isTheirs = (sha256: string): boolean => !made.has(sha256);
  // A disk that is away for a moment costs nothing of what was on it.
  const before = change.undo ? await filmsHeld(place, isTheirs) : null;
  await change.apply(place);
  return before ?? filmsHeld(place, isTheirs);
};

/** What a person had must be somewhere; an original that was to be deleted, or its result. */
export const checkHeld = (place: Place, held: readonly Held[]): readonly Violation[] => {
  const tree = new Set([...treeOf(place).values()].map((each) => each.sha256));
  const replaced = contentsOf(place.data).filter((each) => each.isDeleted && existsSync(each.output ?? ""));
  return held.flatMap(({ sha256, fingerprint, label }): readonly Violation[] => {
    const isReplaced = replaced.some((each) => each.fingerprint === fingerprint);
    if (tree.has(sha256) || isReplaced) return [];
    return [{ kind: "lost", what: `what a person had as ${label} is nowhere` }];
  });
};
