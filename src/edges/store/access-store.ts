/**
 * Password, sessions and tokens, by their hashes, in a file of their own: whichever library is served, the same people may
 * come in; a backup that is put back brings no revoked token with it; and `cvc password` may write while the program runs.
 */
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { SCOPES, type Scope, SESSION_IDLE_MS, SESSION_MAX_MS } from "../../core/access.ts";
import { Problem } from "../../core/problem.ts";
import { numberOf, numberOrNull, textOf, wordOf } from "./columns.ts";
import { type Database, openDatabase, type Row } from "./database.ts";
import { type Migration, migrate } from "./migrations.ts";

export type Session = {
  readonly id: number;
  readonly address: string;
  /** What the browser calls itself. */
  readonly agent: string;
  /** Epoch ms, as all times here. */
  readonly beganAt: number;
  readonly seenAt: number;
};

export type Token = {
  readonly id: number;
  readonly name: string;
  readonly scope: Scope;
  readonly madeAt: number;
  readonly usedAt: number | null;
  readonly expiresAt: number | null;
};

type NewSession = Pick<Session, "address" | "agent"> & { readonly hash: string; readonly now: number };
type NewToken = Pick<Token, "name" | "scope" | "expiresAt"> & { readonly hash: string; readonly now: number };

export type AccessStore = {
  readonly password: () => { readonly hash: string; readonly setAt: number } | null;
  /** Sets (null: removes) the password and ends every session. */
  readonly setPassword: (hash: string | null, now: number) => void;
  readonly beginSession: (session: NewSession) => void;
  /** The session of a token, seen now; null when there is none or it has ended. */
  readonly session: (hash: string, now: number) => Session | null;
  /** Last seen first. */
  readonly sessions: (now: number) => readonly Session[];
  readonly endSession: (id: number) => void;
  readonly endSessionsBut: (id: number | null) => void;
  /** Throws Problem usage-invalid when there are as many as there may be. */
  readonly addToken: (token: NewToken) => void;
  readonly token: (hash: string, now: number) => Token | null;
  readonly tokens: () => readonly Token[];
  /** Whether there was one. */
  readonly revokeToken: (id: number) => boolean;
  readonly close: () => void;
};

const SESSIONS_MAX = 100;
const TOKENS_MAX = 100;
/** How exactly it is known when something was used; ms. */
const SEEN_EVERY_MS = 60_000;

const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: "access",
    sql: `
CREATE TABLE password (one INTEGER PRIMARY KEY CHECK (one = 1), hash TEXT NOT NULL, set_at INTEGER NOT NULL) STRICT;
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY AUTOINCREMENT, hash TEXT NOT NULL UNIQUE, address TEXT NOT NULL, agent TEXT NOT NULL,
  began_at INTEGER NOT NULL, seen_at INTEGER NOT NULL
) STRICT;
CREATE TABLE tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT, hash TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('read', 'operate', 'admin')),
  made_at INTEGER NOT NULL, used_at INTEGER, expires_at INTEGER
) STRICT;`,
  },
];

const toSession = (row: Row): Session => ({
  id: numberOf(row, "id"),
  address: textOf(row, "address"),
  agent: textOf(row, "agent"),
  beganAt: numberOf(row, "began_at"),
  seenAt: numberOf(row, "seen_at"),
});

const toToken = (row: Row): Token => ({
  id: numberOf(row, "id"),
  name: textOf(row, "name"),
  scope: wordOf(row, "scope", SCOPES),
  madeAt: numberOf(row, "made_at"),
  usedAt: numberOrNull(row, "used_at"),
  expiresAt: numberOrNull(row, "expires_at"),
});

/** The file of a data folder, made for its owner's eyes when there is none. Throws Problem database-…. */
export const openAccessStore = (dataFolder: string): AccessStore => {
  const file = join(dataFolder, "access.sqlite");
  mkdirSync(dataFolder, { recursive: true });
  try {
    closeSync(openSync(file, "a", 0o600));
    return accessStoreOf(openDatabase(file));
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.code !== "database-damaged") throw thrown;
    const hint = `Move ${file} away: the password is then asked for anew, and tokens are made anew. It holds no films.`;
    throw new Problem(thrown.code, thrown.detail, thrown, hint);
  }
};

/** One that is gone when it is closed. */
export const openAccessStoreInMemory = (): AccessStore => accessStoreOf(openDatabase(":memory:"));

const accessStoreOf = (database: Database): AccessStore => {
  migrate(database, MIGRATIONS);
  return { ...passwordOf(database), ...sessionsOf(database), ...tokensOf(database), close: database.close };
};

/** On a full disk people must still get in, to free some of it. */
const tryTo = (write: () => unknown): void => {
  try {
    write();
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
  }
};

const passwordOf = ({ sql, transaction }: Database): Pick<AccessStore, "password" | "setPassword"> => ({
  password: () => {
    const row = sql("SELECT hash, set_at FROM password").get();
    return row ? { hash: textOf(row, "hash"), setAt: numberOf(row, "set_at") } : null;
  },
  setPassword: (hash, now) =>
    transaction(() => {
      if (hash === null) sql("DELETE FROM password").run();
      else sql("INSERT OR REPLACE INTO password VALUES (1, :hash, :now)").run({ hash, now });
      sql("DELETE FROM sessions").run();
    }),
});

const sessionsOf = ({ sql, transaction }: Database) => {
  const oldest = (now: number) => ({ began: now - SESSION_MAX_MS, seen: now - SESSION_IDLE_MS });
  return {
    beginSession: (session: NewSession): void =>
      transaction(() => {
        sql("DELETE FROM sessions WHERE began_at <= :began OR seen_at <= :seen").run(oldest(session.now));
        sql(
          `DELETE FROM sessions WHERE id NOT IN (SELECT id FROM sessions ORDER BY seen_at DESC LIMIT :kept)`,
        ).run({
          kept: SESSIONS_MAX - 1,
        });
        sql(`INSERT INTO sessions (hash, address, agent, began_at, seen_at)
             VALUES (:hash, :address, :agent, :now, :now)`).run({ ...session });
      }),
    session: (hash: string, now: number): Session | null => {
      const row = sql(
        "SELECT * FROM sessions WHERE hash = :hash AND began_at > :began AND seen_at > :seen",
      ).get({ hash, ...oldest(now) });
      if (!row) return null;
      const session = toSession(row);
      if (now - session.seenAt >= SEEN_EVERY_MS)
        tryTo(() => sql("UPDATE sessions SET seen_at = :now WHERE id = :id").run({ now, id: session.id }));
      return session;
    },
    sessions: (now: number): readonly Session[] =>
      sql("SELECT * FROM sessions WHERE began_at > :began AND seen_at > :seen ORDER BY seen_at DESC, id DESC")
        .all(oldest(now))
        .map(toSession),
    endSession: (id: number): void => void sql("DELETE FROM sessions WHERE id = :id").run({ id }),
    endSessionsBut: (id: number | null): void =>
      void sql("DELETE FROM sessions WHERE id IS NOT :id").run({ id }),
  };
};

const tokensOf = ({ sql, transaction }: Database) => ({
  addToken: (token: NewToken): void =>
    transaction(() => {
      const { count } = sql("SELECT count(*) AS count FROM tokens").get() ?? {};
      if (Number(count) >= TOKENS_MAX)
        throw new Problem("usage-invalid", `There are ${TOKENS_MAX} tokens already: revoke some.`);
      sql(`INSERT INTO tokens (hash, name, scope, made_at, expires_at)
           VALUES (:hash, :name, :scope, :now, :expiresAt)`).run({ ...token });
    }),
  token: (hash: string, now: number): Token | null => {
    const row = sql(
      "SELECT * FROM tokens WHERE hash = :hash AND (expires_at IS NULL OR expires_at > :now)",
    ).get({ hash, now });
    if (!row) return null;
    const token = toToken(row);
    if (now - (token.usedAt ?? 0) >= SEEN_EVERY_MS)
      tryTo(() => sql("UPDATE tokens SET used_at = :now WHERE id = :id").run({ now, id: token.id }));
    return token;
  },
  tokens: (): readonly Token[] => sql("SELECT * FROM tokens ORDER BY id").all().map(toToken),
  revokeToken: (id: number): boolean => sql("DELETE FROM tokens WHERE id = :id").run({ id }).changes > 0,
});
