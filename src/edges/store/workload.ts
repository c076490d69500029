/** What the queue holds, how fast this machine did the same lately, and the last results: what the front page adds up. */
import { isProblemCode, type ProblemCode } from "../../core/problem.ts";
import { type Amount, NOTHING, type Pace, QUEUED_WORKS, type QueuedWork } from "../../core/queue-time.ts";
import { WORKS, type Work } from "../../core/work.ts";
import { jsonOf, numberOf, numberOrNull, textOf, textOrNull, wordOf } from "./columns.ts";
import type { Database, Row } from "./database.ts";

const RESULTS = ["done", "failed", "cancelled"] as const;

/** How an attempt ended. */
export type Result = {
  readonly assetId: number;
  /** Null when the film is not in the library any more. */
  readonly path: string | null;
  readonly sizeBytes: number | null;
  readonly work: Work;
  readonly outcome: (typeof RESULTS)[number];
  readonly problemCode: ProblemCode | null;
  /** Epoch ms. */
  readonly finishedAt: number;
  readonly seconds: number | null;
  readonly outputBytes: number | null;
  /** As `checksFrom` reads them. */
  readonly checks: unknown;
};

export type Workload = {
  /** Films of `libraries` that wait for their turn, by kind of work; those that wait for a person are left out. */
  readonly queued: (libraries: readonly string[]) => Readonly<Record<QueuedWork, Amount>>;
  /** The last films of a kind that were done with `encoder` (`copy` for all but pictures); null when there are none. */
  readonly pace: (work: QueuedWork, encoder: string) => Pace | null;
  /** Newest first. What was interrupted goes on by itself and is no result. */
  readonly results: (limit: number) => readonly Result[];
};

const RUNS_MAX = 20;

const amountOf = (row: Row): Amount => ({
  films: numberOf(row, "films"),
  bytes: numberOf(row, "bytes"),
  timedFilms: numberOf(row, "timed_films"),
  playingSeconds: numberOf(row, "playing_seconds"),
});

const toResult = (row: Row): Result => {
  const code = textOrNull(row, "problem_code");
  return {
    assetId: numberOf(row, "asset_id"),
    path: textOrNull(row, "path"),
    sizeBytes: numberOrNull(row, "size_bytes"),
    work: wordOf(row, "work", WORKS),
    outcome: wordOf(row, "outcome", RESULTS),
    problemCode: code === null ? null : isProblemCode(code) ? code : "internal",
    finishedAt: numberOf(row, "finished_at"),
    seconds: numberOrNull(row, "seconds"),
    outputBytes: numberOrNull(row, "output_bytes"),
    checks: jsonOf(row, "checks"),
  };
};

/** The workload of `database`. */
export const workloadOf = (database: Database): Workload => ({
  queued: (libraries) => {
    const amounts: Record<QueuedWork, Amount> = { copy: NOTHING, audio: NOTHING, video: NOTHING };
    const rows = database
      .sql(
        `SELECT work, sum(films) AS films, sum(bytes) AS bytes, sum(timed_films) AS timed_films,
           sum(playing_seconds) AS playing_seconds FROM workload
         WHERE library IN (SELECT value FROM json_each(:libraries)) GROUP BY work`,
      )
      .all({ libraries: JSON.stringify(libraries) });
    for (const row of rows) {
      const work = QUEUED_WORKS.find((each) => each === textOf(row, "work"));
      if (work) amounts[work] = amountOf(row);
    }
    return amounts;
  },
  pace: (work, encoder) => {
    const row = database
      .sql(
        `SELECT count(*) AS films, ifnull(sum(size_bytes), 0) AS bytes, count(playing_seconds) AS timed_films,
           ifnull(sum(playing_seconds), 0) AS playing_seconds, ifnull(sum(seconds), 0) AS seconds
         FROM (SELECT a.size_bytes, a.playing_seconds, j.seconds FROM
           (SELECT asset_id, seconds FROM jobs WHERE outcome = 'done' AND work = :work AND encoder = :encoder
              ORDER BY finished_at DESC LIMIT ${RUNS_MAX}) AS j
           JOIN assets AS a ON a.id = j.asset_id WHERE j.seconds IS NOT NULL)`,
      )
      .get({ work, encoder });
    if (!row || numberOf(row, "films") === 0) return null;
    return { ...amountOf(row), seconds: numberOf(row, "seconds") };
  },
  results: (limit) =>
    database
      .sql(
        `SELECT j.asset_id, j.work, j.outcome, j.problem_code, j.finished_at, j.seconds, j.output_bytes, j.checks,
           a.path, a.size_bytes
         FROM jobs AS j LEFT JOIN assets AS a ON a.id = j.asset_id
         WHERE j.finished_at IS NOT NULL AND j.outcome <> 'interrupted' ORDER BY j.finished_at DESC, j.id DESC LIMIT :limit`,
      )
      .all({ limit })
      .map(toResult),
});
