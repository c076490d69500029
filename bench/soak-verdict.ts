/** What must hold after the soak, from files, history and stand-ins: each wrong thing a sentence. */
import { existsSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Happening, Film as Row } from "./soak-book.ts";
import { type Change, type Churn, type Film, filesBelow, sha256Of } from "./soak-churn.ts";
import type { Life } from "./soak-house.ts";

export type Roots = Readonly<Record<string, string>>;

const keyOf = (library: string, path: string): string => `${library}/${path}`;

/** Nothing lost: each film is where it was put, or in the archive of its library with its result; and its state is right. */
export const checkFilms = (films: readonly Film[], rows: readonly Row[], roots: Roots): readonly string[] => {
  const rowAt = new Map(rows.map((row) => [keyOf(row.library, row.path), row]));
  const archived = new Map(
    rows.flatMap((row) =>
      row.archive !== null && existsSync(row.archive) ? [[sha256Of(row.archive), row]] : [],
    ),
  );
  return films
    .filter((film) => !film.isGone)
    .flatMap((film) => {
      const { library, path, kind } = film;
      const at = join(roots[library] ?? "", path);
      const name = `${keyOf(library, path)} (${kind})`;
      if (!existsSync(at) || sha256Of(at) !== film.sha256) {
        const row = archived.get(film.sha256);
        if (row === undefined) return [`lost: ${name}`];
        const isWhole = row.state === "Archived" && row.output !== null && existsSync(row.output);
        return isWhole
          ? []
          : [`${name} is in the archive, ${row.state}, its result ${row.output} is not there`];
      }
      const row = rowAt.get(keyOf(library, path));
      if (row === undefined) return [`${name} is not known`];
      const { state, outcome, output, problem } = row;
      if (kind === "no-film")
        return state === "Failed" && problem !== null ? [] : [`${name} is ${state} ${problem}`];
      if (kind === "plays")
        return state === "Completed" && outcome === "direct-play" ? [] : [`${name} is ${state} ${problem}`];
      const isDone = state === "Completed" && output !== null && existsSync(output);
      return isDone ? [] : [`${name} is ${state} ${problem}, its result ${output}`];
    });
};

/** Every row is of a file that is there, and of the size that it has. */
export const checkRows = (rows: readonly Row[], roots: Roots): readonly string[] =>
  rows.flatMap(({ library, path, state, archive, sizeBytes }) => {
    const name = keyOf(library, path);
    if (!["Completed", "Archived", "Failed"].includes(state)) return [`${name} is not at rest: ${state}`];
    const at = state === "Archived" ? archive : join(roots[library] ?? "", path);
    if (at === null || !existsSync(at)) return [`${name} is ${state}, and its file is not there`];
    return statSync(at).size === sizeBytes ? [] : [`${name} has another size than its row`];
  });

export const checkPartials = (roots: Roots): readonly string[] =>
  Object.values(roots)
    .flatMap(filesBelow)
    .filter((each) => basename(each).includes(".partial."))
    .map((each) => `a partial file is left: ${each}`);

/** How work rested: each pause with its end, and with words. */
export const checkPauses = (history: readonly Happening[]) => {
  const wrong: string[] = [];
  const open = new Map<unknown, Happening>();
  const ended: { readonly code: string; readonly seconds: number }[] = [];
  for (const each of history) {
    if (each.kind === "pause-began") {
      open.set(each.data.key, each);
      if (typeof each.data.code !== "string") wrong.push(`a pause without a reason: ${each.path}`);
    }
    if (each.kind !== "pause-ended") continue;
    const began = open.get(each.data.key);
    open.delete(each.data.key);
    const { reason, code } = each.data;
    if (typeof reason !== "string" || !reason.includes("That is over"))
      wrong.push(`a pause ended without a word: ${code}`);
    ended.push({ code: String(code), seconds: (each.at - (began?.at ?? each.at)) / 1000 });
  }
  for (const each of open.values()) wrong.push(`it still rests: ${each.path}, ${String(each.data.code)}`);
  return { wrong, ended };
};

/** Folders that a server must have been told of, and when they changed last. */
const changedFolders = (history: readonly Happening[], roots: Roots): ReadonlyMap<string, number> => {
  const changed = new Map<string, number>();
  for (const { kind, at, path, data } of history) {
    if (kind !== "published-kept" && kind !== "published-moved") continue;
    const source = join(roots[String(data.library)] ?? "", path);
    const files = [data.output, ...(kind === "published-moved" ? [source] : [])];
    for (const file of files) if (typeof file === "string") changed.set(dirname(file), at);
  }
  return changed;
};

export const checkTold = (
  history: readonly Happening[],
  roots: Roots,
  toldAt: ReadonlyMap<string, number>,
) => {
  const changed = changedFolders(history, roots);
  const wrong = [...changed].flatMap(([folder, at]) =>
    (toldAt.get(folder) ?? 0) > at ? [] : [`Jellyfin was not told of ${folder} after it changed`],
  );
  const givenUp = history.filter(({ kind }) => kind === "delivery-given-up").length;
  if (givenUp > 0) wrong.push(`${givenUp} deliveries were given up`);
  return { wrong, folders: changed.size };
};

/** What says in the history that a change is known. */
const KNOWN: Readonly<Record<Change["what"], readonly string[]>> = {
  added: ["found", "changed", "moved"],
  replaced: ["found", "changed", "moved"],
  renamed: ["moved", "found", "changed"],
  deleted: ["gone"],
};

/** A film that is not found is believed gone so much later (`steps/scan-resolve.ts`): it may have been moved. */
const GONE_MS = 10_000;
/** What is noticed later than this was noticed by chance. */
const BOUND_MS = 30_000;

type Looked = {
  readonly history: readonly Happening[];
  readonly lives: readonly Life[];
  readonly settleMs: number;
};

/** The orchestrator answered all the while, and its first look was over. */
const wasUp = (lives: readonly Life[], from: number, to: number): boolean =>
  lives.some(
    ({ what, readyAt, endedAt }) =>
      what === "serve" && readyAt > 0 && readyAt + 5000 < from && (endedAt === 0 || endedAt > to),
  );

/** How soon changes were known; those of times when the orchestrator was away stand apart. */
export const measureDetection = (
  { changes }: Pick<Churn, "changes">,
  { history, lives, settleMs }: Looked,
) => {
  const [queued, afterOutage]: [number[], number[]] = [[], []];
  const known: Record<Change["what"], number[]> = { added: [], replaced: [], renamed: [], deleted: [] };
  const wrong: string[] = [];
  const times = new Map<string, Happening[]>();
  for (const each of history) times.set(each.path, [...(times.get(each.path) ?? []), each]);
  for (const { what, film, path, at, until } of changes) {
    const of = times.get(path) ?? [];
    const mine = (each: Happening): boolean =>
      each.data.library === film.library && each.at >= at - 50 && (until === 0 || each.at <= until);
    const seen = of.find((each) => KNOWN[what].includes(each.kind) && mine(each));
    const isFresh = what === "added" || what === "replaced";
    const restAt = at + (isFresh ? settleMs : what === "deleted" ? GONE_MS : 0);
    if (seen === undefined) {
      // Done again before it had to be known, or to a film of which nothing was known yet: what counts is how it ended, and
      // that is compared with the files.
      const isTold = until > 0 && until < restAt + BOUND_MS;
      if (!isTold && what === "added") wrong.push(`never noticed: ${what} ${keyOf(film.library, path)}`);
      continue;
    }
    if (!wasUp(lives, at, seen.at)) {
      afterOutage.push(seen.at - restAt);
      continue;
    }
    if (seen.at - restAt > BOUND_MS)
      wrong.push(`noticed only after ${seen.at - restAt} ms: ${what} ${keyOf(film.library, path)}`);
    known[what].push(seen.at - restAt);
    const assessed = history.find(
      (each) => each.id > seen.id && each.asset === seen.asset && each.kind === "assessed-needs-work",
    );
    if (isFresh && assessed && wasUp(lives, at, assessed.at)) queued.push(assessed.at - restAt);
  }
  return { known, queued, afterOutage, wrong };
};

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / Math.max(1, values.length);

/** MB a minute, by least squares. */
const slopeOf = (points: Life["memory"]): number => {
  const minutes = points.map(({ at }) => at / 60_000);
  const [x, y] = [meanOf(minutes), meanOf(points.map(({ mb }) => mb))];
  const top = points.reduce((sum, { mb }, at) => sum + ((minutes[at] ?? 0) - x) * (mb - y), 0);
  return (
    top /
    Math.max(
      1e-9,
      minutes.reduce((sum, each) => sum + (each - x) ** 2, 0),
    )
  );
};

const WARM_UP_MS = 60_000;
/** Garbage is collected when it is worth it: what grows beyond this is a leak. */
const MOST_RATIO = 1.3;

/** Of the longest of these lives; how flat it is, from a minute after its start. */
export const measureMemory = (lives: readonly Life[]) => {
  const longest = lives.toSorted((a, b) => b.memory.length - a.memory.length)[0];
  const all = longest?.memory ?? [];
  const from = (all[0]?.at ?? 0) + WARM_UP_MS;
  const warm = all.filter(({ at }) => at >= from);
  const points = warm.length >= 8 ? warm : all;
  const quarter = Math.max(1, Math.floor(points.length / 4));
  const [first, last] = [points.slice(0, quarter), points.slice(-quarter)].map((each) =>
    meanOf(each.map(({ mb }) => mb)),
  );
  const ratio = (last ?? 0) / (first ?? 1);
  const minutes = all.filter(
    (each, at) =>
      at === 0 ||
      Math.floor((each.at - (all[0]?.at ?? 0)) / 60_000) !==
        Math.floor(((all[at - 1]?.at ?? 0) - (all[0]?.at ?? 0)) / 60_000),
  );
  return {
    wrong: ratio > MOST_RATIO ? [`memory grew to ${ratio.toFixed(2)} times what it was`] : [],
    start: all[0]?.mb ?? 0,
    end: all.at(-1)?.mb ?? 0,
    most: Math.max(...all.map(({ mb }) => mb)),
    each: minutes.map(({ mb }) => Math.round(mb)),
    seconds: ((all.at(-1)?.at ?? 0) - (all[0]?.at ?? 0)) / 1000,
    slope: slopeOf(points),
    ratio,
  };
};
