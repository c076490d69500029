/**
 * The places of the queue and their order. What a person moved has a priority above or below 0 and comes before or behind
 * all else. Of the rest each is as the order says, but every fifth is the one that waits longest, once that is a week.
 */
import { HELD_UNTIL } from "../../core/lifecycle.ts";
import { isTurn, LONG_WAIT_MS, type QueueOrder } from "../../core/queue-order.ts";
import { QUEUED_WORKS, type Work } from "../../core/work.ts";
import { numberOf, textOf } from "./columns.ts";
import type { Database, Row } from "./database.ts";

/** The films that have a place, in words that the indexes `assets_queue_…` are made of. */
export const IS_IN_LINE = `state = 'Queued' AND available_at IS NOT ${HELD_UNTIL}`;

/** Whether any film has a place at all. One seek, for who would look into each line every second of all days. */
export const isAnyInLine = (database: Database): boolean =>
  database.sql(`SELECT 1 FROM assets INDEXED BY assets_queue_quick WHERE ${IS_IN_LINE} LIMIT 1`).get() !==
  undefined;

/** One line of films: those of some kinds of work and some libraries. */
export type OrderedLine = {
  readonly works: readonly Work[];
  /** In the order of the settings. */
  readonly libraries: readonly string[];
  readonly order: QueueOrder;
  /** Epoch ms. */
  readonly now: number;
};

const INDEXES = {
  nominal_ms: "assets_queue_quick",
  newest_rank: "assets_queue_newest",
  wait_rank: "assets_queue_waiting",
} as const;
type Rank = keyof typeof INDEXES;

/** The column that each order sorts by; it has an index of its own. */
const RANKS: Readonly<Record<QueueOrder, Rank>> = {
  quick: "nominal_ms",
  newest: "newest_rank",
  priority: "wait_rank",
};

export type Place = {
  readonly id: number;
  readonly library: string;
  readonly priority: number;
  /** By the order's column. */
  readonly rank: number;
  /** Since when it waits, epoch ms. */
  readonly waitsSince: number;
};

type Direction = "after" | "before";
type Sorting = {
  /** The column, and its value of a place. */
  readonly rank: Rank;
  readonly valueOf: (place: Place) => number;
  readonly compare: (left: Place, right: Place) => number;
  readonly libraryRank: (library: string) => number;
};

const sortingOf = ({ order, libraries }: OrderedLine): Sorting => {
  const libraryRank = (library: string): number => (order === "priority" ? libraries.indexOf(library) : 0);
  return {
    rank: RANKS[order],
    valueOf: (place) => place.rank,
    libraryRank,
    compare: (left, right) =>
      right.priority - left.priority ||
      libraryRank(left.library) - libraryRank(right.library) ||
      left.rank - right.rank ||
      left.id - right.id,
  };
};

/** Those that wait longest, whatever their library. */
const byWaiting: Sorting = {
  rank: RANKS.priority,
  valueOf: (place) => place.waitsSince,
  libraryRank: () => 0,
  compare: (left, right) => left.waitsSince - right.waitsSince || left.id - right.id,
};

/** Ranges of one library's part of an index that lie behind (or before) a place; each is one seek. */
const rangesFrom = (
  from: Place | null,
  library: string,
  { rank, libraryRank }: Sorting,
  direction: Direction,
): readonly string[] => {
  if (from === null) return ["TRUE"];
  const [beyond, more] = direction === "after" ? ["<", ">"] : [">", "<"];
  const later = libraryRank(library) - libraryRank(from.library);
  if (later !== 0)
    return [
      later > 0 === (direction === "after")
        ? `priority ${beyond}= :priority`
        : `priority ${beyond} :priority`,
    ];
  return [
    `priority = :priority AND ${rank} ${more}= :rank AND (${rank} ${more} :rank OR id ${more} :id)`,
    `priority ${beyond} :priority`,
  ];
};

type Read = {
  readonly from: Place | null;
  readonly direction: Direction;
  readonly limit: number;
  /** More that a film has to be, in SQL over `:now` and `:longAgo`. */
  readonly only?: string;
};

const toPlace = (row: Row): Place => ({
  id: numberOf(row, "id"),
  library: textOf(row, "library"),
  priority: numberOf(row, "priority"),
  rank: numberOf(row, "rank"),
  waitsSince: numberOf(row, "waits_since"),
});

/** Nearest first. Reads at most `limit` rows of each library and work, by an index. */
const read = (
  database: Database,
  line: OrderedLine,
  sorting: Sorting,
  { from, direction, limit, only = "TRUE" }: Read,
): readonly Place[] => {
  const { rank, compare } = sorting;
  const order = direction === "after" ? `priority DESC, ${rank}, id` : `priority, ${rank} DESC, id DESC`;
  const values = from && { ":priority": from.priority, ":rank": sorting.valueOf(from), ":id": from.id };
  const found: Place[] = [];
  for (const library of line.libraries)
    for (const work of QUEUED_WORKS.filter((each) => line.works.includes(each)))
      for (const range of rangesFrom(from, library, sorting, direction)) {
        const where = `${IS_IN_LINE} AND library = :library AND work = '${work}' AND ${range} AND ${only}`;
        const given = { ...values, ":now": line.now, ":longAgo": line.now - LONG_WAIT_MS };
        const named = Object.entries(given).filter(([name]) => where.includes(name));
        const rows = database
          .sql(
            `SELECT id, library, priority, ${RANKS[line.order]} AS rank, wait_rank AS waits_since
             FROM assets INDEXED BY ${INDEXES[rank]} WHERE ${where} ORDER BY ${order} LIMIT :limit`,
          )
          .all({
            library,
            limit,
            ...Object.fromEntries(named.map(([name, value]) => [name.slice(1), value])),
          });
        found.push(...rows.map(toPlace));
      }
  found.sort(direction === "after" ? compare : (left, right) => compare(right, left));
  return found.slice(0, limit);
};

/** The place of a film that has one. */
export const placeOf = (database: Database, { order }: OrderedLine, id: number): Place | null => {
  const row = database
    .sql(
      `SELECT id, library, priority, ${RANKS[order]} AS rank, wait_rank AS waits_since FROM assets
       WHERE id = :id AND ${IS_IN_LINE}`,
    )
    .get({ id });
  return row ? toPlace(row) : null;
};

/** The places next to one (or from an end of the line) by priority and order alone, nearest first. */
export const placesFrom = (database: Database, line: OrderedLine, asked: Read): readonly Place[] =>
  read(database, line, sortingOf(line), asked);

const AT_ONCE = 64;

/** All behind a place, read as they are asked for: the first alone, as a claim wants no other, then many at once. */
function* following(
  database: Database,
  line: OrderedLine,
  sorting: Sorting,
  start: { readonly from: Place | null; readonly only: string },
): Generator<Place, void> {
  for (let { from } = start, limit = 1; ; limit = AT_ONCE) {
    const places = read(database, line, sorting, { ...start, from, direction: "after", limit });
    yield* places;
    if (places.length < limit) return;
    from = places.at(-1) ?? null;
  }
}

const nextOf = (places: Generator<Place, void>, isTaken: (place: Place) => boolean): Place | null => {
  for (let next = places.next(); !next.done; next = places.next())
    if (!isTaken(next.value)) return next.value;
  return null;
};

/** Where the reading of a line stands: the last place of each order that was taken, and the turns. */
export type Standing = {
  readonly ordered: Place | null;
  readonly waiting: Place | null;
  /** Films taken since the last turn of one that waited long. */
  readonly begun: number;
};

export type Taken = { readonly place: Place; readonly isTurn: boolean; readonly standing: Standing };

/** Films of the line in the order in which they are begun; `only`: SQL over `:now` that they fulfil. */
export function* inOrder(
  database: Database,
  line: OrderedLine,
  from: Standing,
  only = "TRUE",
): Generator<Taken, void> {
  const sorting = sortingOf(line);
  let { ordered, waiting, begun } = from;
  const isPassed = (place: Place, by: Sorting, last: Place | null): boolean =>
    last !== null && by.compare(place, last) <= 0;
  const rows = following(database, line, sorting, { from: ordered, only });
  // Only those that no person moved get turns by waiting.
  const waitingLong = `${only} AND priority = 0 AND wait_rank <= :longAgo`;
  const olds = following(database, line, byWaiting, { from: waiting, only: waitingLong });
  // What had a turn is passed where the order comes to it, and the other way round.
  const nextRow = () => nextOf(rows, (place) => place.priority === 0 && isPassed(place, byWaiting, waiting));
  for (let next = nextRow(); next !== null; ) {
    const old =
      next.priority === 0 && isTurn(begun)
        ? nextOf(olds, (place) => isPassed(place, sorting, ordered))
        : null;
    if (old) [waiting, begun] = [old, 0];
    else {
      ordered = next;
      if (next.priority === 0) begun = isTurn(begun) ? begun : begun + 1;
    }
    yield { place: old ?? next, isTurn: old !== null, standing: { ordered, waiting, begun } };
    if (old === null || old.id === next.id) next = nextRow();
  }
}

/** The turns are counted for each line, over restarts too. */
const lineName = (works: readonly Work[]): string =>
  QUEUED_WORKS.filter((each) => works.includes(each)).join(" ");

/** The line as it stands: nothing of it was taken yet. */
export const standingOf = (database: Database, { works }: Pick<OrderedLine, "works">): Standing => {
  const row = database.sql(`SELECT begun FROM queue_turns WHERE line = :line`).get({ line: lineName(works) });
  return { ordered: null, waiting: null, begun: row ? numberOf(row, "begun") : 0 };
};

export const keepTurns = (
  database: Database,
  { works }: Pick<OrderedLine, "works">,
  { begun }: Standing,
): void => {
  database
    .sql(
      `INSERT INTO queue_turns VALUES (:line, :begun)
       ON CONFLICT DO UPDATE SET begun = excluded.begun WHERE begun <> excluded.begun`,
    )
    .run({ line: lineName(works), begun });
};

/** Names of all libraries that have rows. */
export const allLibraries = (database: Database): readonly string[] =>
  database
    .sql(`SELECT DISTINCT library FROM asset_kinds`)
    .all()
    .map((row) => textOf(row, "library"));
