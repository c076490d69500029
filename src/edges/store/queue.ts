/**
 * The queue's order and the places in it. What a person moved comes first or last, then films come as the setting says
 * (`queue-places.ts`); those that wait for a person have no place.
 */
import type { QueueOrder } from "../../core/queue-order.ts";
import type { Work } from "../../core/work.ts";
import { byId } from "./asset-apply.ts";
import type { Kinds } from "./asset-kinds.ts";
import type { Asset } from "./asset-row.ts";
import { numberOf, textOf } from "./columns.ts";
import type { Database } from "./database.ts";
import { readCursor, writeCursor } from "./queue-cursor.ts";
import {
  allLibraries,
  inOrder,
  isAnyInLine,
  type OrderedLine,
  type Place,
  placeOf,
  placesFrom,
  standingOf,
  type Taken,
} from "./queue-places.ts";

export const WHERES = ["first", "up", "down", "last"] as const;
export type Where = (typeof WHERES)[number];

/** Films of some kinds of work and some libraries (all when absent). */
export type Line = { readonly works: readonly Work[]; readonly libraries?: readonly string[] };

/** A line in its order (`quick` when absent) as it stands `now`, epoch ms. */
export type LineNow = Line & { readonly order?: QueueOrder; readonly now: number };

export type QueuePage = {
  readonly assets: readonly Asset[];
  /** Numbers of those among them whose turn it is because they wait longest. */
  readonly turns: ReadonlySet<number>;
  readonly next: string | null;
};

export type Queue = {
  /** Films in the order in which they are claimed; `cursor` is `next` of the page before. */
  readonly page: (line: LineNow, page: { readonly limit: number; readonly cursor?: string }) => QueuePage;
  /** All Queued films of the line, and how many of them wait for a person. */
  readonly counts: (line: Line) => { readonly queued: number; readonly held: number };
  /**
   * Gives a film that has a place another one. `too-far`: one step would change the priority of more than a thousand
   * films before it, and nothing was done.
   */
  readonly move: (id: number, where: Where, line: LineNow) => "done" | "too-far";
};

const LIMIT_MAX = 200;
/** A step forward may have to raise every film before it by one; more than these are not touched for one click. */
const RAISED_MAX = 1000;

/**
 * The new priorities that put a film right before `before[0]`, where `before` are the films before it, nearest first:
 * it goes one above that film, and those further before are raised where they would not be above it any more. Those that
 * were never moved stand where turns put them too: each gets a priority of its own, the nearest as well.
 */
const raised = (id: number, before: readonly Place[]): ReadonlyMap<number, number> => {
  const result = new Map<number, number>();
  const [nearest, ...further] = before;
  if (!nearest) return result;
  if (nearest.priority === 0) result.set(nearest.id, 1);
  let above = (nearest.priority || 1) + 1;
  result.set(id, above);
  let level: number | null = null;
  for (const each of further) {
    if (each.priority !== level || level === 0) {
      if (each.priority > above) break;
      level = each.priority;
      above++;
    }
    result.set(each.id, above);
  }
  return result;
};

const take = (taken: Generator<Taken, void>, count: number): readonly Taken[] => {
  const found: Taken[] = [];
  for (const each of taken) {
    found.push(each);
    if (found.length === count) break;
  }
  return found;
};

type Neighbours = { readonly before: readonly Place[]; readonly next: Place | null };

/** What is before a film, nearest first, and right behind it; null where that is not found among the first. */
const neighboursOf = (database: Database, line: OrderedLine, id: number): Neighbours | null => {
  const first = take(inOrder(database, line, standingOf(database, line)), RAISED_MAX + 2);
  const at = first.findIndex(({ place }) => place.id === id);
  if (at < 0) return null;
  const places = first.map(({ place }) => place);
  return { before: places.slice(0, at).reverse(), next: places[at + 1] ?? null };
};

/** The same for one far behind: exact below those that were never moved, and nothing before those. */
const farNeighboursOf = (database: Database, line: OrderedLine, from: Place): Neighbours => ({
  before: placesFrom(database, line, { from, direction: "before", limit: RAISED_MAX + 1 }),
  next: placesFrom(database, line, { from, direction: "after", limit: 1 })[0] ?? null,
});

const moverOf = (database: Database, line: OrderedLine) => {
  const setPriority = (id: number, priority: number): void => {
    database.sql(`UPDATE assets SET priority = :priority WHERE id = :id`).run({ id, priority });
  };
  const around = (place: Place): Neighbours =>
    neighboursOf(database, line, place.id) ?? farNeighboursOf(database, line, place);
  const forward = (place: Place): "done" | "too-far" => {
    const changes = raised(place.id, around(place).before);
    if (changes.size > RAISED_MAX) return "too-far";
    for (const [id, priority] of changes) setPriority(id, priority);
    return "done";
  };
  return {
    up: forward,
    down: (place: Place): "done" | "too-far" => {
      const { next } = around(place);
      return next ? forward(next) : "done";
    },
    toEnd: (place: Place, where: "first" | "last"): "done" => {
      const direction = where === "first" ? "after" : "before";
      const [end] = placesFrom(database, line, { from: null, direction, limit: 1 });
      // One that was never moved may be at the end of its order and yet not of the queue.
      if (end && (end.id !== place.id || end.priority === 0))
        setPriority(place.id, end.priority + (where === "first" ? 1 : -1));
      return "done";
    },
  };
};

/** The queue of `database`. */
export const queueOf = (database: Database, kinds: Pick<Kinds, "sums">): Queue => {
  const whole = (line: LineNow): OrderedLine => ({
    order: "quick",
    ...line,
    libraries: line.libraries ?? allLibraries(database),
  });
  return {
    page: (line, { limit, cursor }) => {
      if (!isAnyInLine(database)) return { assets: [], turns: new Set(), next: null };
      const most = Math.max(1, Math.min(LIMIT_MAX, Math.floor(limit)));
      const from = readCursor(cursor) ?? standingOf(database, line);
      const taken = take(inOrder(database, whole(line), from), most + 1);
      const shown = taken.slice(0, most);
      const last = shown.at(-1);
      return {
        assets: shown.flatMap(({ place: { id } }) => byId(database, id) ?? []),
        turns: new Set(shown.flatMap(({ place, isTurn }) => (isTurn ? [place.id] : []))),
        next: taken.length > most && last ? writeCursor(last.standing) : null,
      };
    },
    counts: ({ works, libraries }) => {
      const isOf = (library: string, work: string): boolean =>
        works.some((each) => each === work) && (libraries === undefined || libraries.includes(library));
      const queued = kinds
        .sums()
        .reduce(
          (sum, { state, library, work, films }) =>
            state === "Queued" && isOf(library, work) ? sum + films : sum,
          0,
        );
      // What has a place is counted as films come and go, so that nobody's films need be gone through.
      const placed = database
        .sql(`SELECT library, work, sum(films) AS films FROM workload WHERE films > 0 GROUP BY library, work`)
        .all()
        .reduce(
          (sum, row) =>
            isOf(textOf(row, "library"), textOf(row, "work")) ? sum + numberOf(row, "films") : sum,
          0,
        );
      return { queued, held: queued - placed };
    },
    move: (id, where, line) =>
      database.transaction(() => {
        const all = whole(line);
        const place = placeOf(database, all, id);
        if (!place) return "done";
        const mover = moverOf(database, all);
        return where === "first" || where === "last" ? mover.toEnd(place, where) : mover[where](place);
      }),
  };
};
