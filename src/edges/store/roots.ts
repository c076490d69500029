/** What each library root was at its last scan. */
import { isProblemCode, type ProblemCode } from "../../core/problem.ts";
import { numberOf, numberOrNull, textOf, textOrNull, textsOf } from "./columns.ts";
import type { Database, Row } from "./database.ts";

export type Root = {
  readonly library: string;
  readonly root: string;
  /** `st_dev` of the root folder, as text. */
  readonly device: string;
  /** `st_dev:st_ino` of it; empty where the last scan was of a version that did not keep it. */
  readonly identity: string;
  /** Folders in the root, relative to it, where another disk was mounted. */
  readonly mounts: readonly string[];
  readonly fileCount: number;
  readonly scannedAt: number;
  /** When a scan last could see it, epoch ms; null: never. */
  readonly seenAt: number | null;
  readonly problemCode: ProblemCode | null;
};

export type Roots = {
  readonly get: (library: string) => Root | null;
  readonly put: (root: Omit<Root, "seenAt">) => void;
  readonly all: () => readonly Root[];
};

const toRoot = (row: Row): Root => {
  const code = textOrNull(row, "problem_code");
  return {
    library: textOf(row, "library"),
    root: textOf(row, "root"),
    device: textOf(row, "device"),
    identity: textOf(row, "identity"),
    mounts: textsOf(row, "mounts"),
    fileCount: numberOf(row, "file_count"),
    scannedAt: numberOf(row, "scanned_at"),
    seenAt: numberOrNull(row, "seen_at"),
    problemCode: code === null ? null : isProblemCode(code) ? code : "internal",
  };
};

/** The roots of `database`. */
export const rootsOf = (database: Database): Roots => ({
  get: (library) => {
    const row = database.sql(`SELECT * FROM roots WHERE library = :library`).get({ library });
    return row ? toRoot(row) : null;
  },
  put: ({ library, root, device, identity, mounts: folders, fileCount, scannedAt, problemCode }) => {
    const mounts = JSON.stringify(folders);
    database
      .sql(
        `INSERT OR REPLACE INTO roots
           (library, root, device, identity, mounts, file_count, scanned_at, problem_code, seen_at)
         VALUES (:library, :root, :device, :identity, :mounts, :fileCount, :scannedAt, :problemCode,
           iif(:problemCode IS NULL, :scannedAt, (SELECT seen_at FROM roots WHERE library = :library)))`,
      )
      .run({ library, root, device, identity, mounts, fileCount, scannedAt, problemCode });
  },
  all: () => database.sql(`SELECT * FROM roots ORDER BY library`).all().map(toRoot),
});
