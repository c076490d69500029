/** The shows of a list, by name, each with its seasons and how many of its films are in each state. */
import type { State } from "../../core/lifecycle.ts";
import type { Kind, Kinds } from "./asset-kinds.ts";
import { type AssetFilter, select } from "./asset-select.ts";
import { matchOf } from "./asset-words.ts";
import { numberOf, numberOrNull, textOf } from "./columns.ts";
import type { Database, Row } from "./database.ts";

export type Season = {
  /** Null: counted without seasons. 0: specials. */
  readonly season: number | null;
  readonly films: number;
};
export type Show = {
  readonly show: string;
  readonly films: number;
  readonly seasons: readonly Season[];
  readonly states: Readonly<Partial<Record<State, number>>>;
};
export type ShowPage = { readonly shows: readonly Show[]; readonly next: string | null };

export type ShowQuery = AssetFilter & { readonly cursor?: string; readonly limit: number };

const SHOWS_MAX = 200;
/** Fewer films than this are read one by one; of more, the shows are gone through by name. */
const FILMS_READ_MAX = 5000;

type Part = {
  readonly show: string;
  readonly season: number | null;
  readonly kind: Kind;
  readonly films: number;
};

const toShow = (parts: readonly Part[]): Show => {
  const seasons = new Map<number | null, number>();
  const states: Partial<Record<State, number>> = {};
  for (const { season, kind, films } of parts) {
    seasons.set(season, (seasons.get(season) ?? 0) + films);
    states[kind.state] = (states[kind.state] ?? 0) + films;
  }
  return {
    show: parts[0]?.show ?? "",
    films: parts.reduce((sum, { films }) => sum + films, 0),
    seasons: [...seasons]
      .map(([season, films]) => ({ season, films }))
      .toSorted((left, right) => (left.season ?? -1) - (right.season ?? -1)),
    states,
  };
};

const partReader =
  (kinds: Kinds, wanted: ReadonlySet<number>) =>
  (row: Row): readonly Part[] => {
    const kind = kinds.byId(numberOf(row, "kind"));
    if (!kind || !wanted.has(kind.id)) return [];
    const [show, season] = [textOf(row, "show"), numberOrNull(row, "season")];
    return [{ show, season, kind, films: numberOf(row, "films") }];
  };

/** As SQLite compares them: by letters A to Z without case. */
const keyOf = (show: string): string => show.replaceAll(/[A-Z]+/g, (each) => each.toLowerCase());

/** Shows of few films: all of them, then the page. */
const ofFilms = (parts: readonly Part[], cursor: string | undefined, limit: number): ShowPage => {
  const shows = new Map<string, Part[]>();
  for (const part of parts) {
    const key = keyOf(part.show);
    const show = shows.get(key);
    if (show) show.push(part);
    else shows.set(key, [part]);
  }
  const behind = [...shows]
    .filter(([key]) => cursor === undefined || key > keyOf(cursor))
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
  const page = behind.slice(0, limit).map(([, each]) => toShow(each));
  return { shows: page, next: behind.length > limit ? (page.at(-1)?.show ?? null) : null };
};

/** Shows by name through their index, each counted there; with words, by the numbers that these give. */
const byName = (
  database: Database,
  read: (row: Row) => readonly Part[],
  match: string | null,
  cursor: string | undefined,
  limit: number,
): ShowPage => {
  const rows = database
    .sql(
      `SELECT min(show) AS show, season, kind, count(*) AS films FROM assets INDEXED BY assets_of_show
       WHERE show IS NOT NULL AND show > :after
         ${match === null ? "" : "AND id IN (SELECT rowid FROM asset_words WHERE asset_words MATCH :match)"}
       GROUP BY assets.show, season, kind ORDER BY assets.show, season, kind`,
    )
    .iterate({ after: cursor ?? "", ...(match === null ? {} : { match }) });
  const shows: Show[] = [];
  let parts: Part[] = [];
  for (const row of rows) {
    const [part] = read(row);
    if (!part) continue;
    const [first] = parts;
    if (first && keyOf(first.show) !== keyOf(part.show)) {
      shows.push(toShow(parts));
      if (shows.length === limit) return { shows, next: shows.at(-1)?.show ?? null };
      parts = [];
    }
    parts.push(part);
  }
  return { shows: parts.length === 0 ? shows : [...shows, toShow(parts)], next: null };
};

/** One page of shows whose films the filter finds. */
export const showsOf = (database: Database, kinds: Kinds, query: ShowQuery): ShowPage => {
  const limit = Math.max(1, Math.min(SHOWS_MAX, Math.floor(query.limit)));
  const cursor = query.cursor === "" ? undefined : query.cursor;
  const selection = select(database, kinds, query);
  const read = partReader(kinds, new Set(selection.matched.map((each) => each.id)));
  const { lines, words, total } = selection;
  if (lines === null && (words !== null || total > FILMS_READ_MAX))
    return byName(database, read, words === null ? null : matchOf(words), cursor, limit);
  const [where, values] = lines === null ? ["kind", selection.matched] : (["id", lines] as const);
  const rows = database
    .sql(
      `SELECT show, season, kind, 1 AS films FROM assets
       WHERE ${where} IN (SELECT value FROM json_each(:values)) AND +show IS NOT NULL`,
    )
    .all({ values: JSON.stringify(values.map((each) => each.id)) });
  return ofFilms(rows.flatMap(read), cursor, limit);
};
