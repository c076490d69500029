/** Lists of assets: keyset pages in four orders, and counts from the table that the triggers keep. */
import type { SQLInputValue } from "node:sqlite";
import { STATES, type State } from "../../core/lifecycle.ts";
import type { ProblemCode } from "../../core/problem.ts";
import { WORKS, type Work } from "../../core/work.ts";
import { type Asset, toAsset } from "./asset-row.ts";
import { numberOf, textOf } from "./columns.ts";
import type { Database } from "./database.ts";

export const ASSET_SORTS = ["path", "state_at", "size", "id"] as const;
export type AssetSort = (typeof ASSET_SORTS)[number];

export type AssetFilter = {
  readonly state?: State;
  readonly library?: string;
  /** Only films of these libraries. */
  readonly libraries?: readonly string[];
  readonly work?: Work;
  /** A reason code that the asset has. */
  readonly reason?: string;
  readonly problem?: ProblemCode;
  /** Part of the path, in any (ASCII) case. */
  readonly q?: string;
};

export type AssetQuery = AssetFilter & {
  readonly sort?: AssetSort;
  /** The other way round than is usual for the sort: paths and ids from the end, oldest and smallest first. */
  readonly isReversed?: boolean;
  /** `next` of the page before. One that this program did not make gives the first page. */
  readonly cursor?: string;
  readonly limit: number;
};

export type AssetPage = {
  readonly assets: readonly Asset[];
  readonly next: string | null;
  readonly total: number;
};

export type AssetCounts = {
  readonly state: Readonly<Record<State, number>>;
  readonly work: Readonly<Record<Work, number>>;
  readonly total: number;
};

const LIMIT_MAX = 200;

const SORT_ROWS: Readonly<Record<AssetSort, { readonly key: string; readonly isDescending: boolean }>> = {
  path: { key: "path COLLATE NOCASE", isDescending: false },
  state_at: { key: "state_at", isDescending: true },
  size: { key: "size_bytes", isDescending: true },
  id: { key: "id", isDescending: false },
};

type Where = { readonly sql: string[]; readonly parameters: Record<string, SQLInputValue> };

/** Columns that `asset_counts` has too, then those it has not. */
const countedWhere = (filter: AssetFilter): Where => {
  const where: Where = { sql: [], parameters: {} };
  for (const column of ["state", "library", "work"] as const) {
    const value = filter[column];
    if (value === undefined) continue;
    where.sql.push(`${column} = :${column}`);
    where.parameters[column] = value;
  }
  if (filter.libraries !== undefined) {
    // The plus keeps the pages on the index of their order, as the libraries named are nearly all.
    where.sql.push("+library IN (SELECT value FROM json_each(:libraries))");
    where.parameters.libraries = JSON.stringify(filter.libraries);
  }
  return where;
};

const searchedWhere = ({ reason, problem, q }: AssetFilter): Where => {
  const where: Where = { sql: [], parameters: {} };
  if (reason !== undefined) {
    where.sql.push("instr(reason_codes, :reason) > 0");
    where.parameters.reason = JSON.stringify(reason);
  }
  if (problem !== undefined) {
    where.sql.push("problem_code = :problem");
    where.parameters.problem = problem;
  }
  if (q !== undefined && q !== "") {
    where.sql.push("path LIKE :q ESCAPE '\\'");
    where.parameters.q = `%${q.replaceAll(/[\\%_]/g, "\\$&")}%`;
  }
  return where;
};

type Cursor = { readonly key: string | number; readonly id: number };

const readCursor = (text: string | undefined, sort: AssetSort): Cursor | null => {
  if (!text) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (!Array.isArray(value) || value[0] !== sort) return null;
    const [, key, id] = value;
    const isKey = sort === "path" ? typeof key === "string" : Number.isSafeInteger(key);
    return isKey && Number.isSafeInteger(id) ? { key, id } : null;
  } catch {
    return null;
  }
};

const writeCursor = (asset: Asset, sort: AssetSort): string => {
  const key = { path: asset.path, state_at: asset.stateAt, size: asset.sizeBytes, id: asset.id }[sort];
  return Buffer.from(JSON.stringify([sort, key, asset.id])).toString("base64url");
};

const whereSql = (parts: readonly string[]): string =>
  parts.length > 0 ? `WHERE ${parts.join(" AND ")}` : "";

const countOf = (database: Database, filter: AssetFilter): number => {
  const counted = countedWhere(filter);
  const searched = searchedWhere(filter);
  const sql =
    searched.sql.length > 0
      ? `SELECT count(*) AS n FROM assets ${whereSql([...counted.sql, ...searched.sql])}`
      : `SELECT ifnull(sum(count), 0) AS n FROM asset_counts ${whereSql(counted.sql)}`;
  const row = database.sql(sql).get({ ...counted.parameters, ...searched.parameters });
  return row ? numberOf(row, "n") : 0;
};

/** One page of at most 200 assets. */
export const pageOf = (database: Database, query: AssetQuery): AssetPage => {
  const sort = query.sort ?? "path";
  const { key, isDescending } = SORT_ROWS[sort];
  const isDown = isDescending !== (query.isReversed ?? false);
  const [beyond, direction] = isDown ? ["<", "DESC"] : [">", "ASC"];
  const limit = Math.max(1, Math.min(LIMIT_MAX, Math.floor(query.limit)));
  const counted = countedWhere(query);
  const searched = searchedWhere(query);
  const cursor = readCursor(query.cursor, sort);
  // A row value `(path COLLATE NOCASE, id) > (?, ?)` does not use the index; a plain bound on the key does.
  const after = cursor
    ? [`${key} ${beyond}= :key`, `(${key} ${beyond} :key OR (${key} = :key AND id ${beyond} :id))`]
    : [];
  const order = sort === "id" ? `id ${direction}` : `${key} ${direction}, id ${direction}`;
  const rows = database
    .sql(
      `SELECT * FROM assets ${whereSql([...counted.sql, ...searched.sql, ...after])} ORDER BY ${order} LIMIT :limit`,
    )
    .all({
      ...counted.parameters,
      ...searched.parameters,
      ...(cursor ? { key: cursor.key, id: cursor.id } : {}),
      limit: limit + 1,
    });
  const assets = rows.slice(0, limit).map(toAsset);
  const last = assets.at(-1);
  return {
    assets,
    next: rows.length > limit && last ? writeCursor(last, sort) : null,
    total: countOf(database, query),
  };
};

/** How many assets there are in each state and of each work (those assessed); of `libraries` alone when given. */
export const countsOf = (database: Database, libraries?: readonly string[]): AssetCounts => {
  const where = countedWhere(libraries === undefined ? {} : { libraries });
  const state = Object.fromEntries(STATES.map((each) => [each, 0])) as Record<State, number>;
  const work = Object.fromEntries(WORKS.map((each) => [each, 0])) as Record<Work, number>;
  let total = 0;
  for (const row of database
    .sql(`SELECT state, work, sum(count) AS n FROM asset_counts ${whereSql(where.sql)} GROUP BY 1, 2`)
    .all(where.parameters)) {
    const n = numberOf(row, "n");
    const isState = STATES.find((each) => each === textOf(row, "state"));
    const isWork = WORKS.find((each) => each === textOf(row, "work"));
    if (isState) state[isState] += n;
    if (isWork) work[isWork] += n;
    total += n;
  }
  return { state, work, total };
};

/** The films of a filter whose original lies in the archive, by number. */
export const archivedOf = (database: Database, filter: AssetFilter): readonly number[] => {
  const counted = countedWhere({ ...filter, state: "Archived" });
  const searched = searchedWhere(filter);
  return database
    .sql(
      `SELECT id FROM assets ${whereSql([...counted.sql, ...searched.sql, "archive_path IS NOT NULL"])} ORDER BY id`,
    )
    .all({ ...counted.parameters, ...searched.parameters })
    .map((row) => numberOf(row, "id"));
};
