/** Which films a filter finds: by their kinds, or film by film where words, a show or a choice of films narrow it. */
import type { SQLInputValue } from "node:sqlite";
import { type FacetCounts, facetCounts, matchingKinds } from "./asset-facets.ts";
import type { Kind, KindFilter, Kinds, Tally } from "./asset-kinds.ts";
import { type KeySort, type Line, ORDERS, toLine } from "./asset-order.ts";
import { asksFor, type Found, matchOf, WORDS_COUNTED_MAX } from "./asset-words.ts";
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
  /** Words whose films are found by going through all films in order; null: nothing is left to be asked of a film. */
  readonly words: string | null;
  /** Null where words match more films than are counted. */
  readonly facets: () => FacetCounts | null;
};

const linesSql = (sort: KeySort): string =>
  `SELECT a.id, a.kind, ${sort === "path" ? "a.path" : `a.${ORDERS[sort].column}`} AS key, a.path FROM assets AS a`;

type Narrow = {
  /** As a JSON array. */
  readonly ids?: string | undefined;
  readonly show?: string | undefined;
  readonly season?: number | undefined;
};

/** The films of a choice or of a show, whatever else is filtered. */
const readLines = (database: Database, { ids, show, season }: Narrow, sort: KeySort): readonly Line[] => {
  const conditions = [
    ...(ids === undefined ? [] : ["a.id IN (SELECT value FROM json_each(:ids))"]),
    ...(show === undefined ? [] : ["a.show = :show"]),
    ...(season === undefined ? [] : ["a.season = :season"]),
  ];
  const parameters: Record<string, SQLInputValue> = {
    ...(ids === undefined ? {} : { ids }),
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
    words: null,
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
    words: null,
    facets: () => facetCounts(kinds, tally, filter),
  };
};

/** The kinds of films by their numbers. */
const kindsOfFilms = (database: Database, ids: string): Tally =>
  new Map(
    database
      .sql(
        `SELECT kind, count(*) AS n FROM assets WHERE id IN (SELECT value FROM json_each(:ids)) GROUP BY kind`,
      )
      .all({ ids })
      .map((row) => [numberOf(row, "kind"), numberOf(row, "n")]),
  );

/** So few films of the other filters are counted among all films of the words. */
const INTERSECTED_MAX = 60_000;
/** With so many of the first films matching, the list is gone through in its order. */
const SPREAD_MIN = 100;

/** Words of very many films: those of the other filters are looked up among them, or the list is gone through in its order. */
const ofManyWords = (
  database: Database,
  kinds: Kinds,
  filter: AssetFilter,
  sort: KeySort,
  { words, match, found }: { readonly words: string; readonly match: string; readonly found: Found },
): Selection => {
  const all = ofKinds(kinds, filter);
  if (all.total > INTERSECTED_MAX) {
    const first = all.isAll ? null : kindsOfFilms(database, found.ids);
    const total = first === null ? found.films : sumOf(first, matchingKinds(kinds, first, filter));
    if (total >= SPREAD_MIN) return { ...all, total, isTotalExact: false, words, facets: () => null };
  }
  const among = all.matched.map((each) => each.id);
  const ids = kinds.withWordsIn(match, among);
  if (ids.length > WORDS_COUNTED_MAX)
    return { ...all, total: ids.length, isAll: false, words, facets: () => null };
  const lines = readLines(database, { ids: JSON.stringify(ids) }, sort);
  return { ...ofLines(kinds, filter, lines), facets: () => null };
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
  const q = filter.q?.trim() ? filter.q : null;
  if (filter.ids === undefined && filter.show === undefined && q === null) return ofKinds(kinds, filter);
  const match = q === null ? null : matchOf(q);
  if (q !== null && match === null) return ofLines(kinds, filter, []);
  if (filter.ids !== undefined || filter.show !== undefined) {
    const { show, season } = filter;
    const ids = filter.ids && JSON.stringify(filter.ids);
    const lines = readLines(database, { ids, show, season }, sort);
    return ofLines(kinds, filter, q === null ? lines : lines.filter(askedOf(q)));
  }
  if (q === null || match === null) return ofKinds(kinds, filter);
  const found = kinds.withWords(match);
  return found.films > WORDS_COUNTED_MAX
    ? ofManyWords(database, kinds, filter, sort, { words: q, match, found })
    : ofLines(kinds, filter, readLines(database, { ids: found.ids }, sort));
};
