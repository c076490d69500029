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
import { asksFor, matchOf } from "./asset-words.ts";
import type { Database } from "./database.ts";

export type AssetFilter = KindFilter & {
  /** Beginnings of words of the path, in any order and any case. */
  readonly q?: string;
  /** Episodes of this show. */
  readonly show?: string;
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
  /** Null where words match more films than are counted. */
  readonly facets: () => FacetCounts | null;
};

/** Films found by words are read and counted up to here; more are found in the order of the list, uncounted. */
const WORDS_COUNTED_MAX = 5000;

const linesSql = (sort: KeySort, from: string): string =>
  `SELECT a.id, a.kind, ${sort === "path" ? "a.path" : `a.${ORDERS[sort].column}`} AS key, a.path FROM ${from}`;

const drive = (
  { ids, show, q }: AssetFilter,
  sort: KeySort,
): { readonly sql: string; readonly parameters: Record<string, SQLInputValue> } | null => {
  if (ids !== undefined)
    return {
      sql: `${linesSql(sort, "assets AS a")} WHERE a.id IN (SELECT value FROM json_each(:ids))${show === undefined ? "" : " AND a.show = :show"}`,
      parameters: { ids: JSON.stringify(ids), ...(show === undefined ? {} : { show }) },
    };
  if (show !== undefined)
    return { sql: `${linesSql(sort, "assets AS a")} WHERE a.show = :show`, parameters: { show } };
  const match = q === undefined ? null : matchOf(q);
  return {
    sql: `${linesSql(sort, "asset_words JOIN assets AS a ON a.id = asset_words.rowid")}
      WHERE asset_words MATCH :match LIMIT ${WORDS_COUNTED_MAX + 1}`,
    parameters: { match: match ?? '""' },
  };
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
    facets: () => facetCounts(kinds, tally, filter),
  };
};

/** Words of very many films: the other filters find fewer, or the list is gone through in its order. */
const ofManyWords = (
  database: Database,
  kinds: Kinds,
  filter: AssetFilter,
  sort: KeySort,
  found: readonly Line[],
): Selection => {
  const asks = asksFor(filter.q ?? "");
  const all = ofKinds(kinds, filter);
  if (all.total > WORDS_COUNTED_MAX)
    return {
      ...all,
      total: ofLines(kinds, filter, found).total,
      isTotalExact: false,
      asks,
      facets: () => null,
    };
  const lines = database
    .sql(`${linesSql(sort, "assets AS a")} WHERE a.kind IN (SELECT value FROM json_each(:kinds))`)
    .all({ kinds: JSON.stringify(all.matched.map((each) => each.id)) })
    .map((row) => toLine(sort, row))
    .filter((each) => asks(each.path));
  return { ...ofLines(kinds, filter, lines), facets: () => null };
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
  const driven = drive(filter, sort);
  if (!driven || (hasWords && matchOf(filter.q ?? "") === null)) return ofLines(kinds, filter, []);
  const lines = database
    .sql(driven.sql)
    .all(driven.parameters)
    .map((row) => toLine(sort, row));
  if (filter.ids !== undefined || filter.show !== undefined) {
    const asks = hasWords ? asksFor(filter.q ?? "") : null;
    return ofLines(kinds, filter, asks ? lines.filter((each) => asks(each.path)) : lines);
  }
  return lines.length > WORDS_COUNTED_MAX
    ? ofManyWords(database, kinds, filter, sort, lines)
    : ofLines(kinds, filter, lines);
};
