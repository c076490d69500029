/** The assets table: one row a file of a library. */
import type { AssetEvent, State } from "../../core/lifecycle.ts";
import type { MediaKind } from "../../core/media-kind.ts";
import { type ApplyInput, type ApplyResult, applyEvent } from "./asset-apply.ts";
import { type ClaimInput, claimNext, type NextNew, nextNew } from "./asset-claim.ts";
import {
  type FileSeen,
  type Folder,
  type FolderRow,
  folderOf,
  outputsLike,
  outputsOf,
  rowsOf,
  toFile,
  treeOf,
} from "./asset-folder.ts";
import type { Kinds } from "./asset-kinds.ts";
import {
  type AssetCounts,
  type AssetPage,
  type AssetQuery,
  archivedCountOf,
  archivedOf,
  type Counted,
  countOf,
  countsOf,
  type Matched,
  matchedBy,
  pageOf,
  statesOf,
} from "./asset-page.ts";
import { type Asset, type AssetFields, assignmentsOf, nameColumns, toAsset } from "./asset-row.ts";
import type { AssetFilter } from "./asset-select.ts";
import { type ShowPage, type ShowQuery, showsOf } from "./asset-shows.ts";
import { numberOf, textOf } from "./columns.ts";
import type { Database, Row } from "./database.ts";
import type { Events } from "./events.ts";
import { mediaColumn } from "./media-column.ts";

export type AssetInsert = Pick<
  Asset,
  "library" | "path" | "sizeBytes" | "modifiedUs" | "fingerprint" | "foundAt"
> & {
  readonly priority?: number;
  /** More for the row of the event `found`. */
  readonly data?: Readonly<Record<string, unknown>>;
};

/** What a scan needs of a row, small enough to hold a library of them. */
export type AssetFile = Pick<
  Asset,
  "id" | "path" | "sizeBytes" | "modifiedUs" | "fingerprint" | "state" | "outcome"
>;

export type AssetOutput = {
  readonly id: number;
  readonly path: string;
  readonly state: State;
  readonly outputPath: string;
  readonly outputSizeBytes: number | null;
  readonly outputModifiedUs: number | null;
};

/** Absolute; a size that is not known is null. */
export type KnownFile = { readonly path: string; readonly sizeBytes: number | null };

export type Assets = {
  /** A new asset in state New, with its event `found`. The library must not have the path yet. */
  readonly insert: (asset: AssetInsert) => Asset;
  readonly byId: (id: number) => Asset | null;
  readonly byPath: (library: string, path: string) => Asset | null;
  readonly byFingerprint: (fingerprint: string) => readonly Asset[];
  /** The asset whose published file is at `path` (absolute). */
  readonly byOutputPath: (path: string) => Asset | null;
  /** All files of a library, streamed, by path. Write nothing until it has ended. */
  readonly iterate: (library: string) => Generator<AssetFile>;
  /** The same, with what was made of each, some at a time: writes may come between. */
  readonly rows: (library: string) => Generator<readonly FolderRow[]>;
  /** The next files of a library by path, behind `after`: an end may come between two calls, and writes. */
  readonly batch: (library: string, after: string, limit: number) => readonly AssetFile[];
  /** All published files of a library, by the paths of their films, some hundred at a time: one may write meanwhile. */
  readonly outputs: (library: string) => Generator<AssetOutput>;
  /** One folder of a library, '' its root. */
  readonly folder: (library: string, folder: string) => Folder;
  /** All that is below a folder. */
  readonly tree: (library: string, folder: string) => readonly FolderRow[];
  /** Whose published file may be this one (absolute): by its path, or by its size and time. */
  readonly outputsLike: (library: string, file: FileSeen) => readonly AssetOutput[];
  /**
   * Some files, absolute, that are in the library's `root` as far as is known: films, and results of archived ones. Where
   * there are none, archived originals.
   */
  readonly filesIn: (library: string, root: string, limit: number) => readonly KnownFile[];
  readonly inState: (state: State) => readonly Asset[];
  readonly page: (query: AssetQuery) => AssetPage;
  /** How many films match, without the films. */
  readonly count: (filter: AssetFilter) => Pick<AssetPage, "total" | "isTotalExact" | "facets">;
  /** The numbers of all films that match. */
  readonly matched: (filter: AssetFilter) => Matched;
  /** How many they are, and in which states. */
  readonly states: (filter: AssetFilter) => Counted;
  readonly shows: (query: ShowQuery) => ShowPage;
  /** The numbers of the films that match and whose original can be brought back. */
  readonly archived: (filter: AssetFilter) => readonly number[];
  /** How many those are. */
  readonly archivedCount: (filter: AssetFilter) => number;
  /** Of all libraries, or of those named. */
  readonly counts: (libraries?: readonly string[]) => AssetCounts;
  readonly apply: (id: number, event: AssetEvent, input: ApplyInput) => ApplyResult;
  readonly claim: (input: ClaimInput) => Asset | null;
  readonly nextNew: (input: NextNew) => Asset | null;
  /** Sets fields without an event: a move, a new time, a priority. */
  readonly touch: (id: number, fields: Partial<AssetFields>) => void;
  /** Says of many films at once what they are and which devices play them; those of which it is known stay as they are. */
  readonly setMedia: (ids: readonly number[], media: MediaKind) => void;
};

const FILES_IN = `SELECT * FROM (SELECT :root || '/' || path AS path, size_bytes AS size FROM assets
    WHERE library = :library AND state NOT IN ('Archived', 'Processing') LIMIT :limit)
  UNION ALL SELECT * FROM (SELECT output_path, output_size_bytes FROM assets
    WHERE output_path > :root || '/' AND output_path < :root || '0' AND library = :library
      AND state = 'Archived' AND output_size_bytes IS NOT NULL LIMIT :limit)
  LIMIT :limit`;

const ORIGINALS_IN = `SELECT archive_path AS path, size_bytes AS size FROM assets
  WHERE archive_path > :root || '/' AND archive_path < :root || '0' AND library = :library LIMIT :limit`;

type Lists = Pick<
  Assets,
  "page" | "count" | "matched" | "states" | "shows" | "archived" | "archivedCount" | "counts"
>;

const listsOf = (database: Database, kinds: Kinds): Lists => ({
  page: (query) => pageOf(database, kinds, query),
  count: (filter) => countOf(database, kinds, filter),
  matched: (filter) => matchedBy(database, kinds, filter),
  states: (filter) => statesOf(database, kinds, filter),
  shows: (query) => showsOf(database, kinds, query),
  archived: (filter) => archivedOf(database, kinds, filter),
  archivedCount: (filter) => archivedCountOf(database, kinds, filter),
  counts: (libraries) => countsOf(kinds, libraries),
});

/** The assets of `database`; `events` is where their changes are written down. */
export const assetsOf = (database: Database, kinds: Kinds, events: Events): Assets => {
  const one = (row: Row | undefined): Asset | null => (row ? toAsset(row) : null);
  return {
    insert: ({ data, priority, ...asset }) =>
      database.transaction(() => {
        const row = database
          .sql(
            `INSERT INTO assets (library, path, size_bytes, modified_us, fingerprint, found_at, state_at, priority,
               sort_name, year, show, season)
             VALUES (:library, :path, :sizeBytes, :modifiedUs, :fingerprint, :foundAt, :foundAt, :priority,
               :sort_name, :year, :show, :season)
             RETURNING *`,
          )
          .all({ ...asset, ...nameColumns(asset.path), priority: priority ?? 0 })
          .map(toAsset);
        const [made] = row as [Asset];
        const { id, path, library, foundAt } = made;
        events.append({ at: foundAt, assetId: id, kind: "found", path, data: { library, ...data } });
        return made;
      }),
    byId: (id) => one(database.sql(`SELECT * FROM assets WHERE id = :id`).get({ id })),
    byPath: (library, path) =>
      one(
        database.sql(`SELECT * FROM assets WHERE library = :library AND path = :path`).get({ library, path }),
      ),
    byFingerprint: (fingerprint) =>
      database
        .sql(`SELECT * FROM assets WHERE fingerprint = :fingerprint ORDER BY id`)
        .all({ fingerprint })
        .map(toAsset),
    byOutputPath: (path) =>
      one(database.sql(`SELECT * FROM assets WHERE output_path = :path ORDER BY id LIMIT 1`).get({ path })),
    *iterate(library) {
      const rows = database
        .sql(
          `SELECT id, path, size_bytes, modified_us, fingerprint, state, outcome FROM assets
           WHERE library = :library ORDER BY path`,
        )
        .iterate({ library });
      for (const row of rows) yield toFile(row);
    },
    batch: (library, after, limit) =>
      database
        .sql(
          `SELECT id, path, size_bytes, modified_us, fingerprint, state, outcome FROM assets
           WHERE library = :library AND path > :after ORDER BY path LIMIT :limit`,
        )
        .all({ library, after, limit })
        .map(toFile),
    rows: (library) => rowsOf(database, library),
    outputs: (library) => outputsOf(database, library),
    folder: (library, folder) => folderOf(database, library, folder),
    tree: (library, folder) => treeOf(database, library, folder),
    outputsLike: (library, file) => outputsLike(database, library, file),
    filesIn: (library, root, limit) => {
      const files = (query: string) =>
        database
          .sql(query)
          .all({ library, root, limit })
          .map((row) => ({ path: textOf(row, "path"), sizeBytes: numberOf(row, "size") }));
      const seen = files(FILES_IN);
      return seen.length > 0 ? seen : files(ORIGINALS_IN);
    },
    inState: (state) =>
      database.sql(`SELECT * FROM assets WHERE state = :state ORDER BY id`).all({ state }).map(toAsset),
    ...listsOf(database, kinds),
    apply: (id, event, input) => applyEvent(database, events, id, event, input),
    claim: (input) => claimNext(database, events, input),
    nextNew: (input) => nextNew(database, input),
    setMedia: (ids, media) => {
      database
        .sql(
          `UPDATE assets SET media = :media WHERE media <> :media AND id IN (SELECT value FROM json_each(:ids))`,
        )
        .run({ media: mediaColumn(media), ids: JSON.stringify(ids) });
    },
    touch: (id, fields) => {
      const { sql, parameters } = assignmentsOf(fields);
      if (sql.length === 0) return;
      database.sql(`UPDATE assets SET ${sql.join(", ")} WHERE id = :id`).run({ ...parameters, id });
    },
  };
};
