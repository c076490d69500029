/** What a person, a download or a disk does to a library while the program works on it. */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { type ClipKind, putClip } from "../support/clips.ts";
import type { Violation } from "./invariants.ts";
import { filmOf, type Place, resultOf } from "./place.ts";

export type Change = {
  readonly name: string;
  readonly apply: (place: Place) => Promise<void>;
  /** Puts right again what is not meant to stay: a disk that was away. Says what is wrong with how it is found. */
  readonly undo?: (place: Place) => readonly Violation[];
};

/** A film as it comes from elsewhere: written under a hidden name, and then moved. */
const arrive = async (kind: ClipKind, to: string): Promise<void> => {
  const hidden = await putClip(kind, join(dirname(to), ".incoming"));
  renameSync(hidden, to);
};

/** Only what is there can be changed. */
const changed = (name: string, change: (film: string) => void): Change => ({
  name,
  apply: async (place) => {
    if (existsSync(filmOf(place))) change(filmOf(place));
  },
});

/** Between the blocks by which the program knows a film (core/fingerprint.ts), of a film of 330 kB. */
const UNSAMPLED = { offset: 80_000, bytes: 40_000 };

const rewriteMiddle = (film: string): void => {
  const file = openSync(film, "r+");
  try {
    writeSync(file, Buffer.alloc(UNSAMPLED.bytes, 7), 0, UNSAMPLED.bytes, UNSAMPLED.offset);
  } finally {
    closeSync(file);
  }
};

/** What is done to the film itself. */
export const FILM_CHANGES: readonly Change[] = [
  { name: "replaced", apply: (place) => arrive("remux", filmOf(place)) },
  {
    name: "rewritten",
    apply: async (place) => {
      const next = await putClip("remux", join(place.root, ".next"));
      if (existsSync(filmOf(place))) writeFileSync(filmOf(place), readFileSync(next));
      rmSync(next);
    },
  },
  changed("rewritten-in-the-middle", rewriteMiddle),
  changed("grown", (film) => appendFileSync(film, Buffer.alloc(5000))),
  changed("truncated", (film) => truncateSync(film, 100_000)),
  changed("renamed", (film) => renameSync(film, join(dirname(film), "Moved.mkv"))),
  changed("removed", (film) => rmSync(film)),
];

/** What is done to the names that a publication wants or has given. */
export const RESULT_CHANGES: readonly Change[] = [
  { name: "result-removed", apply: async (place) => rmSync(resultOf(place), { force: true }) },
  { name: "result-replaced", apply: (place) => arrive("plays", resultOf(place)) },
  {
    name: "subtitles-replaced",
    apply: async (place) =>
      writeFileSync(
        resultOf(place).replace(/\.mp4$/, ".en.vtt"),
        "WEBVTT\n\n00:01.000 --> 00:02.000\nA person's own lines\n",
      ),
  },
];

/** Where the original goes has a film already, or another by now. */
export const ARCHIVE_CHANGES: readonly Change[] = [
  { name: "archive-taken", apply: (place) => arrive("remux", join(place.archive, basename(filmOf(place)))) },
];

const away = (folder: string): string => `${folder}-away`;

/** What was written where the disk is not mounted is hidden by it afterwards, and must not be there. */
const writtenIn = (folder: string): readonly Violation[] =>
  (existsSync(folder) ? readdirSync(folder, { recursive: true }) : []).map((each) => ({
    kind: "different",
    what: `${each} was written where the disk is not mounted`,
  }));

/** Takes the folder away, or what was put in its place, and puts it back. */
const goneAway = (name: string, folder: "root" | "archive" | "ready"): Change => ({
  name,
  apply: async (place) => renameSync(place[folder], away(place[folder])),
  undo: (place) => {
    const found = writtenIn(place[folder]);
    rmSync(place[folder], { recursive: true, force: true });
    renameSync(away(place[folder]), place[folder]);
    return found;
  },
});

/** Its mount point is an empty folder on another disk: by a link, which needs no right to mount. */
const unmounted = (name: string, folder: "archive"): Change => ({
  name,
  apply: async (place) => {
    const mountPoint = join(place.folder, "mount-point");
    mkdirSync(mountPoint);
    renameSync(place[folder], away(place[folder]));
    symlinkSync(mountPoint, place[folder]);
  },
  undo: (place) => {
    const mountPoint = join(place.folder, "mount-point");
    const found = writtenIn(mountPoint);
    rmSync(mountPoint, { recursive: true });
    rmSync(place[folder]);
    renameSync(away(place[folder]), place[folder]);
    return found;
  },
});

/** What a disk does, for a moment. */
export const ROOT_CHANGES: readonly Change[] = [
  goneAway("root-away", "root"),
  {
    ...goneAway("root-emptied", "root"),
    apply: async ({ root }) => {
      renameSync(root, away(root));
      mkdirSync(root);
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
      return [];
    },
  },
];

/**
 * The root as a real disk leaves it: its mount point is on another disk, with some folders in it or none. Another disk is
 * mounted over it, which hides the library as well; what is open stays open.
 */
const covered = (name: string, folders: readonly string[]): Change => ({
  name,
  apply: async ({ root }) => {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", root]);
    for (const each of folders) mkdirSync(join(root, each));
  },
  undo: ({ root }) => {
    const found = readdirSync(root).every((each) => folders.includes(each)) ? [] : writtenIn(root);
    // Lazily: a program that looks in there at this moment does not keep it mounted.
    execFileSync("umount", ["-l", root]);
    return found;
  },
});

/** Only where disks may be mounted. */
export const ROOT_UNMOUNTED = [
  covered("root-unmounted", []),
  covered("root-unmounted-from-a-folder", ["a folder"]),
];

/** The disk of an archive, where that is another, goes away: its mount point is gone as well. */
export const ARCHIVE_AWAY = goneAway("archive-away", "archive");
/** The same with its mount point there. Of one that nothing is known to be in, nobody can tell. */
export const ARCHIVE_UNMOUNTED = unmounted("archive-unmounted", "archive");
/** The disk of the results, where they do not lie beside their films. */
export const OUTPUT_AWAY = goneAway("output-away", "ready");
