/** Lists of assets: keyset pages in any order of the list's columns, and what they count. */
import { STATES, type State } from "../../core/lifecycle.ts";
import { WORKS, type Work } from "../../core/work.ts";
import type { FacetCounts } from "./asset-facets.ts";
import { type Kind, type Kinds, VERDICTS } from "./asset-kinds.ts";
import {
  comparerOf,
  KEY_SORTS,
  type KeySort,
  type Line,
  linesOf,
  ORDERS,
  type Place,
  type Wanted,
} from "./asset-order.ts";
import { linesWithWords } from "./asset-order-words.ts";
import { ASSET_COLUMNS, type Asset, toAsset } from "./asset-row.ts";
import { type AssetFilter, type Selection, select } from "./asset-select.ts";
import { numberOf } from "./columns.ts";
import type { Database } from "./database.ts";

/** Orders by what is alike for all films of a kind; within it by title. */
const GROUP_SORTS = ["state", "verdict", "why", "work", "library"] as const;
type GroupSort = (typeof GROUP_SORTS)[number];

export const ASSET_SORTS = [...KEY_SORTS, ...GROUP_SORTS] as const;
export type AssetSort = (typeof ASSET_SORTS)[number];

export type AssetQuery = AssetFilter & {
  readonly sort?: AssetSort;
  /** The other way round than is usual for the sort: names and ids from the end, oldest and smallest first. */
  readonly isReversed?: boolean;
  /** `next` of the page before. One that this program did not make gives the first page. */
  readonly cursor?: string;
  readonly limit: number;
};

export type AssetPage = {
  readonly assets: readonly Asset[];
  readonly next: string | null;
  readonly total: number;
  /** False: words match so many films that they were not counted; there are at least `total`. */
  readonly isTotalExact: boolean;
  /** How many there would be by each value of each filter; null where they were not counted. */
  readonly facets: () => FacetCounts | null;
};

export type AssetCounts = {
  readonly state: Readonly<Record<State, number>>;
  readonly work: Readonly<Record<Work, number>>;
  readonly total: number;
};

/** How many films a filter finds, and in which states. */
export type Counted = {
  readonly total: number;
  readonly states: Readonly<Partial<Record<State, number>>>;
};

/** Every film that a filter finds. */
export type Matched = Counted & { readonly ids: readonly number[] };

const LIMIT_MAX = 200;

type Rank = string | number;

/** What has no such word comes first. */
const placeIn = (words: readonly string[], word: string | undefined): number => words.indexOf(word ?? "");

const RANKS: Readonly<Record<GroupSort, (kind: Kind) => Rank>> = {
  state: ({ state }) => STATES.indexOf(state),
  verdict: ({ values }) => placeIn(VERDICTS, values.verdict[0]),
  why: ({ why }) => why,
  work: ({ values }) => placeIn(WORKS, values.work[0]),
  library: ({ library }) => library,
};

/** The way a list goes at first in this order. */
export const usualOrder = (sort: AssetSort): "asc" | "desc" =>
  !isGroupSort(sort) && ORDERS[sort].isDescending ? "desc" : "asc";

const isGroupSort = (sort: AssetSort): sort is GroupSort => GROUP_SORTS.some((each) => each === sort);
const keyOf = (sort: AssetSort): KeySort => (isGroupSort(sort) ? "title" : sort);

/** The rank of the group is null in orders without groups. */
type Cursor = Place & { readonly rank: Rank | null };

const isRank = (value: unknown): value is Rank => typeof value === "string" || Number.isSafeInteger(value);

const readCursor = (text: string | undefined, sort: AssetSort): Cursor | null => {
  if (!text) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (!Array.isArray(value) || value[0] !== sort) return null;
    const [, key, id, rank] = value;
    const isKey = ORDERS[keyOf(sort)].key === "text" ? typeof key === "string" : Number.isSafeInteger(key);
    const isRanked = isGroupSort(sort) ? isRank(rank) : rank === null;
    return isKey && Number.isSafeInteger(id) && isRanked ? { key, id, rank } : null;
  } catch {
    return null;
  }
};

const writeCursor = (sort: AssetSort, { key, id, rank }: Cursor): string =>
  Buffer.from(JSON.stringify([sort, key, id, rank])).toString("base64url");

type Group = { readonly rank: Rank | null; readonly kinds: readonly Kind[] };

const compareRanks = (left: Rank, right: Rank): number =>
  typeof left === "number" && typeof right === "number"
    ? left - right
    : left === right
      ? 0
      : String(left) < String(right)
        ? -1
        : 1;

/** The kinds that stand together, in order; those before `from` left out. */
const groupsOf = (
  sort: AssetSort,
  kinds: readonly Kind[],
  isDown: boolean,
  from: Rank | null,
): readonly Group[] => {
  if (!isGroupSort(sort)) return [{ rank: null, kinds }];
  const groups = new Map<Rank, Kind[]>();
  for (const kind of kinds) {
    const rank = RANKS[sort](kind);
    const group = groups.get(rank);
    if (group) group.push(kind);
    else groups.set(rank, [kind]);
  }
  const sign = isDown ? -1 : 1;
  return [...groups]
    .filter(([rank]) => from === null || sign * compareRanks(rank, from) >= 0)
    .toSorted(([left], [right]) => sign * compareRanks(left, right))
    .map(([rank, group]) => ({ rank, kinds: group }));
};

/** The films of one group in order, behind `wanted.after`. */
function* linesOfGroup(
  database: Database,
  { lines, words, isAll, matched }: Selection,
  { kinds }: Group,
  wanted: Wanted,
): Generator<Line> {
  const ids = kinds.map((each) => each.id);
  if (lines !== null) {
    const [only, compare, { after }] = [new Set(ids), comparerOf(wanted.sort, wanted.isDown), wanted];
    yield* lines
      .filter((each) => only.has(each.kind) && (after === null || compare(each, after) > 0))
      .toSorted(compare);
    return;
  }
  const only = isAll && kinds.length === matched.length ? null : ids;
  yield* words === null ? linesOf(database, wanted, only) : linesWithWords(database, wanted, only, words);
}

/** In the order of `ids`; what has gone meanwhile is left out. */
const assetsIn = (database: Database, ids: readonly number[]): readonly Asset[] => {
  const rows = database
    .sql(`SELECT ${ASSET_COLUMNS} FROM assets WHERE id IN (SELECT value FROM json_each(:ids))`)
    .all({ ids: JSON.stringify(ids) });
  const byId = new Map(rows.map((row) => [numberOf(row, "id"), row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row ? [toAsset(row)] : [];
  });
};

/** One page of at most 200 assets. */
export const pageOf = (database: Database, kinds: Kinds, query: AssetQuery): AssetPage => {
  const sort = query.sort ?? "path";
  const isReversed = query.isReversed ?? false;
  const key = keyOf(sort);
  const isDown = !isGroupSort(sort) && ORDERS[key].isDescending !== isReversed;
  const limit = Math.max(1, Math.min(LIMIT_MAX, Math.floor(query.limit)));
  const selection = select(database, kinds, query, key);
  const cursor = readCursor(query.cursor, sort);
  const groups = groupsOf(sort, selection.matched, isGroupSort(sort) && isReversed, cursor?.rank ?? null);
  const taken: Cursor[] = [];
  for (const group of groups) {
    const after = cursor !== null && cursor.rank === group.rank ? cursor : null;
    const wanted = { sort: key, isDown, after, limit: limit + 1 };
    for (const line of linesOfGroup(database, selection, group, wanted)) {
      taken.push({ key: line.key, id: line.id, rank: group.rank });
      if (taken.length > limit) break;
    }
    if (taken.length > limit) break;
  }
  const last = taken[limit - 1];
  return {
    assets: assetsIn(
      database,
      taken.slice(0, limit).map((each) => each.id),
    ),
    next: taken.length > limit && last ? writeCursor(sort, last) : null,
    total: selection.total,
    isTotalExact: selection.isTotalExact,
    facets: selection.facets,
  };
};

/** How many films a filter finds, without the films. */
export const countOf = (
  database: Database,
  kinds: Kinds,
  filter: AssetFilter,
): Pick<AssetPage, "total" | "isTotalExact" | "facets"> => select(database, kinds, filter);

/** How many assets there are in each state and of each work (those assessed); of `libraries` alone when given. */
export const countsOf = (kinds: Kinds, libraries?: readonly string[]): AssetCounts => {
  const state = Object.fromEntries(STATES.map((each) => [each, 0])) as Record<State, number>;
  const work = Object.fromEntries(WORKS.map((each) => [each, 0])) as Record<Work, number>;
  let total = 0;
  for (const sum of kinds.sums()) {
    if (libraries !== undefined && !libraries.includes(sum.library)) continue;
    const isWork = WORKS.find((each) => each === sum.work);
    state[sum.state] += sum.films;
    if (isWork) work[isWork] += sum.films;
    total += sum.films;
  }
  return { state, work, total };
};

/** Every film that a filter finds, by number, and how many there are in each state. */
export const matchedBy = (database: Database, kinds: Kinds, filter: AssetFilter): Matched => {
  const selection = select(database, kinds, filter);
  const states: Partial<Record<State, number>> = {};
  const ids: number[] = [];
  const wanted = { sort: "id", isDown: false, after: null } as const;
  const [group] = groupsOf("id", selection.matched, false, null);
  if (!group) return { ids, states, total: 0 };
  for (const line of linesOfGroup(database, selection, group, { ...wanted, limit: 1000 })) {
    ids.push(line.id);
    const state = kinds.byId(line.kind)?.state;
    if (state) states[state] = (states[state] ?? 0) + 1;
  }
  return { ids, states, total: ids.length };
};

/** As `matchedBy` without the films, which are read only where words find very many. */
export const statesOf = (database: Database, kinds: Kinds, filter: AssetFilter): Counted => {
  const { lines, words, matched, total } = select(database, kinds, filter);
  if (words !== null) return matchedBy(database, kinds, filter);
  const states: Partial<Record<State, number>> = {};
  const add = (state: State | undefined, films: number): void => {
    if (state && films > 0) states[state] = (states[state] ?? 0) + films;
  };
  if (lines !== null) for (const { kind } of lines) add(kinds.byId(kind)?.state, 1);
  else for (const { id, state } of matched) add(state, kinds.tally().get(id) ?? 0);
  return { total, states };
};

/** How many films `archivedOf` gives. */
export const archivedCountOf = (database: Database, kinds: Kinds, filter: AssetFilter): number => {
  const { lines, words, matched } = select(database, kinds, { ...filter, state: "Archived" });
  if (lines !== null || words !== null) return archivedOf(database, kinds, filter).length;
  const row = database
    .sql(
      `SELECT count(*) AS films FROM assets INDEXED BY assets_archived
       WHERE archive_path IS NOT NULL AND kind IN (SELECT value FROM json_each(:kinds))`,
    )
    .get({ kinds: JSON.stringify(matched.map((each) => each.id)) });
  return row ? numberOf(row, "films") : 0;
};

/** The films of a filter whose original lies in the archive, by number. */
export const archivedOf = (database: Database, kinds: Kinds, filter: AssetFilter): readonly number[] => {
  const wanted = { ...filter, state: "Archived" } as const;
  const { lines, words, matched } = select(database, kinds, wanted);
  if (lines === null && words === null)
    return database
      .sql(
        `SELECT id FROM assets INDEXED BY assets_archived
         WHERE archive_path IS NOT NULL AND kind IN (SELECT value FROM json_each(:kinds)) ORDER BY id`,
      )
      .all({ kinds: JSON.stringify(matched.map((each) => each.id)) })
      .map((row) => numberOf(row, "id"));
  const { ids } = matchedBy(database, kinds, wanted);
  return database
    .sql(
      `SELECT id FROM assets WHERE id IN (SELECT value FROM json_each(:ids)) AND archive_path IS NOT NULL ORDER BY id`,
    )
    .all({ ids: JSON.stringify(ids) })
    .map((row) => numberOf(row, "id"));
};
