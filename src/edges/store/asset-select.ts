/** Which films a filter finds: by their kinds, or film by film where words, a show or a choice of films narrow it. */
import type { SQLInputValue } from "node:sqlite";
import {
  type FacetCounts,
  facetCounts,
  type Kind,
  type KindFilter,
  type Kinds,
  matchingKinds,
  type Tally,
} from "./asset-kinds.ts";
import { type KeySort, type Line, ORDERS, toLine } from "./asset-order.ts";
import { asksFor, matchOf, WORDS_COUNTED_MAX } from "./asset-words.ts";
import { numberOf } from "./columns.ts";
import type { Database } from "./database.ts";

export type AssetFilter = KindFilter & {
  /** Beginnings of words of the path, in any order and any case. */
  readonly q?: string;
  /** Episodes of this show. */
  readonly show?: string;
  /** Of that show, this season alone. */
  readonly season?: number;
  /** Only these films. */
  readonly ids?: readonly number[];
};

export type Selection = {
  /** The kinds of what matches, and how many films of each. */
  readonly matched: readonly Kind[];
  readonly total: number;
  /** Words that match more films than are counted: there are at least `total`. */
  readonly isTotalExact: boolean;
  /** The films themselves, in no order; null where they are found by their kinds. */
  readonly lines: readonly Line[] | null;
  /** Every film there is matches. */
  readonly isAll: boolean;
  /** What is still to be asked of each film's path. */
  readonly asks: ((path: string) => boolean) | null;
  /** What matches is found soon by going through all films in order. */
  readonly isSpread: boolean;
  /** Null where words match more films than are counted. */
  readonly facets: () => FacetCounts | null;
};

const linesSql = (sort: KeySort): string =>
  `SELECT a.id, a.kind, ${sort === "path" ? "a.path" : `a.${ORDERS[sort].column}`} AS key, a.path FROM assets AS a`;

/** The films of a choice or of a show, whatever else is filtered. */
const readLines = (
  database: Database,
  { ids, show, season }: AssetFilter,
  sort: KeySort,
): readonly Line[] => {
  const conditions = [
    ...(ids === undefined ? [] : ["a.id IN (SELECT value FROM json_each(:ids))"]),
    ...(show === undefined ? [] : ["a.show = :show"]),
    ...(season === undefined ? [] : ["a.season = :season"]),
  ];
  const parameters: Record<string, SQLInputValue> = {
    ...(ids === undefined ? {} : { ids: JSON.stringify(ids) }),
    ...(show === undefined ? {} : { show }),
    ...(season === undefined ? {} : { season }),
  };
  return database
    .sql(`${linesSql(sort)} WHERE ${conditions.join(" AND ")}`)
    .all(parameters)
    .map((row) => toLine(sort, row));
};

const tallyOf = (lines: readonly Line[]): Tally => {
  const tally = new Map<number, number>();
  for (const { kind } of lines) tally.set(kind, (tally.get(kind) ?? 0) + 1);
  return tally;
};

const sumOf = (tally: Tally, kinds: readonly Kind[]): number =>
  kinds.reduce((sum, { id }) => sum + (tally.get(id) ?? 0), 0);

const ofLines = (kinds: Kinds, filter: AssetFilter, lines: readonly Line[]): Selection => {
  const tally = tallyOf(lines);
  const matched = matchingKinds(kinds, tally, filter);
  const ids = new Set(matched.map((each) => each.id));
  return {
    matched,
    total: sumOf(tally, matched),
    isTotalExact: true,
    lines: lines.filter((each) => ids.has(each.kind)),
    isAll: false,
    asks: null,
    isSpread: false,
    facets: () => facetCounts(kinds, tally, filter),
  };
};

const ofKinds = (kinds: Kinds, filter: AssetFilter): Selection => {
  const tally = kinds.tally();
  const matched = matchingKinds(kinds, tally, filter);
  return {
    matched,
    total: sumOf(tally, matched),
    isTotalExact: true,
    lines: null,
    isAll: matched.length === tally.size,
    asks: null,
    isSpread: false,
    facets: () => facetCounts(kinds, tally, filter),
  };
};

/** The kinds of films by their numbers. */
const kindsOfFilms = (database: Database, ids: readonly number[]): Tally =>
  new Map(
    database
      .sql(
        `SELECT kind, count(*) AS n FROM assets WHERE id IN (SELECT value FROM json_each(:ids)) GROUP BY kind`,
      )
      .all({ ids: JSON.stringify(ids) })
      .map((row) => [numberOf(row, "kind"), numberOf(row, "n")]),
  );

/** So few films of the other filters are counted among all films of the words. */
const INTERSECTED_MAX = 60_000;
/** With so many of the first films matching, the list is gone through rather than the kinds. */
const SPREAD_MIN = 100;

/** Words of very many films: the other filters find fewer, or the list is gone through in its order. */
const ofManyWords = (
  database: Database,
  kinds: Kinds,
  filter: AssetFilter,
  sort: KeySort,
  found: readonly number[],
): Selection => {
  const q = filter.q ?? "";
  const asks = asksFor(q);
  const all = ofKinds(kinds, filter);
  if (all.total > INTERSECTED_MAX) {
    const first = kindsOfFilms(database, found);
    const total = sumOf(first, matchingKinds(kinds, first, filter));
    return { ...all, total, isTotalExact: false, asks, isSpread: total >= SPREAD_MIN, facets: () => null };
  }
  const ids = database
    .sql(
      `SELECT id FROM assets INDEXED BY assets_of_kind WHERE kind IN (SELECT value FROM json_each(:kinds))
         AND +id IN (SELECT rowid FROM asset_words WHERE asset_words MATCH :match)`,
    )
    .all({ kinds: JSON.stringify(all.matched.map((each) => each.id)), match: matchOf(q) })
    .map((row) => numberOf(row, "id"));
  if (ids.length > WORDS_COUNTED_MAX)
    return { ...all, total: ids.length, isAll: false, asks, isSpread: true, facets: () => null };
  return { ...ofLines(kinds, filter, readLines(database, { ids }, sort)), facets: () => null };
};

const askedOf = (q: string): ((line: Line) => boolean) => {
  const asks = asksFor(q);
  return ({ path }) => asks(path);
};

/** What `filter` finds; `sort` is the key that its lines are read with. */
export const select = (
  database: Database,
  kinds: Kinds,
  filter: AssetFilter,
  sort: KeySort = "id",
): Selection => {
  const hasWords = filter.q !== undefined && filter.q.trim() !== "";
  if (filter.ids === undefined && filter.show === undefined && !hasWords) return ofKinds(kinds, filter);
  const q = hasWords ? (filter.q ?? "") : "";
  const match = hasWords ? matchOf(q) : null;
  if (hasWords && match === null) return ofLines(kinds, filter, []);
  if (filter.ids !== undefined || filter.show !== undefined) {
    const lines = readLines(database, filter, sort);
    return ofLines(kinds, filter, match === null ? lines : lines.filter(askedOf(q)));
  }
  const found = match === null ? [] : kinds.withWords(match);
  return found.length > WORDS_COUNTED_MAX
    ? ofManyWords(database, kinds, filter, sort, found)
    : ofLines(kinds, filter, readLines(database, { ids: found }, sort));
};
