/** One SQLite file: opened with our pragmas, its errors as problems, statements kept, transactions that nest. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from "node:sqlite";
import { Problem, type ProblemCode } from "../../core/problem.ts";

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
  /** The statement for `sql`, prepared once. At most 200 are kept. */
  readonly sql: (sql: string) => Statement;
  readonly exec: (sql: string) => void;
  /** Runs `work` in one transaction (the outermost one commits); rolled back when it throws. */
  readonly transaction: <T>(work: () => T) => T;
  readonly close: () => void;
};

const STATEMENTS_KEPT = 200;

/** SQLite's primary result codes, https://www.sqlite.org/rescode.html, that are a state of the world. */
const PROBLEM_OF_RESULT: Readonly<Record<number, ProblemCode>> = {
  5: "database-unusable",
  8: "database-unusable",
  10: "io-error",
  11: "database-unusable",
  13: "disk-full",
  14: "database-unusable",
  26: "database-unusable",
};

const asProblem = (thrown: unknown, file: string): unknown => {
  if (!(thrown instanceof Error) || !("errcode" in thrown) || typeof thrown.errcode !== "number")
    return thrown;
  const code = PROBLEM_OF_RESULT[thrown.errcode & 0xff];
  return code ? new Problem(code, `${file}: ${thrown.message}`, thrown) : thrown;
};

const openFile = (file: string): DatabaseSync => {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const database = new DatabaseSync(file, { timeout: 5000 });
    try {
      // FULL: after a power cut the journal must know what was done to a film; it costs half a millisecond a commit.
      database.exec(
        `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY; SELECT count(*) FROM sqlite_schema;`,
      );
    } catch (thrown) {
      database.close();
      throw thrown;
    }
    return database;
  } catch (thrown) {
    throw new Problem("database-unusable", `${file}: ${String(thrown)}`, thrown);
  }
};

/**
 * Opens (or makes) the database `file` and its folder. Throws Problem `database-unusable` when it cannot be opened
 * or is no database: it is never made anew over what is there.
 */
export const openDatabase = (file: string): Database => {
  const database = openFile(file);
  const statements = new Map<string, Statement>();
  let depth = 0;

  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (thrown) {
      throw asProblem(thrown, file);
    }
  };

  const prepare = (sql: string): Statement => {
    const statement = attempt(() => database.prepare(sql));
    return {
      run: (parameters = {}) => {
        const { changes, lastInsertRowid } = attempt(() => statement.run(parameters));
        return { changes: Number(changes), lastId: Number(lastInsertRowid) };
      },
      get: (parameters = {}) => attempt(() => statement.get(parameters)),
      all: (parameters = {}) => attempt(() => statement.all(parameters)),
      iterate: (parameters = {}) => attempt(() => statement.iterate(parameters)),
    };
  };

  const exec = (sql: string): void => attempt(() => database.exec(sql));

  return {
    exec,
    sql: (sql) => {
      const kept = statements.get(sql);
      if (kept) return kept;
      const made = prepare(sql);
      if (statements.size >= STATEMENTS_KEPT) statements.clear();
      statements.set(sql, made);
      return made;
    },
    transaction: (work) => {
      if (depth > 0) return work();
      exec("BEGIN IMMEDIATE");
      depth++;
      try {
        const result = work();
        exec("COMMIT");
        return result;
      } catch (thrown) {
        if (database.isTransaction) exec("ROLLBACK");
        throw thrown;
      } finally {
        depth--;
      }
    },
    close: () => {
      if (database.isOpen) database.close();
    },
  };
};
