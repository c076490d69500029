/** A library that is never left alone, by a seed; and a book of what was put there and not taken away. */
import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Random, randomOf } from "../test/faults/random.ts";
import { type ClipKind, putClip } from "../test/support/clips.ts";

type Kind = ClipKind | "no-film";

/** A content that was put into a library. */
export type Film = {
  readonly library: string;
  readonly kind: Kind;
  readonly sha256: string;
  /** In its library, where it was put or brought last. */
  path: string;
  /** Another content took its place, or it was deleted. */
  isGone: boolean;
};

/** A thing done to one path that the program must come to know; times are epoch ms. */
export type Change = {
  readonly what: "added" | "replaced" | "renamed" | "deleted";
  readonly film: Film;
  readonly path: string;
  readonly at: number;
  /** When the next thing was done to it: what is done before it was known need not be known. */
  until: number;
};

/** So often each, of a hundred; most is quick. */
const KINDS: readonly Kind[] = (
  [
    ["remux", 42],
    ["sound", 16],
    ["subtitled", 10],
    ["plays", 18],
    ["picture", 7],
    ["ten-bit", 3],
    ["no-film", 4],
  ] as const
).flatMap(([kind, share]) => Array<Kind>(share).fill(kind));

const ENDINGS: Partial<Record<Kind, string>> = { plays: "mp4", picture: "avi" };
const endingOf = (kind: Kind): string => ENDINGS[kind] ?? "mkv";

/** Something that players pass over, so that no two films are the same or, as real ones, of one size. */
const mark = (ending: string, random: Random): Buffer => {
  const own = Buffer.alloc(16 + 2 * random.below(2000), `${random.below(2 ** 32)} `);
  const head = Buffer.alloc(8);
  if (ending === "mp4") {
    head.writeUInt32BE(own.length + 8);
    head.write("free", 4);
    return Buffer.concat([head, own]);
  }
  if (ending === "avi") {
    head.write("JUNK");
    head.writeUInt32LE(own.length, 4);
    return Buffer.concat([head, own]);
  }
  head[0] = 0xec;
  head.writeUInt16BE(0x4000 + own.length, 1);
  return Buffer.concat([head.subarray(0, 3), own]);
};

export const sha256Of = (path: string): string =>
  createHash("sha256").update(readFileSync(path)).digest("hex");

type Given = {
  readonly seed: number;
  readonly roots: Readonly<Record<string, string>>;
};

const FOLDERS = 12;

const STEP_MS = { least: 500, span: 1300 };

/** What the actions share: the book, names that nobody has yet, and where things lie. */
const newGround = ({ seed, roots }: Given) => {
  const random = randomOf(seed, "soak");
  const films: Film[] = [];
  const changes: Change[] = [];
  const folders = new Map(
    Object.keys(roots).map((library) => [library, Array.from({ length: FOLDERS }, (_, at) => `Show ${at}`)]),
  );
  let count = 0;
  const fullPath = ({ library, path }: Pick<Film, "library" | "path">): string =>
    join(roots[library] ?? "", path);
  /** What was done to it before need not be known any more. */
  const over = (film: Film): number => {
    const at = Date.now();
    for (const each of changes) if (each.film === film && each.until === 0) each.until = at;
    return at;
  };
  return {
    random,
    films,
    changes,
    folders,
    next: () => count++,
    fullPath,
    over,
    note: (what: Change["what"], film: Film): void => {
      const at = over(film);
      changes.push({ what, film, path: film.path, at, until: 0 });
    },
    folderIn: (library: string): string => {
      const all = folders.get(library) ?? [];
      return all[random.below(all.length)] ?? "Show";
    },
    /** A new content on the disk of a library, beside it. */
    make: async (kind: Kind, library: string): Promise<string> => {
      const aside = `${roots[library]}-aside`;
      mkdirSync(aside, { recursive: true });
      const at = join(aside, `${count++}.${endingOf(kind)}`);
      if (kind === "no-film") writeFileSync(at, `No film. ${random.below(1e9)} `.repeat(200));
      else await putClip(kind, at);
      appendFileSync(at, mark(endingOf(kind), random));
      return at;
    },
    /** One that lies where it was put: what was archived is not to be touched. */
    present: (): Film | null => {
      const there = films.filter((each) => !each.isGone && existsSync(fullPath(each)));
      return there[random.below(there.length)] ?? null;
    },
  };
};

type Ground = ReturnType<typeof newGround>;

const WAYS = ["moved", "moved", "copied", "copied", "copied", "grown", "grown"] as const;

/** Puts new films into the libraries: under their names at once, in one go, or bit by bit. */
const adderOf = ({ random, films, folders, next, fullPath, note, folderIn, make }: Ground) => {
  const growing = new Set<Promise<void>>();
  const put = async (made: string, film: Film, how: (typeof WAYS)[number]): Promise<void> => {
    const to = fullPath(film);
    if (how === "moved") renameSync(made, to);
    else {
      const bytes = readFileSync(made);
      const parts = how === "copied" ? 1 : 3 + random.below(5);
      const waits = Array.from({ length: parts }, () => 200 + random.below(900));
      writeFileSync(to, "");
      for (const [part, wait] of waits.entries()) {
        if (part > 0) await pause(wait);
        const [from, upTo] = [part, part + 1].map((each) => Math.floor((bytes.length * each) / parts));
        appendFileSync(to, bytes.subarray(from, upTo));
      }
      rmSync(made);
    }
    films.push(film);
    note("added", film);
  };
  const add = async (): Promise<void> => {
    const names = [...folders.keys()];
    // The small disk gets little.
    const library = names[random.below(12) === 0 ? names.length - 1 : random.below(2)] ?? "";
    const kind = library === "small" ? "remux" : (KINDS[random.below(KINDS.length)] ?? "remux");
    const made = await make(kind, library);
    const path = join(folderIn(library), `Film ${next()}.${endingOf(kind)}`);
    const film = { library, kind, sha256: sha256Of(made), path, isGone: false };
    mkdirSync(dirname(fullPath(film)), { recursive: true });
    const how = WAYS[random.below(WAYS.length)] ?? "copied";
    const putting = put(made, film, how);
    if (how !== "grown") return putting;
    // What grows does so while other things happen.
    const waiting = putting.finally(() => growing.delete(waiting));
    growing.add(waiting);
  };
  return { add, growing };
};

/** The program may have archived it just now: then nothing was done. */
const attempt = (work: () => void): boolean => {
  try {
    work();
    return true;
  } catch {
    return false;
  }
};

/** What is done to films that are there. */
const actionsOn = (ground: Ground) => {
  const { random, films, folders, next, fullPath, note, over, folderIn, make, present } = ground;
  const bring = (film: Film, path: string): void => {
    const [from, to] = [fullPath(film), fullPath({ ...film, path })];
    mkdirSync(dirname(to), { recursive: true });
    if (!attempt(() => renameSync(from, to))) return;
    film.path = path;
    note("renamed", film);
  };
  return {
    rename: (): void => {
      const film = present();
      if (film) bring(film, join(dirname(film.path), `Film ${next()}${extname(film.path)}`));
    },
    move: (): void => {
      const film = present();
      if (film) bring(film, join(folderIn(film.library), basename(film.path)));
    },
    replace: async (): Promise<void> => {
      const film = present();
      if (!film) return;
      const made = await make(film.kind, film.library);
      const other = { ...film, sha256: sha256Of(made) };
      // It may be in the archive by now: the new one has its name then, and the earlier one must be kept.
      const isThere = existsSync(fullPath(film)) && sha256Of(fullPath(film)) === film.sha256;
      if (!attempt(() => renameSync(made, fullPath(film)))) return;
      if (isThere) over(film);
      film.isGone = isThere;
      films.push(other);
      note("replaced", other);
    },
    remove: (): void => {
      const film = present();
      if (!film || !attempt(() => rmSync(fullPath(film)))) return;
      film.isGone = true;
      note("deleted", film);
    },
    renameFolder: (): void => {
      const [library, all] = [...folders][random.below(folders.size)] ?? ["", []];
      const at = random.below(all.length);
      const [from, to] = [all[at] ?? "", `Show ${at} of ${next()}`];
      const [before, after] = [from, to].map((path) => fullPath({ library, path })) as [string, string];
      if (!attempt(() => renameSync(before, after))) return;
      all[at] = to;
      for (const film of films) {
        if (film.isGone || film.library !== library || dirname(film.path) !== from) continue;
        const isThere = existsSync(fullPath({ library, path: join(to, basename(film.path)) }));
        film.path = join(to, basename(film.path));
        if (isThere) note("renamed", film);
      }
    },
  };
};

/** So often each, of a hundred. */
const SHARES = (
  [
    ["add", 46],
    ["rename", 15],
    ["move", 10],
    ["replace", 10],
    ["remove", 14],
    ["renameFolder", 5],
  ] as const
).flatMap(([name, share]) => Array<typeof name>(share).fill(name));

export const newChurn = (given: Given) => {
  const ground = newGround(given);
  const { random, films, changes, fullPath } = ground;
  const { add, growing } = adderOf(ground);
  const actions = { ...actionsOn(ground), add };
  return {
    films,
    changes,
    fullPath,
    /** Changes things until `isOver`. */
    run: async (isOver: () => boolean): Promise<void> => {
      for (let at = 0; at < 12; at++) await add();
      while (!isOver()) {
        const name = SHARES[random.below(SHARES.length)] ?? "add";
        // What is appended to by its path must keep it.
        if (name !== "renameFolder" || growing.size === 0) await actions[name]();
        await pause(STEP_MS.least + random.below(STEP_MS.span));
      }
      await Promise.all(growing);
    },
  };
};

export type Churn = ReturnType<typeof newChurn>;

/** Every file below a folder, absolute. */
export const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => !each.isDirectory())
    .map((each) => join(each.parentPath, each.name));
