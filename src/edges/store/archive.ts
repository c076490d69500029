/** What lies in the archive: originals that a result took the place of, and results that an undo set aside. */
import { join } from "node:path";
import type { CopiedStream } from "../../core/copied-streams.ts";
import { changesOf } from "./changes.ts";
import {
  jsonOf,
  numberOf,
  numberOrNull,
  textOf,
  textOrNull,
  textsOf,
  wordOf,
  wordOrNull,
} from "./columns.ts";
import type { Database, Row } from "./database.ts";

export const ARCHIVED_KINDS = ["original", "result"] as const;
export type ArchivedKind = (typeof ARCHIVED_KINDS)[number];

export const REMOVAL_STEPS = ["announced", "removing", "kept"] as const;
/** `kept`: its days are over and it stays, `why` says for what. `at`: since when. */
export type Removal = {
  readonly step: (typeof REMOVAL_STEPS)[number];
  readonly at: number;
  readonly why: string | null;
};

export type Archived = {
  readonly kind: ArchivedKind;
  readonly assetId: number;
  readonly library: string;
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedUs: number;
  /** Since when it lies there, epoch ms. */
  readonly since: number;
  readonly removal: Removal | null;
};

export type ArchivePage = {
  readonly files: readonly Archived[];
  /** For the next page; null on the last. */
  readonly next: string | null;
};

export type ArchiveTotals = Readonly<
  Record<ArchivedKind, { readonly files: number; readonly bytes: number }>
>;

/** What is known of a published film beside its original. */
export type Result = { readonly lacks: readonly string[]; readonly copied: readonly CopiedStream[] };

export type Archive = {
  /** Oldest first, at most `limit`; `cursor` is `next` of the page before. */
  readonly page: (query: { readonly limit: number; readonly cursor?: string }) => ArchivePage;
  readonly byPath: (path: string) => Archived | null;
  /** Of all libraries, or of those named. */
  readonly totals: (libraries?: readonly string[]) => ArchiveTotals;
  /** Whether a file is known at any depth of a folder (absolute): an original, a published film or what was set aside. */
  readonly hasFilesIn: (folder: string) => boolean;
  /** How many files are announced to leave. */
  readonly leaving: () => number;
  readonly setAside: (file: Omit<Archived, "kind" | "removal">) => void;
  /** Forgets a result that was set aside. */
  readonly forget: (path: string) => void;
  readonly putRemoval: (path: string, removal: Removal) => void;
  readonly dropRemoval: (path: string) => void;
  /** The clock was wrong and is set right: what was written from `from` to `to` (epoch ms) was so much later. */
  readonly correctTimes: (wrong: {
    readonly from: number;
    readonly to: number;
    readonly byMs: number;
  }) => void;
  /** null: nothing is known. */
  readonly putResult: (assetId: number, result: Result | null) => void;
  readonly resultOf: (assetId: number) => Result | null;
};

/** A removal of before it came there was of another file. */
const FILES = `SELECT f.*, r.step AS step, r.at AS removal_at, r.why AS why FROM (
  SELECT 'original' AS kind, id AS asset_id, library, archive_path AS path, size_bytes, modified_us, state_at AS since
    FROM assets WHERE archive_path IS NOT NULL
  UNION ALL
  SELECT 'result', asset_id, library, path, size_bytes, modified_us, at FROM set_aside
) AS f LEFT JOIN removals AS r ON r.path = f.path AND r.at >= f.since`;

const toArchived = (row: Row): Archived => {
  const step = wordOrNull(row, "step", REMOVAL_STEPS);
  return {
    kind: wordOf(row, "kind", ARCHIVED_KINDS),
    assetId: numberOf(row, "asset_id"),
    library: textOf(row, "library"),
    path: textOf(row, "path"),
    sizeBytes: numberOf(row, "size_bytes"),
    modifiedUs: numberOf(row, "modified_us"),
    since: numberOf(row, "since"),
    removal: step && { step, at: numberOrNull(row, "removal_at") ?? 0, why: textOrNull(row, "why") },
  };
};

const writeCursor = ({ since, path }: Archived): string =>
  Buffer.from(JSON.stringify([since, path])).toString("base64url");

/** A cursor that this program did not make is the first page. */
const readCursor = (text = ""): { readonly since: number; readonly path: string } => {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (Array.isArray(value) && Number.isSafeInteger(value[0]) && typeof value[1] === "string")
      return { since: Number(value[0]), path: value[1] };
  } catch {
    // Not ours.
  }
  return { since: -1, path: "" };
};

/** Of a publication under way the journal knows what surely has its place. */
const PATHS = `SELECT archive_path AS path FROM assets WHERE archive_path IS NOT NULL
  UNION ALL SELECT output_path FROM assets WHERE output_path IS NOT NULL
  UNION ALL SELECT path FROM set_aside
  UNION ALL SELECT final_path FROM journal WHERE step <> 'planned'
  UNION ALL SELECT archive_path FROM journal WHERE step = 'original-done' AND archive_path IS NOT NULL`;

const SUMS = "count(*) AS files, total(size_bytes) AS bytes";
const OF_LIBRARIES = "(:libraries IS NULL OR library IN (SELECT value FROM json_each(:libraries)))";

/** Adds up only when something was written since: every row of the archive is read for it. */
const totalsOf = (database: Database): Archive["totals"] => {
  const kept = new Map<string, ArchiveTotals>();
  let keptOf = "";
  return (some) => {
    const libraries = some === undefined ? null : JSON.stringify(some);
    const changes = changesOf(database);
    if (changes !== keptOf) kept.clear();
    keptOf = changes;
    const before = kept.get(libraries ?? "");
    if (before) return before;
    const totals = { original: { files: 0, bytes: 0 }, result: { files: 0, bytes: 0 } };
    for (const row of database
      .sql(
        `SELECT 'original' AS kind, ${SUMS} FROM assets WHERE archive_path IS NOT NULL AND ${OF_LIBRARIES}
         UNION ALL SELECT 'result', ${SUMS} FROM set_aside WHERE ${OF_LIBRARIES}`,
      )
      .all({ libraries }))
      totals[wordOf(row, "kind", ARCHIVED_KINDS)] = {
        files: numberOf(row, "files"),
        bytes: numberOf(row, "bytes"),
      };
    kept.set(libraries ?? "", totals);
    return totals;
  };
};

/** The archive as `database` knows it. */
export const archiveOf = (database: Database): Archive => ({
  page: ({ limit, cursor }) => {
    const rows = database
      .sql(`${FILES} WHERE (f.since, f.path) > (:since, :path) ORDER BY f.since, f.path LIMIT :limit`)
      .all({ ...readCursor(cursor), limit: limit + 1 })
      .map(toArchived);
    const files = rows.slice(0, limit);
    const last = files.at(-1);
    return { files, next: rows.length > limit && last ? writeCursor(last) : null };
  },
  totals: totalsOf(database),
  byPath: (path) => {
    const row = database.sql(`${FILES} WHERE f.path = :path`).get({ path });
    return row ? toArchived(row) : null;
  },
  hasFilesIn: (folder) => {
    const from = join(folder, "/");
    // The character after the slash: all that begins with `from` lies between.
    const to = `${from.slice(0, -1)}0`;
    const row = database.sql(`SELECT 1 FROM (${PATHS}) WHERE path > :from AND path < :to LIMIT 1`);
    return row.get({ from, to }) !== undefined;
  },
  leaving: () => {
    const row = database.sql(`SELECT count(*) AS files FROM removals WHERE step = 'announced'`).get();
    return row ? numberOf(row, "files") : 0;
  },
  setAside: ({ path, assetId, library, sizeBytes, modifiedUs, since }) => {
    database
      .sql(
        `INSERT OR REPLACE INTO set_aside VALUES (:path, :assetId, :library, :sizeBytes, :modifiedUs, :since)`,
      )
      .run({ path, assetId, library, sizeBytes, modifiedUs, since });
  },
  forget: (path) => {
    database.sql(`DELETE FROM set_aside WHERE path = :path`).run({ path });
  },
  putRemoval: (path, { step, at, why }) => {
    database
      .sql(
        `INSERT INTO removals VALUES (:path, :step, :at, :why)
         ON CONFLICT DO UPDATE SET step = :step, at = :at, why = :why`,
      )
      .run({ path, step, at, why });
  },
  dropRemoval: (path) => {
    database.sql(`DELETE FROM removals WHERE path = :path`).run({ path });
  },
  correctTimes: (wrong) => {
    database.transaction(() => {
      for (const set of [
        "assets SET state_at = state_at + :byMs WHERE archive_path IS NOT NULL AND state_at",
        "set_aside SET at = at + :byMs WHERE at",
        "removals SET at = at + :byMs WHERE at",
      ])
        database.sql(`UPDATE ${set} BETWEEN :from AND :to`).run({ ...wrong });
    });
  },
  putResult: (assetId, result) => {
    database.sql(`DELETE FROM results WHERE asset_id = :assetId`).run({ assetId });
    if (result === null) return;
    const [lacks, copied] = [JSON.stringify(result.lacks), JSON.stringify(result.copied)];
    database.sql(`INSERT INTO results VALUES (:assetId, :lacks, :copied)`).run({ assetId, lacks, copied });
  },
  resultOf: (assetId) => {
    const row = database.sql(`SELECT * FROM results WHERE asset_id = :assetId`).get({ assetId });
    // Only `putResult` writes these columns.
    return row ? { lacks: textsOf(row, "lacks"), copied: jsonOf(row, "copied") as Result["copied"] } : null;
  },
});
