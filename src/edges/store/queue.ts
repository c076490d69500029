/**
 * The queue's order and the places in it. A claim takes the higher priority first, then copies before sound before
 * encodes, then the smaller file; films that wait for a person have no place.
 */
import { HELD_UNTIL } from "../../core/lifecycle.ts";
import type { Work } from "../../core/work.ts";
import { byId } from "./asset-apply.ts";
import type { Asset } from "./asset-row.ts";
import { numberOf, textOf } from "./columns.ts";
import type { Database, Row } from "./database.ts";

export const CLAIM_ORDER = ["copy", "audio", "video"] as const satisfies readonly Work[];

/** The films that have a place, in words that the index `assets_queue` is made of. */
export const IS_IN_LINE = `state = 'Queued' AND available_at IS NOT ${HELD_UNTIL}`;

/** The others, in words that the index `assets_held` is made of. */
const WAITS_FOR_A_PERSON = `state = 'Queued' AND available_at = ${HELD_UNTIL}`;

export const WHERES = ["first", "up", "down", "last"] as const;
export type Where = (typeof WHERES)[number];

/** One line of films: those of some kinds of work and some libraries (all when absent). */
export type Line = { readonly works: readonly Work[]; readonly libraries?: readonly string[] };

export type QueuePage = { readonly assets: readonly Asset[]; readonly next: string | null };

export type Queue = {
  /** Films in the order in which they are claimed; `cursor` is `next` of the page before. */
  readonly page: (line: Line, page: { readonly limit: number; readonly cursor?: string }) => QueuePage;
  /** All Queued films of the line, and how many of them wait for a person. */
  readonly counts: (line: Line) => { readonly queued: number; readonly held: number };
  /**
   * Gives a film that has a place another one. `too-far`: one step would change the priority of more than a thousand
   * films before it, and nothing was done.
   */
  readonly move: (id: number, where: Where, line: Line) => "done" | "too-far";
};

const LIMIT_MAX = 200;
/** A step forward may have to raise every film before it by one; more than these are not touched for one click. */
const RAISED_MAX = 1000;

type Place = {
  readonly id: number;
  readonly priority: number;
  readonly work: (typeof CLAIM_ORDER)[number];
  readonly sizeBytes: number;
};
type Direction = "after" | "before";

const rankOf = (work: Work): number => (CLAIM_ORDER as readonly Work[]).indexOf(work);

const compare = (left: Place, right: Place): number =>
  right.priority - left.priority ||
  rankOf(left.work) - rankOf(right.work) ||
  left.sizeBytes - right.sizeBytes ||
  left.id - right.id;

const toPlace = (row: Row): Place => ({
  id: numberOf(row, "id"),
  priority: numberOf(row, "priority"),
  work: CLAIM_ORDER.find((each) => each === textOf(row, "work")) ?? "video",
  sizeBytes: numberOf(row, "size_bytes"),
});

/** Ranges of one work's part of the index that lie behind (or before) a place; each is one seek. */
const rangesFrom = (from: Place | null, work: Work, direction: Direction): readonly string[] => {
  if (from === null) return ["TRUE"];
  const [beyond, more] = direction === "after" ? ["<", ">"] : [">", "<"];
  const isLater = rankOf(work) > rankOf(from.work);
  if (rankOf(work) !== rankOf(from.work))
    return [
      isLater === (direction === "after") ? `priority ${beyond}= :priority` : `priority ${beyond} :priority`,
    ];
  return [
    `priority = :priority AND size_bytes ${more}= :sizeBytes AND (size_bytes ${more} :sizeBytes OR id ${more} :id)`,
    `priority ${beyond} :priority`,
  ];
};

type Read = { readonly from: Place | null; readonly direction: Direction; readonly limit: number };

/** The places next to one (or from an end of the line), nearest first. Reads at most `limit` rows of each library and work. */
const placesFrom = (
  database: Database,
  { works, libraries }: Line & { readonly libraries: readonly string[] },
  { from, direction, limit }: Read,
): readonly Place[] => {
  const order =
    direction === "after" ? "priority DESC, size_bytes, id" : "priority, size_bytes DESC, id DESC";
  const found: Place[] = [];
  for (const library of libraries)
    for (const work of CLAIM_ORDER.filter((each) => works.includes(each)))
      for (const range of rangesFrom(from, work, direction)) {
        const { priority = 0, sizeBytes = 0, id = 0 } = from ?? {};
        const rows = database
          .sql(
            `SELECT id, priority, work, size_bytes FROM assets
             WHERE ${IS_IN_LINE} AND library = :library AND work = '${work}' AND ${range} ORDER BY ${order} LIMIT :limit`,
          )
          .all({
            library,
            limit,
            ...(range.includes(":priority") ? { priority } : {}),
            ...(range.includes(":id") ? { sizeBytes, id } : {}),
          });
        found.push(...rows.map(toPlace));
      }
  found.sort(direction === "after" ? compare : (left, right) => compare(right, left));
  return found.slice(0, limit);
};

const writeCursor = ({ priority, work, sizeBytes, id }: Place): string =>
  Buffer.from(JSON.stringify([priority, work, sizeBytes, id])).toString("base64url");

/** A cursor that this program did not make gives the first page. */
const readCursor = (text: string | undefined): Place | null => {
  if (!text) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (!Array.isArray(value)) return null;
    const [priority, word, sizeBytes, id] = value;
    const work = CLAIM_ORDER.find((each) => each === word);
    const isWhole = [priority, sizeBytes, id].every(Number.isSafeInteger);
    return isWhole && work ? { priority, work, sizeBytes, id } : null;
  } catch {
    return null;
  }
};

/** Names of all libraries that have rows. */
export const allLibraries = (database: Database): readonly string[] =>
  database
    .sql(`SELECT DISTINCT library FROM asset_kinds`)
    .all()
    .map((row) => textOf(row, "library"));

/**
 * The new priorities that put a film right before `before[0]`, where `before` are the films before it, nearest first:
 * it goes one above that film, and those further before are raised where they would not be above it any more.
 */
const raised = (id: number, before: readonly Place[]): ReadonlyMap<number, number> => {
  const result = new Map<number, number>();
  const [nearest, ...further] = before;
  if (!nearest) return result;
  let above = nearest.priority + 1;
  result.set(id, above);
  let level: number | null = null;
  for (const each of further) {
    if (each.priority !== level) {
      if (each.priority > above) break;
      level = each.priority;
      above++;
    }
    result.set(each.id, above);
  }
  return result;
};

/** The queue of `database`. */
export const queueOf = (database: Database): Queue => {
  const whole = (line: Line) => ({ ...line, libraries: line.libraries ?? allLibraries(database) });
  const setPriority = (id: number, priority: number): void => {
    database.sql(`UPDATE assets SET priority = :priority WHERE id = :id`).run({ id, priority });
  };
  const placeOf = (id: number): Place | null => {
    const row = database
      .sql(`SELECT id, priority, work, size_bytes FROM assets WHERE id = :id AND ${IS_IN_LINE}`)
      .get({ id });
    return row ? toPlace(row) : null;
  };
  const stepForward = (from: Place, line: ReturnType<typeof whole>): "done" | "too-far" => {
    const before = placesFrom(database, line, { from, direction: "before", limit: RAISED_MAX + 1 });
    const changes = raised(from.id, before);
    if (changes.size > RAISED_MAX) return "too-far";
    for (const [id, priority] of changes) setPriority(id, priority);
    return "done";
  };
  return {
    page: (line, { limit, cursor }) => {
      const most = Math.max(1, Math.min(LIMIT_MAX, Math.floor(limit)));
      const read = { from: readCursor(cursor), direction: "after", limit: most + 1 } as const;
      const places = placesFrom(database, whole(line), read);
      const shown = places.slice(0, most);
      const last = shown.at(-1);
      return {
        assets: shown.flatMap(({ id }) => byId(database, id) ?? []),
        next: places.length > most && last ? writeCursor(last) : null,
      };
    },
    counts: (line) => {
      const row = database
        .sql(
          `SELECT ifnull(sum((SELECT sum(count) FROM asset_counts
               WHERE library = libraries.value AND state = 'Queued' AND work = works.value)), 0) AS queued,
             ifnull(sum((SELECT count(*) FROM assets INDEXED BY assets_held
               WHERE library = libraries.value AND work = works.value AND ${WAITS_FOR_A_PERSON})), 0) AS held
           FROM json_each(:libraries) AS libraries, json_each(:works) AS works`,
        )
        .all({ works: JSON.stringify(line.works), libraries: JSON.stringify(whole(line).libraries) })[0];
      return { queued: row ? numberOf(row, "queued") : 0, held: row ? numberOf(row, "held") : 0 };
    },
    move: (id, where, line) =>
      database.transaction(() => {
        const all = whole(line);
        const place = placeOf(id);
        if (!place) return "done";
        if (where === "up") return stepForward(place, all);
        if (where === "down") {
          const [next] = placesFrom(database, all, { from: place, direction: "after", limit: 1 });
          return next ? stepForward(next, all) : "done";
        }
        const direction = where === "first" ? "after" : "before";
        const [end] = placesFrom(database, all, { from: null, direction, limit: 1 });
        if (end && end.id !== id) setPriority(id, end.priority + (where === "first" ? 1 : -1));
        return "done";
      }),
  };
};
