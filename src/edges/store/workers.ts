/** The machines that convert for this one: which there were, and whether a person paused them. */
import { numberOf, textOf } from "./columns.ts";
import type { Database, Row } from "./database.ts";

export type KnownWorker = {
  readonly name: string;
  readonly isPaused: boolean;
  /** Epoch ms. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** What it last said of itself, as JSON. */
  readonly hello: string;
};

/** One that is not paused and was not seen for so long is forgotten; ms. */
const FORGOTTEN_MS = 30 * 86_400_000;
/** Whoever may write to Redis may invent names. */
const WORKERS_MAX = 500;

export type Workers = {
  readonly all: () => readonly KnownWorker[];
  /** Writes that it is there; of too many names the newest are not kept. */
  readonly seen: (worker: { readonly name: string; readonly at: number; readonly hello: string }) => void;
  /** Whether there is one of that name. */
  readonly pause: (name: string, isPaused: boolean) => boolean;
};

const toWorker = (row: Row): KnownWorker => ({
  name: textOf(row, "name"),
  isPaused: numberOf(row, "paused") === 1,
  firstSeen: numberOf(row, "first_seen"),
  lastSeen: numberOf(row, "last_seen"),
  hello: textOf(row, "hello"),
});

/** The workers of `database`. */
export const workersOf = (database: Database): Workers => ({
  all: () => database.sql(`SELECT * FROM workers ORDER BY name`).all().map(toWorker),
  seen: ({ name, at, hello }) => {
    database
      .sql(`DELETE FROM workers WHERE paused = 0 AND last_seen < :before`)
      .run({ before: at - FORGOTTEN_MS });
    database
      .sql(
        `INSERT INTO workers (name, first_seen, last_seen, hello) SELECT :name, :at, :at, :hello
           WHERE (SELECT count(*) FROM workers WHERE name <> :name) < ${WORKERS_MAX}
           ON CONFLICT (name) DO UPDATE SET last_seen = excluded.last_seen, hello = excluded.hello`,
      )
      .run({ name, at, hello });
  },
  pause: (name, isPaused) =>
    database
      .sql(`UPDATE workers SET paused = :paused WHERE name = :name`)
      .run({ name, paused: isPaused ? 1 : 0 }).changes > 0,
});
