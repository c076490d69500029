/** Search over the words of paths: each word of the question begins a word of the path, in any order and any case. */
import { changesOf } from "./changes.ts";
import { numberOf, textOf } from "./columns.ts";
import type { Database } from "./database.ts";

/** More words than any title has. */
const WORDS_MAX = 16;

const folded = (text: string): string =>
  /^[\0-\x7f]*$/.test(text)
    ? text.toLowerCase()
    : text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();

const wordsOf = (text: string): readonly string[] => folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** The question in FTS5's language, of quoted words alone; null when it has none, which nothing matches. */
export const matchOf = (q: string): string | null => {
  const words = wordsOf(q).slice(0, WORDS_MAX);
  return words.length === 0 ? null : words.map((each) => `"${each}"*`).join(" ");
};

/** The same question asked of a path that was read. */
export const asksFor = (q: string): ((path: string) => boolean) => {
  const begins = wordsOf(q)
    .slice(0, WORDS_MAX)
    .map((word) => new RegExp(`(?<![\\p{L}\\p{N}])${word}`, "u"));
  return (path) => {
    const text = folded(path);
    return begins.length > 0 && begins.every((each) => each.test(text));
  };
};

/**
 * Words that a path has to hold for it to be asked at all, as SQL sees it: what is not in ASCII may be written otherwise and
 * is let through.
 */
export const mayMatchSql = (q: string): string => {
  const plain = wordsOf(q)
    .slice(0, WORDS_MAX)
    .filter((each) => /^[a-z0-9]+$/.test(each));
  return plain.length === 0
    ? "1"
    : `(${plain.map((each) => `path LIKE '%${each}%'`).join(" AND ")} OR path GLOB '*[^ -~]*')`;
};

/** Films found by words are read and counted up to here; more are found in the order of the list, uncounted. */
export const WORDS_COUNTED_MAX = 5000;

/** The first films that a question matches, one more than are counted. */
export type Found = {
  readonly films: number;
  /** Their numbers, as a JSON array: statements take it as it is. */
  readonly ids: string;
};

/** Looks for the films of a question; the last answer is kept until a path changes. */
export const wordSearch = (database: Database): ((match: string) => Found) => {
  let kept: { readonly key: string; readonly found: Found } | null = null;
  return (match) => {
    const paths = database.sql(`SELECT changes FROM asset_words_changes`).get();
    const key = `${paths?.changes} ${database.rollbacks()} ${match}`;
    if (kept?.key !== key) {
      const row = database
        .sql(
          `SELECT count(*) AS films, json_group_array(id) AS ids FROM (
             SELECT rowid AS id FROM asset_words WHERE asset_words MATCH :match LIMIT ${WORDS_COUNTED_MAX + 1})`,
        )
        .get({ match });
      const found = row
        ? { films: numberOf(row, "films"), ids: textOf(row, "ids") }
        : { films: 0, ids: "[]" };
      kept = { key, found };
    }
    return kept.found;
  };
};

/** Looks for the films of some kinds that a question matches, by number; a page asks more than once, so the last answer is kept. */
export const wordSearchIn = (
  database: Database,
): ((match: string, kinds: readonly number[]) => readonly number[]) => {
  let kept: { readonly key: string; readonly ids: readonly number[] } | null = null;
  return (match, kinds) => {
    const among = JSON.stringify(kinds);
    const key = `${changesOf(database)} ${among} ${match}`;
    if (kept?.key !== key) {
      const rows = database
        .sql(
          `SELECT id FROM assets INDEXED BY assets_of_kind WHERE kind IN (SELECT value FROM json_each(:kinds))
             AND +id IN (SELECT rowid FROM asset_words WHERE asset_words MATCH :match)`,
        )
        .all({ kinds: among, match });
      kept = { key, ids: rows.map((row) => numberOf(row, "id")) };
    }
    return kept.ids;
  };
};
