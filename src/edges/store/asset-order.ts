/** The orders of a list, and the films of some kinds in one of them, read as far as they are wanted. */
import type { SQLInputValue } from "node:sqlite";
import { numberOf, textOf } from "./columns.ts";
import type { Database, Row } from "./database.ts";

/** Orders that a column has an index for. */
export const KEY_SORTS = ["path", "title", "year", "size", "after", "state_at", "id"] as const;
export type KeySort = (typeof KEY_SORTS)[number];

type Order = {
  readonly column: string;
  readonly key: "text" | "number";
  readonly isDescending: boolean;
  /** Index of one kind's films, and of all. */
  readonly ofKind: string;
  readonly ofAll: string;
};

const order = (column: string, name: string, key: Order["key"], isDescending: boolean): Order => ({
  column,
  key,
  isDescending,
  ofKind: `INDEXED BY assets_of_kind_by_${name}`,
  ofAll: `INDEXED BY assets_by_${name}`,
});

export const ORDERS: Readonly<Record<KeySort, Order>> = {
  path: order("path COLLATE NOCASE", "path", "text", false),
  title: order("sort_name", "sort_name", "text", false),
  year: order("year", "year", "number", true),
  size: order("size_bytes", "size", "number", true),
  after: order("after_bytes", "after", "number", true),
  state_at: order("state_at", "state_at", "number", true),
  id: { column: "id", key: "number", isDescending: false, ofKind: "INDEXED BY assets_of_kind", ofAll: "" },
};

export type Place = { readonly key: string | number; readonly id: number };
export type Line = Place & {
  readonly kind: number;
  /** Empty where it was not read. */
  readonly path: string;
};

/** Text as SQLite compares it: by code points, under NOCASE with A to Z as small letters. */
const compareText = (left: string, right: string): number => {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (a === b) continue;
    const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
    return isHigh(a) === isHigh(b) ? a - b : isHigh(a) ? 1 : -1;
  }
  return left.length - right.length;
};
const asciiLower = (text: string): string => text.replaceAll(/[A-Z]+/g, (each) => each.toLowerCase());

/** Films in the order of `sort`, by key and then by id. */
export const comparerOf = (sort: KeySort, isDown: boolean): ((left: Place, right: Place) => number) => {
  const sign = isDown ? -1 : 1;
  return (left, right) => {
    const [a, b] = [left.key, right.key];
    const byKey =
      typeof a === "number" || typeof b === "number"
        ? Number(a) - Number(b)
        : sort === "path"
          ? compareText(asciiLower(a), asciiLower(b))
          : compareText(a, b);
    return sign * (byKey === 0 ? left.id - right.id : byKey);
  };
};

export const toLine = (sort: KeySort, row: Row): Line => ({
  id: numberOf(row, "id"),
  kind: numberOf(row, "kind"),
  key: ORDERS[sort].key === "text" ? textOf(row, "key") : numberOf(row, "key"),
  path: typeof row.path === "string" ? row.path : "",
});

export type Wanted = {
  readonly sort: KeySort;
  readonly isDown: boolean;
  /** Only what comes behind it. */
  readonly after: Place | null;
  /** About how many will be taken. */
  readonly limit: number;
};

/** From the start; behind a film, those of its key first and then those of other keys, so that each is one step in. */
type Part = "start" | "same-key" | "beyond";

const CONDITIONS: Readonly<Record<Part, (column: string, beyond: string) => readonly string[]>> = {
  start: () => [],
  "same-key": (column, beyond) => [`${column} = :afterKey`, `id ${beyond} :afterId`],
  beyond: (column, beyond) => [`${column} ${beyond} :afterKey`],
};

/** The columns of an order, as ORDER BY names them. */
export const orderSql = (sort: KeySort, direction: "ASC" | "DESC"): string =>
  sort === "id" ? `id ${direction}` : `${ORDERS[sort].column} ${direction}, id ${direction}`;

/** What a film's place in an order is told by. */
export const keySql = (sort: KeySort): string => (sort === "path" ? "path" : ORDERS[sort].column);

/** The statement for one kind (`:kind`), or for all films; the tests look at its plan. */
export const linesSql = (
  { sort, isDown }: Pick<Wanted, "sort" | "isDown">,
  of: "kind" | "all",
  part: Part,
): string => {
  const { column, ofKind, ofAll } = ORDERS[sort];
  const [direction, beyond] = isDown ? (["DESC", "<"] as const) : (["ASC", ">"] as const);
  const where = [...(of === "kind" ? ["kind = :kind"] : []), ...CONDITIONS[part](column, beyond)];
  return `SELECT id, kind, ${keySql(sort)} AS key FROM assets ${of === "kind" ? ofKind : ofAll}
    ${where.length > 0 ? `WHERE ${where.join(" AND ")}` : ""} ORDER BY ${orderSql(sort, direction)} LIMIT :count`;
};

const readPart = (
  database: Database,
  wanted: Wanted,
  kind: number | null,
  part: Part,
  parameters: Record<string, SQLInputValue>,
): readonly Line[] =>
  database
    .sql(linesSql(wanted, kind === null ? "all" : "kind", part))
    .all(kind === null ? parameters : { ...parameters, kind })
    .map((row) => toLine(wanted.sort, row));

const readLines = (
  database: Database,
  wanted: Wanted,
  kind: number | null,
  after: Place | null,
  count: number,
): readonly Line[] => {
  if (after === null) return readPart(database, wanted, kind, "start", { count });
  const { key, id } = after;
  if (wanted.sort === "id") return readPart(database, wanted, kind, "beyond", { count, afterKey: id });
  const same = readPart(database, wanted, kind, "same-key", { count, afterKey: key, afterId: id });
  if (same.length === count) return same;
  return [
    ...same,
    ...readPart(database, wanted, kind, "beyond", { count: count - same.length, afterKey: key }),
  ];
};

type Source = { lines: readonly Line[]; at: number; readonly refill: (after: Place) => readonly Line[] };

/** All films in order, in growing portions. */
function* walk(database: Database, wanted: Wanted): Generator<Line> {
  let { after } = wanted;
  for (let count = wanted.limit; ; count = Math.min(5000, count * 4)) {
    const lines = readLines(database, wanted, null, after, count);
    yield* lines;
    const last = lines.at(-1);
    if (!last || lines.length < count) return;
    after = last;
  }
}

/** The films of some kinds, merged: each kind's are in order in its index. */
function* merge(database: Database, wanted: Wanted, kinds: readonly number[]): Generator<Line> {
  const portion = Math.max(2, Math.ceil((wanted.limit * 2) / kinds.length));
  const compare = comparerOf(wanted.sort, wanted.isDown);
  const heap: Source[] = [];
  const head = (source: Source | undefined): Line | undefined => source?.lines[source.at];
  const isBefore = (left: number, right: number): boolean => {
    const [a, b] = [head(heap[left]), head(heap[right])];
    return a !== undefined && (b === undefined || compare(a, b) < 0);
  };
  const swap = (left: number, right: number): void => {
    const [a, b] = [heap[left], heap[right]];
    if (a && b) [heap[left], heap[right]] = [b, a];
  };
  const sink = (from: number): void => {
    for (let at = from; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && isBefore(child, least)) least = child;
      if (least === at) return;
      swap(at, least);
      at = least;
    }
  };
  for (const kind of kinds) {
    const refill = (after: Place | null): readonly Line[] =>
      readLines(database, wanted, kind, after, portion);
    const lines = refill(wanted.after);
    if (lines.length > 0) heap.push({ lines, at: 0, refill });
  }
  for (let at = Math.floor(heap.length / 2); at >= 0; at--) sink(at);
  for (let [first] = heap; first; [first] = heap) {
    const line = head(first);
    if (!line) return;
    yield line;
    first.at++;
    if (first.at === first.lines.length && first.lines.length >= portion) {
      first.lines = first.refill(line);
      first.at = 0;
    }
    if (first.at >= first.lines.length) {
      const last = heap.pop();
      if (last && last !== first) heap[0] = last;
    }
    sink(0);
  }
}

/** A step into an index takes as long as passing over some films in the order of all. */
const FILMS_PASSED_PER_KIND = 3;

/**
 * The films of `kinds` (null: all films) in order. Where they are spread among all films, the order of all soon gives a
 * page; where they are not, as many films are passed over as the kinds are worth, and then the kinds are merged: so no
 * filter costs more than some steps for each of its kinds.
 */
export function* linesOf(
  database: Database,
  wanted: Wanted,
  kinds: readonly number[] | null,
): Generator<Line> {
  if (kinds === null) return yield* walk(database, wanted);
  const only = new Set(kinds);
  let [left, after] = [kinds.length * FILMS_PASSED_PER_KIND, wanted.after];
  const isWalked = left > wanted.limit;
  for (const line of isWalked ? walk(database, wanted) : []) {
    if (only.has(line.kind)) yield line;
    after = line;
    left--;
    if (left === 0) break;
  }
  if (left > 0 && left < kinds.length * FILMS_PASSED_PER_KIND) return;
  yield* merge(database, { ...wanted, after }, kinds);
}
