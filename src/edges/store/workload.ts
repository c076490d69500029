/** What the queue holds, what of the work is lost, and the last results: what the front page adds up. */
import { isProblemCode, type ProblemCode } from "../../core/problem.ts";
import { QUEUED_WORKS, type QueuedWork, WORKS, type Work } from "../../core/work.ts";
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

/** Films of one kind of work and one kind of picture that wait for their turn. */
export type Amount = {
  readonly work: QueuedWork;
  readonly picture: string;
  readonly films: number;
  readonly bytes: number;
  /** How long they would take on a machine of plain figures. */
  readonly nominalSeconds: number;
};

export type Workload = {
  /** What waits of `libraries`; films that wait for a person are left out. */
  readonly queued: (libraries: readonly string[]) => readonly Amount[];
  /** Seconds of late attempts that came to nothing, over those of the ones that did not; at most 1. */
  readonly lost: (work: QueuedWork) => number;
  /** Newest first. What was interrupted goes on by itself and is no result. */
  readonly results: (limit: number) => readonly Result[];
};

/** So many attempts say how much is lost. */
const ATTEMPTS_READ = 100;

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
  queued: (libraries) =>
    database
      .sql(
        `SELECT work, picture, sum(films) AS films, sum(bytes) AS bytes, sum(nominal_ms) / 1000.0 AS seconds
         FROM workload WHERE films > 0 AND work IN ('copy', 'audio', 'video')
           AND library IN (SELECT value FROM json_each(:libraries)) GROUP BY work, picture`,
      )
      .all({ libraries: JSON.stringify(libraries) })
      .map((row) => ({
        work: wordOf(row, "work", QUEUED_WORKS),
        picture: textOf(row, "picture"),
        films: numberOf(row, "films"),
        bytes: numberOf(row, "bytes"),
        nominalSeconds: numberOf(row, "seconds"),
      })),
  lost: (work) => {
    const row = database
      .sql(
        `SELECT total(seconds) FILTER (WHERE outcome = 'done') AS done,
           total(seconds) FILTER (WHERE outcome IN ('failed', 'interrupted')) AS lost
         FROM (SELECT outcome, seconds, work FROM jobs WHERE finished_at IS NOT NULL
           ORDER BY finished_at DESC LIMIT ${ATTEMPTS_READ}) WHERE work = :work`,
      )
      .get({ work });
    const done = row ? numberOf(row, "done") : 0;
    return row && done > 0 ? Math.min(1, numberOf(row, "lost") / done) : 0;
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
