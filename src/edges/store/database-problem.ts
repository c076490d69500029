/** What SQLite says of a database's file, as a problem that a person can act on. */
import { accessSync, constants, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { Problem, type ProblemCode } from "../../core/problem.ts";

/** Less than this and SQLite cannot even make the file by which its connections share a database (32 KiB). */
const NO_ROOM_BYTES = 65_536;

const isFull = (file: string): boolean => {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize < NO_ROOM_BYTES;
  } catch {
    return false;
  }
};

const isRefused = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK);
    return false;
  } catch (thrown) {
    return thrown instanceof Error && "code" in thrown && thrown.code !== "ENOENT";
  }
};

/** A disk that is full or read-only is an "I/O error" or "unable to open" to SQLite when it makes its side files. */
const worldOf = (file: string): ProblemCode => {
  if (isFull(file)) return "database-full";
  return isRefused(file) || isRefused(dirname(file)) ? "database-read-only" : "database-unusable";
};

/** By SQLite's primary result codes, https://www.sqlite.org/rescode.html; those not named are a mistake of ours. */
const codeOf = (result: number, file: string): ProblemCode | null => {
  switch (result) {
    case 5: // BUSY
    case 15: // PROTOCOL
      return "database-locked";
    case 3: // PERM
    case 8: // READONLY
      return "database-read-only";
    case 10: // IOERR
    case 14: // CANTOPEN
      return worldOf(file);
    case 11: // CORRUPT
    case 26: // NOTADB
      return "database-damaged";
    case 13: // FULL
      return "database-full";
    default:
      return null;
  }
};

const OF_THE_SYSTEM: Readonly<Record<string, ProblemCode>> = {
  ENOSPC: "database-full",
  EDQUOT: "database-full",
  EACCES: "database-read-only",
  EPERM: "database-read-only",
  EROFS: "database-read-only",
};

/**
 * The problem of the database `file` that SQLite or the operating system met, with what was `tried`; null for any
 * other thing thrown.
 */
export const databaseProblem = (thrown: unknown, file: string, tried = ""): Problem | null => {
  if (!(thrown instanceof Error)) return null;
  const code =
    "errcode" in thrown && typeof thrown.errcode === "number"
      ? // The rest of the number says which kind of it.
        codeOf(thrown.errcode & 0xff, file)
      : "code" in thrown && (OF_THE_SYSTEM[String(thrown.code)] ?? null);
  const said = `${file}: ${thrown.message}.`;
  return code ? new Problem(code, tried === "" ? said : `${said}\nTried: ${tried}.`, thrown) : null;
};
