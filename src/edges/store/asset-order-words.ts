/** The films of words that very many films have, in the order of a list. */
import type { SQLInputValue } from "node:sqlite";
import { keySql, type Line, ORDERS, orderSql, type Place, toLine, type Wanted } from "./asset-order.ts";
import { asksFor, matchOf, mayMatchSql } from "./asset-words.ts";
import type { Database } from "./database.ts";

/**
 * So many films are passed over whose paths are read, before the numbers of all films with the words are asked for. To pass
 * a thousand takes less than half a millisecond, to ask 5 to 50 ms of a million films.
 */
const PASSED = [200, 1000, 4000] as const;

type Way = Pick<Wanted, "sort" | "isDown"> & { readonly isBehind: boolean };

const wayOf = ({ sort, isDown, isBehind }: Way) => {
  const { column, ofAll } = ORDERS[sort];
  const [direction, beyond] = isDown ? (["DESC", "<"] as const) : (["ASC", ">"] as const);
  const behind =
    sort === "id"
      ? `id ${beyond} :afterId`
      : `${column} ${beyond}= :afterKey AND (${column} <> :afterKey OR id ${beyond} :afterId)`;
  return { ofAll, by: orderSql(sort, direction), where: isBehind ? behind : "TRUE" };
};

/** Films among the next `:passed` whose paths may match. */
const passingSql = (way: Way, words: string): string => {
  const { ofAll, by, where } = wayOf(way);
  const key = keySql(way.sort);
  return `SELECT id, kind, ${key} AS key, path FROM (
      SELECT id, kind, path${key === "path" ? "" : `, ${key}`} FROM assets ${ofAll} WHERE ${where} ORDER BY ${by} LIMIT :passed)
    WHERE ${mayMatchSql(words)} ORDER BY ${by}`;
};

/**
 * Films whose numbers the words give: rows are read of those alone, all others are passed over in the index. The tests look
 * at its plan.
 */
export const numberedSql = (way: Way): string => {
  const { ofAll, by, where } = wayOf(way);
  return `SELECT id, kind, ${keySql(way.sort)} AS key, path FROM assets ${ofAll}
    WHERE ${where} AND id IN (SELECT rowid FROM asset_words WHERE asset_words MATCH :match) ORDER BY ${by}`;
};

const behind = ({ sort }: Wanted, after: Place | null): Record<string, SQLInputValue> =>
  after === null ? {} : { afterId: after.id, ...(sort === "id" ? {} : { afterKey: after.key }) };

/** The films of `kinds` (null: all films) with these words, in order. */
export function* linesWithWords(
  database: Database,
  wanted: Wanted,
  kinds: readonly number[] | null,
  words: string,
): Generator<Line> {
  const [only, asks] = [kinds && new Set(kinds), asksFor(words)];
  const isMeant = (line: Line): boolean => (only === null || only.has(line.kind)) && asks(line.path);
  let { after } = wanted;
  for (const passed of PASSED)
    for (const row of database
      .sql(passingSql({ ...wanted, isBehind: after !== null }, words))
      .all({ ...behind(wanted, after), passed })) {
      const line = toLine(wanted.sort, row);
      after = line;
      if (isMeant(line)) yield line;
    }
  const rows = database
    .sql(numberedSql({ ...wanted, isBehind: after !== null }))
    .iterate({ ...behind(wanted, after), match: matchOf(words) });
  for (const row of rows) {
    const line = toLine(wanted.sort, row);
    if (isMeant(line)) yield line;
  }
}
