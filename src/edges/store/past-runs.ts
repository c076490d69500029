/** What films took on this machine, and what they were expected to take. */
import type { Told } from "../../core/queue-time.ts";
import { QUEUED_WORKS, type QueuedWork } from "../../core/work.ts";
import { numberOf, textOf, wordOf } from "./columns.ts";
import type { Database } from "./database.ts";

/** What is told of a film before it is begun. */
export type Expectation = {
  readonly work: QueuedWork;
  /** ffmpeg's name of it; `copy` for all but pictures. */
  readonly encoder: string;
  readonly picture: string;
  readonly nominalSeconds: number;
  readonly low: number;
  readonly high: number;
};

/** Of one run: the logarithm of the time it took over its nominal one. */
export type PastRun = { readonly picture: string; readonly multiple: number };

export type PastRuns = {
  readonly add: (expected: Expectation, seconds: number) => void;
  /** The last runs of a kind of work by an encoder. */
  readonly of: (work: QueuedWork, encoder: string) => readonly PastRun[];
  /** What was told of the last films, and came of it, newest first. */
  readonly told: (limit: number) => readonly (Told & { readonly work: QueuedWork })[];
};

/** By more the next is not told better, and a machine that got faster is noticed later. */
const RUNS_READ = 40;
/** In all, before the oldest are forgotten. */
const RUNS_KEPT = 5000;

/** The past runs of `database`. */
export const pastRunsOf = (database: Database): PastRuns => ({
  add: (expected, seconds) => {
    if (!(seconds > 0)) return;
    const { lastId } = database
      .sql(
        `INSERT INTO past_runs (work, encoder, picture, nominal_seconds, seconds, expected_low, expected_high)
         VALUES (:work, :encoder, :picture, :nominalSeconds, :seconds, :low, :high)`,
      )
      .run({ ...expected, seconds });
    database.sql(`DELETE FROM past_runs WHERE id <= :oldest`).run({ oldest: lastId - RUNS_KEPT });
  },
  of: (work, encoder) =>
    database
      .sql(
        `SELECT picture, ln(seconds / nominal_seconds) AS multiple FROM past_runs
         WHERE work = :work AND encoder = :encoder ORDER BY id DESC LIMIT ${RUNS_READ}`,
      )
      .all({ work, encoder })
      .map((row) => ({ picture: textOf(row, "picture"), multiple: numberOf(row, "multiple") })),
  told: (limit) =>
    database
      .sql(
        `SELECT work, expected_low, expected_high, seconds FROM past_runs WHERE expected_low IS NOT NULL
         ORDER BY id DESC LIMIT :limit`,
      )
      .all({ limit })
      .map((row) => ({
        work: wordOf(row, "work", QUEUED_WORKS),
        low: numberOf(row, "expected_low"),
        high: numberOf(row, "expected_high"),
        seconds: numberOf(row, "seconds"),
      })),
});
