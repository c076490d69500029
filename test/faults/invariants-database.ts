/** What must hold of a database when the program has ended, read with SQLite alone. */
import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import type { Violation } from "./invariants.ts";

type Row = Record<string, SQLOutputValue>;

/** A film's row, with what is of the place taken out of its paths. */
export type FilmRow = {
  readonly path: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly output: string | null;
  readonly sidecars: readonly string[];
  readonly archive: string | null;
  readonly problem: string | null;
};

const SETTLED = new Set(["Completed", "Archived", "Failed"]);
/** A film that a person brought back waits for that person. */
const HELD_UNTIL = 253_402_300_799_000;

const text = (row: Row, column: string): string | null => {
  const value = row[column];
  return typeof value === "string" ? value : null;
};

const problemsOf = (database: DatabaseSync): readonly string[] => {
  const all = (sql: string): readonly Row[] => database.prepare(sql).all();
  const said = (sql: string, what: string): readonly string[] =>
    all(sql).map((row) => `${what}: ${JSON.stringify(row)}`);
  return [
    ...all("PRAGMA integrity_check").flatMap((row) =>
      row.integrity_check === "ok" ? [] : [`integrity: ${String(row.integrity_check)}`],
    ),
    ...said("PRAGMA foreign_key_check", "a foreign key"),
    ...said("SELECT token, step FROM journal", "a journal row is left"),
    ...said("SELECT id, asset_id FROM jobs WHERE outcome IS NULL", "a job has no end"),
    ...said(
      `SELECT * FROM asset_kinds WHERE count <> (SELECT count(*) FROM assets WHERE assets.kind = asset_kinds.id)`,
      "a count is wrong",
    ),
    ...said(
      `SELECT a.id, k.* FROM assets AS a LEFT JOIN asset_kinds AS k ON k.id = a.kind
         WHERE (a.library, a.state, ifnull(a.work, ''), ifnull(a.problem_code, ''), a.reason_codes, a.media)
           IS NOT (k.library, k.state, k.work, k.problem, k.reasons, k.media)`,
      "a film is counted among others",
    ),
  ];
};

/** What the rows say of the disk must be so. */
const rowProblems = (row: Row, root: string, mayLackResult: boolean): readonly Violation[] => {
  const found: Violation[] = [];
  const path = text(row, "path") ?? "";
  const state = text(row, "state") ?? "";
  const isHeld = state === "Queued" && row.available_at === HELD_UNTIL;
  if (!SETTLED.has(state) && !isHeld) found.push({ kind: "stuck", what: `${path} is ${state}` });
  const says = (what: string): void => void found.push({ kind: "database", what: `${path}: ${what}` });
  const output = text(row, "output_path");
  const made = output !== null && existsSync(output) ? lstatSync(output) : null;
  // What a person took away of an archived film is that person's matter.
  const isTaken = mayLackResult && state === "Archived" && made === null;
  if (output !== null && !isTaken && made?.size !== row.output_size_bytes)
    says(`its result ${output} is not as it says`);
  const sidecars = JSON.parse(text(row, "sidecar_paths") ?? "[]") as readonly string[];
  for (const each of sidecars) if (!existsSync(each)) says(`its subtitle file ${each} is not there`);
  const archive = text(row, "archive_path");
  if (archive !== null && !existsSync(archive)) says(`its archived original ${archive} is not there`);
  const isThere = existsSync(join(root, path));
  if (state === "Archived" && isThere) says("it is archived, and its original is in its place");
  if (state !== "Archived" && !isThere) says(`it is ${state}, and its file is not there`);
  return found;
};

/** The database in `data` after the program ended, of a library in `root`; `mayLackResult`: a person may have taken one. */
export const checkDatabase = (data: string, root: string, mayLackResult = false): readonly Violation[] => {
  const database = new DatabaseSync(join(data, "library.sqlite"));
  try {
    const problems = problemsOf(database).map((what): Violation => ({ kind: "database", what }));
    const rows = database.prepare("SELECT * FROM assets").all();
    return [...problems, ...rows.flatMap((row) => rowProblems(row, root, mayLackResult))];
  } finally {
    database.close();
  }
};

/** What the program knows films by, and which of them it was told to delete when their results were there. */
export const contentsOf = (data: string) => {
  const database = new DatabaseSync(join(data, "library.sqlite"));
  try {
    const rows = database.prepare("SELECT fingerprint, state, output_path, archive_path FROM assets").all();
    return rows.map((row) => ({
      fingerprint: text(row, "fingerprint"),
      output: text(row, "output_path"),
      isDeleted: row.state === "Archived" && row.archive_path === null,
    }));
  } finally {
    database.close();
  }
};

/** The films of the database in `data`; `folders` are cut off their paths. */
export const filmRows = (data: string, folders: readonly string[]): readonly FilmRow[] => {
  const database = new DatabaseSync(join(data, "library.sqlite"));
  const inside = (path: string | null): string | null => {
    const folder = folders.find((each) => path?.startsWith(`${each}/`));
    return path !== null && folder !== undefined ? path.slice(folder.length + 1) : path;
  };
  try {
    return database
      .prepare("SELECT * FROM assets ORDER BY path")
      .all()
      .map((row) => ({
        path: text(row, "path") ?? "",
        state: text(row, "state") ?? "",
        outcome: text(row, "outcome"),
        output: inside(text(row, "output_path")),
        sidecars: (JSON.parse(text(row, "sidecar_paths") ?? "[]") as readonly string[]).map(
          (each) => inside(each) ?? each,
        ),
        archive: inside(text(row, "archive_path")),
        problem: text(row, "problem_code"),
      }));
  } finally {
    database.close();
  }
};
