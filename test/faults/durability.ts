/**
 * A kill loses nothing that was handed to the system; a power cut does. From a trace this says what a power cut at any
 * moment would leave: a file's bytes after its `sync`, a name after that of its folder, a rename as the one or the other.
 */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { TraceLine } from "./fault-plan.ts";
import type { Violation } from "./invariants.ts";

/** One file, under whatever names. */
type Content = { readonly film: string | null; isSynced: boolean };

export type Watched = {
  /** Where an original may be, first where it was: as points name paths. By film. */
  readonly originals: ReadonlyMap<string, readonly string[]>;
  /** Where its result is. */
  readonly results: ReadonlyMap<string, string>;
  /** Originals that go when their result is there. */
  readonly isDelete: boolean;
  /** What lay there before the first line: whole and durable. */
  readonly before: readonly string[];
};

export const readTrace = (file: string): readonly TraceLine[] =>
  readFileSync(file, "utf8")
    .split("\n")
    // A kill may have cut the last line.
    .filter((line) => line.endsWith("}"))
    .map((line) => JSON.parse(line) as TraceLine);

/** The names of a disk now, and those that a power cut cannot take. */
const newDisk = ({ originals, before }: Watched) => {
  const now = new Map<string, Content>();
  const durable = new Map<string, Content>();
  const films = new Map(
    [...originals].flatMap(([film, paths]) => paths.map((path) => [path, film] as const)),
  );
  for (const path of before) {
    const content = { film: films.get(path) ?? null, isSynced: true };
    now.set(path, content);
    durable.set(path, content);
  }
  /** A file that no call of ours made was written by ffmpeg. */
  const at = (path: string): Content => {
    const content = now.get(path) ?? { film: null, isSynced: false };
    now.set(path, content);
    return content;
  };
  const moved = new Map<Content, string>();
  const syncFolder = (folder: string): void => {
    for (const path of new Set([...now.keys(), ...durable.keys()])) {
      if (dirname(path) !== folder) continue;
      const content = now.get(path);
      if (content) durable.set(path, content);
      else durable.delete(path);
    }
  };
  const isFolder = (path: string): boolean => [...now.keys()].some((each) => dirname(each) === path);
  return {
    /** Where a content surely is after a power cut. */
    holds: (path: string): Content | null => {
      const content = now.get(path);
      if (!content?.isSynced) return null;
      return durable.get(path) === content || moved.get(content) === path ? content : null;
    },
    isThere: (path: string): boolean => now.has(path),
    apply: ({ call, paths: [from = "", to = ""] }: TraceLine): void => {
      if (call === "link") now.set(to, at(from));
      else if (call === "rename") {
        // Once more after a kill in the middle of it.
        if (!now.has(from) && now.has(to)) return;
        const content = at(from);
        now.set(to, content);
        now.delete(from);
        // One step of the file system: after a power cut it is there under the old name or the new.
        if (durable.get(from) === content || moved.get(content) === from) moved.set(content, to);
      } else if (call === "unlink" || call === "rm") now.delete(from);
      else if (call === "copyFile") now.set(to, { film: at(from).film, isSynced: false });
      else if (call === "make" || call === "writeFile") now.set(from, { film: null, isSynced: false });
      else if (call === "handle.sync" && isFolder(from)) syncFolder(from);
      else if (call === "handle.sync") at(from).isSynced = true;
    },
  };
};

/** What gives names and takes them. */
const NAMES: ReadonlySet<string> = new Set([
  "link",
  "rename",
  "unlink",
  "rm",
  "copyFile",
  "make",
  "writeFile",
]);

/**
 * Lines that say what came to be. A kill from outside may come between a call and the line that says it is done: whoever starts
 * next finds the name, and does not give it again. Of a `sync` that was not seen to end nothing may be believed.
 */
const happened = (lines: readonly TraceLine[]): readonly TraceLine[] => {
  const begun = new Map<string, number[]>();
  const cutOff = new Set<number>();
  for (const [at, { point, nth, isDone, hasFailed, fault, call }] of lines.entries()) {
    const open = begun.get(point) ?? [];
    begun.set(point, open);
    // In a new process each point is counted from one.
    const isBegun = !isDone && !hasFailed && fault === undefined;
    if (isBegun && nth === 1) for (const left of open.splice(0)) cutOff.add(left);
    if (!isBegun) open.shift();
    else if (NAMES.has(call)) open.push(at);
  }
  for (const left of [...begun.values()].flat()) cutOff.add(left);
  return lines.filter(({ isDone }, at) => isDone || cutOff.has(at));
};

/** What a power cut would have cost at some line of the trace. */
export const checkDurable = (lines: readonly TraceLine[], watched: Watched): readonly Violation[] => {
  const disk = newDisk(watched);
  const found = new Map<string, Violation>();
  const say = (film: string, what: string, { point }: TraceLine): void => {
    const key = `${film} ${what}`;
    if (!found.has(key))
      found.set(key, { kind: "not durable", what: `a power cut after "${point}": ${film} ${what}` });
  };
  for (const line of happened(lines)) {
    if (line.paths.length === 0) continue;
    disk.apply(line);
    for (const [film, paths] of watched.originals) {
      const isSafe = paths.some((path) => disk.holds(path)?.film === film);
      const result = watched.results.get(film);
      const isResultSafe = result !== undefined && disk.holds(result) !== null;
      if (!isSafe && !(watched.isDelete && isResultSafe)) say(film, "may be lost", line);
      const isInPlace = paths[0] !== undefined && disk.isThere(paths[0]);
      if (!isInPlace && !isResultSafe && result !== undefined)
        say(film, "is out of its place and its result may be lost", line);
    }
  }
  return [...found.values()];
};
