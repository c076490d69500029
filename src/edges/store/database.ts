/** One SQLite file: opened with our pragmas, its errors as problems, statements kept, transactions that nest. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from "node:sqlite";
import { Problem } from "../../core/problem.ts";
import { databaseProblem } from "./database-problem.ts";

export type Row = Record<string, SQLOutputValue>;
type Parameters = Record<string, SQLInputValue>;

/** A prepared statement; parameters are named (`:name`) and given without the colon. */
type Statement = {
  readonly run: (parameters?: Parameters) => { readonly changes: number; readonly lastId: number };
  readonly get: (parameters?: Parameters) => Row | undefined;
  readonly all: (parameters?: Parameters) => Row[];
  readonly iterate: (parameters?: Parameters) => IterableIterator<Row>;
};

export type Database = {
  readonly file: string;
  /** The statement for `sql`, prepared once. At most 200 are kept. */
  readonly sql: (sql: string) => Statement;
  readonly exec: (sql: string) => void;
  /** Runs `work` in one transaction (the outermost one commits); rolled back when it throws. */
  readonly transaction: <T>(work: () => T) => T;
  /**
   * What is wrong with the file since a statement met it (full, locked, read-only, …), until `tryToWrite` succeeds.
   * Damage stays, and nothing is written any more: what is left must not be made worse.
   */
  readonly trouble: () => Problem | null;
  /** Writes a page that changes nothing. Throws the Problem that keeps it from being written. */
  readonly tryToWrite: () => void;
  /** Reads every page; what is wrong (then also the `trouble`), or null. Takes about a second for 100,000 films. */
  readonly check: () => Problem | null;
  /** How many transactions were undone: what was read in one of them may not be so. */
  readonly rollbacks: () => number;
  /** The number of its newest migration; 0: none. */
  readonly version: () => number;
  readonly room: () => Room;
  /** Gives at most `pages` that are free back to the disk; does nothing to a file that does not shrink. */
  readonly shrink: (pages: number) => void;
  readonly close: () => void;
};

export type Room = {
  readonly sizeBytes: number;
  /** Of deleted rows: reused, or given back. */
  readonly freeBytes: number;
  readonly pageBytes: number;
  /** Whether it can be given back without writing the whole file anew. */
  readonly shrinks: boolean;
};

/** `PRAGMA auto_vacuum` of a file that gives pages back when it is told to. */
const INCREMENTAL = 2;

/** What SQLite keeps beside a database, named after it: of no use to another database, and dangerous to it. */
export const SIDE_FILES = ["-wal", "-shm", "-journal"] as const;

const STATEMENTS_KEPT = 200;

/** How long another program that holds the file is waited for; ms. */
const BUSY_MS = 5000;

/** What `PRAGMA quick_check` finds first; null when all is well. Throws what SQLite throws. */
export const damageIn = (
  database: DatabaseSync,
  pragma: "quick_check" | "integrity_check",
): string | null => {
  const found = String(Object.values(database.prepare(`PRAGMA ${pragma}(1)`).get() ?? {})[0]);
  return found === "ok"
    ? null
    : found
        .replace(/^\*\*\* .*? \*\*\*/, "")
        .replaceAll(/\s+/g, " ")
        .trim();
};

/** Over a connection of its own: this one's may hold in memory what the disk has lost. */
const damageOnDisk = (file: string): string | null => {
  const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
  try {
    return damageIn(database, "quick_check");
  } finally {
    database.close();
  }
};

/** The number of the newest migration the database has; 0: none. */
export const versionOf = (database: DatabaseSync): number =>
  Number(database.prepare("PRAGMA user_version").get()?.user_version);

const roomOf = (database: DatabaseSync): Room => {
  const ask = (pragma: string): number => Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma] ?? 0);
  const pageBytes = ask("page_size");
  return {
    pageBytes,
    sizeBytes: ask("page_count") * pageBytes,
    freeBytes: ask("freelist_count") * pageBytes,
    shrinks: ask("auto_vacuum") === INCREMENTAL,
  };
};

const openFile = (file: string): DatabaseSync => {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const database = new DatabaseSync(file, { timeout: BUSY_MS });
    try {
      // Of a new file: an older one is made over by `makeShrinkable`.
      if (roomOf(database).sizeBytes === 0) database.exec("PRAGMA auto_vacuum = INCREMENTAL");
      // FULL: after a power cut the journal must know what was done to a film; it costs half a millisecond a commit.
      // 8 MB of pages: the system keeps the others, and from there they come as fast (docs/decisions/0025-memory-at-rest.md).
      database.exec(
        `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY; SELECT count(*) FROM sqlite_schema;`,
      );
    } catch (thrown) {
      database.close();
      throw thrown;
    }
    return database;
  } catch (thrown) {
    const problem = databaseProblem(thrown, file, `to open it, for ${BUSY_MS / 1000} seconds if need be`);
    throw problem ?? new Problem("database-unusable", `${file}: ${String(thrown)}`, thrown);
  }
};

/**
 * Opens (or makes) the database `file` and its folder. Throws Problem database-locked, -read-only, -full, -damaged,
 * -unusable: what is there is never made anew.
 */
export const openDatabase = (file: string): Database => {
  const database = openFile(file);
  const statements = new Map<string, Statement>();
  let depth = 0;
  let trouble: Problem | null = null;
  let rollbacks = 0;

  const noted = (thrown: unknown): unknown => {
    const problem = databaseProblem(thrown, file);
    if (problem && trouble?.code !== "database-damaged") trouble = problem;
    return problem ?? thrown;
  };
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (thrown) {
      throw noted(thrown);
    }
  };
  const write = <T>(work: () => T): T => {
    if (trouble?.code === "database-damaged") throw trouble;
    return attempt(work);
  };

  const prepare = (sql: string): Statement => {
    const statement = attempt(() => database.prepare(sql));
    return {
      run: (parameters = {}) => {
        const { changes, lastInsertRowid } = write(() => statement.run(parameters));
        return { changes: Number(changes), lastId: Number(lastInsertRowid) };
      },
      get: (parameters = {}) => attempt(() => statement.get(parameters)),
      all: (parameters = {}) => attempt(() => statement.all(parameters)),
      *iterate(parameters = {}) {
        try {
          yield* statement.iterate(parameters);
        } catch (thrown) {
          throw noted(thrown);
        }
      },
    };
  };

  const exec = (sql: string): void => write(() => database.exec(sql));

  const transaction = <T>(work: () => T): T => {
    if (depth > 0) return work();
    exec("BEGIN IMMEDIATE");
    depth++;
    try {
      const result = work();
      exec("COMMIT");
      return result;
    } catch (thrown) {
      rollbacks++;
      if (database.isTransaction) attempt(() => database.exec("ROLLBACK"));
      throw thrown;
    } finally {
      depth--;
    }
  };

  return {
    file,
    exec,
    transaction,
    sql: (sql) => {
      const kept = statements.get(sql);
      if (kept) return kept;
      const made = prepare(sql);
      if (statements.size >= STATEMENTS_KEPT) statements.clear();
      statements.set(sql, made);
      return made;
    },
    trouble: () => trouble,
    tryToWrite: () => {
      transaction(() => exec(`PRAGMA user_version = ${versionOf(database)}`));
      trouble = null;
    },
    check: () => {
      try {
        const damage = attempt(() => damageOnDisk(file));
        if (damage !== null) trouble = new Problem("database-damaged", `${file}: ${damage}.`);
        return damage === null ? null : trouble;
      } catch (thrown) {
        if (thrown instanceof Problem) return thrown;
        throw thrown;
      }
    },
    rollbacks: () => rollbacks,
    version: () => attempt(() => versionOf(database)),
    room: () => attempt(() => roomOf(database)),
    // Stepped through to its end, or it gives back one page.
    shrink: (pages) => exec(`PRAGMA incremental_vacuum(${pages})`),
    close: () => {
      if (database.isOpen) database.close();
    },
  };
};
