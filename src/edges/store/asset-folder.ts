/** The films of some folders of a library, without a look at the rest of it. */
import { OUTCOMES, STATES } from "../../core/lifecycle.ts";
import type { AssetFile, AssetOutput } from "./assets.ts";
import { numberOf, numberOrNull, textOf, textOrNull, wordOf, wordOrNull } from "./columns.ts";
import type { Database, Row } from "./database.ts";

/** A film with the file that was made of it. */
export type FolderRow = { readonly file: AssetFile; readonly output: AssetOutput | null };

export type Folder = {
  readonly rows: readonly FolderRow[];
  /** Folders in it with films somewhere below, by their names. */
  readonly folders: readonly string[];
};

export type FileSeen = { readonly path: string; readonly sizeBytes: number; readonly modifiedUs: number };

const COLUMNS = `id, path, size_bytes, modified_us, fingerprint, state, outcome, output_path, output_size_bytes,
  output_modified_us`;

const BATCH_ROWS = 200;
/** As a limit of SQLite: none. */
const EVERY = -1;

export const toFile = (row: Row): AssetFile => ({
  id: numberOf(row, "id"),
  path: textOf(row, "path"),
  sizeBytes: numberOf(row, "size_bytes"),
  modifiedUs: numberOf(row, "modified_us"),
  fingerprint: textOrNull(row, "fingerprint"),
  state: wordOf(row, "state", STATES),
  outcome: wordOrNull(row, "outcome", OUTCOMES),
});

const toOutput = (row: Row): AssetOutput => ({
  id: numberOf(row, "id"),
  path: textOf(row, "path"),
  state: wordOf(row, "state", STATES),
  outputPath: textOf(row, "output_path"),
  outputSizeBytes: numberOrNull(row, "output_size_bytes"),
  outputModifiedUs: numberOrNull(row, "output_modified_us"),
});

const toFolderRow = (row: Row): FolderRow => ({
  file: toFile(row),
  output: row.output_path === null ? null : toOutput(row),
});

/** Paths in a folder begin with this; '0' comes right after '/' in every order of bytes. */
const beginOf = (folder: string): string => (folder === "" ? "" : `${folder}/`);

/**
 * The films behind a path in a folder, in order. The end is a term of its own, or none: "no end or before it" would be looked
 * up in each row behind the folder, to the end of the library.
 */
const rowsBehind = (database: Database, library: string, folder: string) => {
  const [bound, end] = folder === "" ? ["", {}] : ["AND path < :end", { end: `${folder}0` }];
  const query = database.sql(
    `SELECT ${COLUMNS} FROM assets WHERE library = :library AND path > :after ${bound} ORDER BY path LIMIT :limit`,
  );
  return (after: string, limit: number): readonly Row[] => query.all({ library, after, limit, ...end });
};

/** One folder: its own films, and which folders in it have some; those below are jumped over, not read. */
export const folderOf = (database: Database, library: string, folder: string): Folder => {
  const begin = beginOf(folder);
  const read = rowsBehind(database, library, folder);
  const rows: FolderRow[] = [];
  const folders: string[] = [];
  let limit = 1;
  for (let after: string | null = begin; after !== null; ) {
    const batch = read(after, limit);
    const isLast = batch.length < limit;
    // Where a film lies, more may; of folders there is one row to read each.
    limit = Math.min(BATCH_ROWS, limit * 2);
    after = null;
    for (const row of batch) {
      const path = textOf(row, "path");
      const slash = path.indexOf("/", begin.length);
      if (slash >= 0) {
        folders.push(path.slice(begin.length, slash));
        after = `${path.slice(0, slash)}0`;
        limit = 1;
        break;
      }
      rows.push(toFolderRow(row));
      if (!isLast) after = path;
    }
  }
  return { rows, folders };
};

/** All films below a folder. */
export const treeOf = (database: Database, library: string, folder: string): readonly FolderRow[] =>
  rowsBehind(database, library, folder)(beginOf(folder), EVERY).map(toFolderRow);

const ROWS_AT_ONCE = 500;

/** All films of a library, in the order of their paths, some at a time: they may change between two of these. */
export function* rowsOf(database: Database, library: string): Generator<readonly FolderRow[]> {
  const query = database.sql(
    `SELECT ${COLUMNS} FROM assets WHERE library = :library AND path > :after ORDER BY path LIMIT :limit`,
  );
  for (let after: string | undefined = ""; after !== undefined; ) {
    // Streamed to its end: of a million rows what `all` makes costs more than the rows (docs/decisions/0028-short-lived-rows.md).
    const rows: readonly FolderRow[] = Array.from(
      query.iterate({ library, after, limit: ROWS_AT_ONCE }),
      toFolderRow,
    );
    if (rows.length > 0) yield rows;
    after = rows.at(-1)?.file.path;
  }
}

const OUTPUTS_AT_ONCE = 500;

/** All published files of a library, in the order of the paths of their films. */
export function* outputsOf(database: Database, library: string): Generator<AssetOutput> {
  const query = database.sql(
    `SELECT id, path, state, output_path, output_size_bytes, output_modified_us FROM assets
     WHERE library = :library AND path > :after AND output_path IS NOT NULL ORDER BY path LIMIT :limit`,
  );
  for (let after: string | undefined = ""; after !== undefined; ) {
    const outputs: readonly AssetOutput[] = query
      .all({ library, after, limit: OUTPUTS_AT_ONCE })
      .map(toOutput);
    yield* outputs;
    after = outputs.at(-1)?.path;
  }
}

/** The films whose published file is, or was when it was published, this one: at its path, or of its size and time. */
export const outputsLike = (database: Database, library: string, file: FileSeen): readonly AssetOutput[] =>
  database
    .sql(
      `SELECT ${COLUMNS} FROM assets WHERE output_path = :path AND library = :library
       UNION SELECT ${COLUMNS} FROM assets WHERE output_size_bytes = :sizeBytes AND output_modified_us = :modifiedUs
         AND output_path IS NOT NULL AND library = :library`,
    )
    .all({ library, ...file })
    .map(toOutput);
