/** What the program wrote down, read with SQLite alone while it runs or after it. */
import { join } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";

type Row = Record<string, SQLOutputValue>;

export type Film = {
  readonly library: string;
  readonly path: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly output: string | null;
  readonly archive: string | null;
  readonly problem: string | null;
  readonly sizeBytes: number;
};

export type Happening = {
  readonly id: number;
  readonly at: number;
  readonly asset: number | null;
  readonly kind: string;
  readonly path: string;
  readonly data: Readonly<Record<string, unknown>>;
};

const text = (row: Row, column: string): string | null => {
  const value = row[column];
  return typeof value === "string" ? value : null;
};

const read = <T>(data: string, sql: string, as: (row: Row) => T): readonly T[] => {
  const database = new DatabaseSync(join(data, "library.sqlite"), { readOnly: true, timeout: 5000 });
  try {
    return database.prepare(sql).all().map(as);
  } finally {
    database.close();
  }
};

export const filmsIn = (data: string): readonly Film[] =>
  read(data, "SELECT * FROM assets ORDER BY library, path", (row) => ({
    library: text(row, "library") ?? "",
    path: text(row, "path") ?? "",
    state: text(row, "state") ?? "",
    outcome: text(row, "outcome"),
    output: text(row, "output_path"),
    archive: text(row, "archive_path"),
    problem: text(row, "problem_code"),
    sizeBytes: Number(row.size_bytes),
  }));

export const historyIn = (data: string): readonly Happening[] =>
  read(data, "SELECT * FROM events ORDER BY id", (row) => ({
    id: Number(row.id),
    at: Number(row.at),
    asset: row.asset_id === null ? null : Number(row.asset_id),
    kind: text(row, "kind") ?? "",
    path: text(row, "path") ?? "",
    data: JSON.parse(text(row, "data") ?? "{}") as Readonly<Record<string, unknown>>,
  }));

/** Films that are not at rest, messages that wait, pauses that have begun and not ended. */
export const restless = (data: string) => {
  const count = (sql: string): number => Number(read(data, sql, (row) => row.n)[0]);
  return {
    films: count("SELECT count(*) AS n FROM assets WHERE state IN ('New', 'Queued', 'Processing')"),
    messages: count("SELECT count(*) AS n FROM deliveries"),
    pauses: count(
      "SELECT sum(CASE kind WHEN 'pause-began' THEN 1 WHEN 'pause-ended' THEN -1 END) AS n FROM events",
    ),
  };
};

/** A check of the file itself, and what a run may not leave. */
export const leftIn = (data: string): readonly string[] => [
  ...read(data, "PRAGMA integrity_check", (row) => String(row.integrity_check)).filter(
    (each) => each !== "ok",
  ),
  ...read(data, "SELECT step FROM journal", (row) => `a journal row is left: ${String(row.step)}`),
  ...read(data, "SELECT id FROM jobs WHERE outcome IS NULL", (row) => `job ${String(row.id)} has no end`),
];
