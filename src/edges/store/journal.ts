/** Publishing under way: one row from just before the final name is given until the state is written. */
import { ORIGINAL_POLICIES, type OriginalPolicy } from "../../core/settings.ts";
import { jsonOf, numberOf, textOf, textOrNull, wordOf } from "./columns.ts";
import type { Database, Row } from "./database.ts";

export const JOURNAL_STEPS = ["planned", "published", "original-done"] as const;
export type JournalStep = (typeof JOURNAL_STEPS)[number];

/** All paths are absolute. */
export type JournalEntry = {
  readonly token: string;
  readonly assetId: number;
  readonly step: JournalStep;
  readonly partialPath: string;
  readonly finalPath: string;
  readonly sidecars: readonly {
    readonly from: string;
    readonly to: string;
    /** Of what is in it; absent in rows of earlier programs. */
    readonly fingerprint?: string;
  }[];
  /** Our own earlier files, as they were when this began: those that are still so go before the state is written. */
  readonly superseded: readonly {
    readonly path: string;
    readonly sizeBytes: number;
    readonly modifiedUs: number;
  }[];
  readonly sourcePath: string;
  readonly original: OriginalPolicy;
  readonly archivePath: string | null;
  /** The identity of the folder that the named archive was when this began; null without one. */
  readonly archiveFolder: string | null;
  readonly sourceFingerprint: string;
  readonly outputFingerprint: string;
  readonly createdAt: number;
};

export type Journal = {
  readonly put: (entry: JournalEntry) => void;
  readonly advance: (token: string, step: JournalStep) => void;
  readonly remove: (token: string) => void;
  /** Whether the publication of a claim is under way. */
  readonly has: (token: string) => boolean;
  /** The row as it is now; null when that publication is settled. */
  readonly byToken: (token: string) => JournalEntry | null;
  readonly all: () => readonly JournalEntry[];
};

const toEntry = (row: Row): JournalEntry => ({
  token: textOf(row, "token"),
  assetId: numberOf(row, "asset_id"),
  step: wordOf(row, "step", JOURNAL_STEPS),
  partialPath: textOf(row, "partial_path"),
  finalPath: textOf(row, "final_path"),
  // Only `put` writes these columns.
  sidecars: jsonOf(row, "sidecars") as JournalEntry["sidecars"],
  superseded: jsonOf(row, "superseded") as JournalEntry["superseded"],
  sourcePath: textOf(row, "source_path"),
  original: wordOf(row, "original", ORIGINAL_POLICIES),
  archivePath: textOrNull(row, "archive_path"),
  archiveFolder: textOrNull(row, "archive_folder"),
  sourceFingerprint: textOf(row, "source_fingerprint"),
  outputFingerprint: textOf(row, "output_fingerprint"),
  createdAt: numberOf(row, "created_at"),
});

/** The journal of `database`. */
export const journalOf = (database: Database): Journal => ({
  put: ({ sidecars, superseded, ...entry }) => {
    database
      .sql(
        `INSERT INTO journal VALUES (:token, :assetId, :step, :partialPath, :finalPath, :sidecars, :sourcePath,
           :original, :archivePath, :sourceFingerprint, :outputFingerprint, :createdAt, :superseded,
           :archiveFolder)`,
      )
      .run({ ...entry, sidecars: JSON.stringify(sidecars), superseded: JSON.stringify(superseded) });
  },
  advance: (token, step) => {
    database.sql(`UPDATE journal SET step = :step WHERE token = :token`).run({ token, step });
  },
  remove: (token) => {
    database.sql(`DELETE FROM journal WHERE token = :token`).run({ token });
  },
  has: (token) => database.sql(`SELECT 1 FROM journal WHERE token = :token`).get({ token }) !== undefined,
  byToken: (token) => {
    const row = database.sql(`SELECT * FROM journal WHERE token = :token`).get({ token });
    return row ? toEntry(row) : null;
  },
  all: () => database.sql(`SELECT * FROM journal ORDER BY created_at, token`).all().map(toEntry),
});
