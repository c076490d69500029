/** In the child: what is written to the database is a fail point as well, by what it means. */
import { DatabaseSync, StatementSync } from "node:sqlite";
import type { FailPoints, Point } from "./fail-points.ts";
import type { ErrorCode } from "./fault-plan.ts";

/** SQLite's words and numbers for what the disk said, https://www.sqlite.org/rescode.html. */
const RESULTS: Readonly<Record<ErrorCode, readonly [number, string]>> = {
  EIO: [10, "disk I/O error"],
  ENOSPC: [13, "database or disk is full"],
  EROFS: [8, "attempt to write a readonly database"],
  ESTALE: [10, "disk I/O error"],
};

const errorOf = (code: ErrorCode): Error => {
  const [errcode, errstr] = RESULTS[code];
  return Object.assign(new Error(errstr), { code: "ERR_SQLITE_ERROR", errcode, errstr });
};

/** `insert jobs`, `journal planned`; null for what only reads. */
const meaningOf = (sql: string, parameters: unknown): string | null => {
  const written = /^\s*(INSERT|UPDATE|DELETE)\s+(?:OR\s+\w+\s+)?(?:INTO\s+|FROM\s+)?(\w+)/i.exec(sql);
  if (!written) return null;
  const [verb, table] = [written[1]?.toLowerCase() ?? "", written[2] ?? ""];
  const given = (parameters ?? {}) as Readonly<Record<string, unknown>>;
  if (table === "journal") {
    if (verb === "insert") return "journal planned";
    return verb === "delete" ? "journal removed" : `journal ${String(given.step)}`;
  }
  if (table === "assets" && sql.includes("state = 'Processing'")) return CLAIM;
  return `${verb} ${table}`;
};

/** Asked every second whether there is anything to do: a point only when there was. */
const CLAIM = "claim";

type Method = (...args: unknown[]) => unknown;

const methodOf = (prototype: object, name: string): Method => {
  const found = (prototype as Record<string, unknown>)[name];
  if (typeof found !== "function") throw new Error(`node:sqlite has no ${name}.`);
  return found as Method;
};

/** Statements that write, and the ends of transactions; only what is committed at once or in the end is a writing point. */
export const watchDatabase = (points: FailPoints): void => {
  let open: string[] | null = null;

  const around = (name: string, isWrite: boolean, work: () => unknown): unknown => {
    const point: Point = { name, call: "database", paths: [], isWrite };
    const met = points.meet(point);
    if (typeof met === "object" && "code" in met) throw errorOf(met.code);
    const result = work();
    points.done(point);
    return result;
  };

  const statements = StatementSync.prototype as unknown as Record<string, Method>;
  for (const call of ["run", "get", "all"]) {
    const original = methodOf(statements, call);
    statements[call] = function (this: StatementSync, ...args) {
      const work = (): unknown => original.apply(this, args);
      const name = meaningOf(this.sourceSQL, args[0]);
      if (name === null) return work();
      const result = name === CLAIM ? work() : around(name, open === null, work);
      if (name !== CLAIM || result !== undefined) open?.push(name);
      return result;
    };
  }

  const databases = DatabaseSync.prototype as unknown as Record<string, Method>;
  const exec = methodOf(databases, "exec");
  databases.exec = function (this: DatabaseSync, ...args) {
    const work = (): unknown => exec.apply(this, args);
    const word = /^\s*(BEGIN IMMEDIATE|COMMIT|ROLLBACK)\b/.exec(String(args[0]))?.[1];
    if (word !== "COMMIT") {
      const result = work();
      if (word !== undefined) open = word === "ROLLBACK" ? null : [];
      return result;
    }
    const written = open ?? [];
    const result = written.length === 0 ? work() : around(`commit ${written.join(", ")}`, true, work);
    open = null;
    return result;
  };
};
