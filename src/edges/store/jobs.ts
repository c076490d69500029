/** The history of attempts: what was run for an asset, how it ended, and the end of its log. */
import { fromStored, type PacePoint, toStored } from "../../core/pace.ts";
import { isProblemCode, type ProblemCode } from "../../core/problem.ts";
import { WORKS, type Work } from "../../core/work.ts";
import {
  jsonOf,
  numberOf,
  numberOrNull,
  textOf,
  textOrNull,
  textsOf,
  wordOf,
  wordOrNull,
} from "./columns.ts";
import type { Database, Row } from "./database.ts";
import type { Amount } from "./events.ts";

export const JOB_OUTCOMES = ["done", "failed", "interrupted", "cancelled"] as const;
export type JobOutcome = (typeof JOB_OUTCOMES)[number];

/** The last characters of a log that are kept. */
const LOG_MAX_CHARACTERS = 65_536;

export type Job = {
  readonly id: number;
  readonly assetId: number;
  readonly token: string;
  readonly attempt: number;
  readonly work: Work;
  readonly encoder: string | null;
  readonly command: readonly string[];
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly outcome: JobOutcome | null;
  readonly problemCode: ProblemCode | null;
  readonly problemDetail: string | null;
  readonly log: string;
  readonly seconds: number | null;
  readonly outputBytes: number | null;
  /** The checks of the verification as they were given to `finish`. */
  readonly checks: unknown;
  readonly pace: readonly PacePoint[];
  /** The queue of the workers it was handed to, and who took it; null: this machine, or nobody yet. */
  readonly pool: string | null;
  readonly worker: string | null;
};

type JobStart = Pick<Job, "assetId" | "token" | "attempt" | "work" | "encoder" | "command" | "startedAt"> & {
  readonly pool?: string | null;
};
type JobFinish = Pick<Job, "outcome"> & { readonly finishedAt: number } & Partial<
    Pick<
      Job,
      | "encoder"
      | "command"
      | "problemCode"
      | "problemDetail"
      | "log"
      | "seconds"
      | "outputBytes"
      | "checks"
      | "pace"
    >
  >;

export type Jobs = {
  /** Writes a running job; its id. */
  readonly start: (job: JobStart) => number;
  /** A worker of its pool began with it. */
  readonly taken: (id: number, taken: { readonly worker: string; readonly startedAt: number }) => void;
  readonly finish: (id: number, end: JobFinish) => void;
  /** Newest first. */
  readonly forAsset: (assetId: number, limit: number) => readonly Job[];
  /** Jobs that have no end: those running, or those that a crash cut off. */
  readonly unfinished: () => readonly Job[];
  /** The attempt of a claim; null when there was none, or it is forgotten. */
  readonly byToken: (token: string) => Job | null;
  /** Queues of workers that were handed something since `since` (epoch ms). */
  readonly poolsSince: (since: number) => readonly string[];
  /** Deletes at most `limit` of the finished jobs that started before `before` (epoch ms), the oldest first; how many. */
  readonly prune: (before: number, limit: number) => number;
  /** The newest job whose log is too much when those of the newer ones come to `maxBytes`; null: none is. */
  readonly tooMuchFrom: (maxBytes: number) => number | null;
  /** Empties at most `limit` logs of a job and of those before it; how many. */
  readonly emptyLogs: (upTo: number, limit: number) => number;
  /** Of attempts, with the bytes of their logs. */
  readonly amount: () => Amount;
};

const toJob = (row: Row): Job => {
  const code = textOrNull(row, "problem_code");
  return {
    id: numberOf(row, "id"),
    assetId: numberOf(row, "asset_id"),
    token: textOf(row, "token"),
    attempt: numberOf(row, "attempt"),
    work: wordOf(row, "work", WORKS),
    encoder: textOrNull(row, "encoder"),
    command: textsOf(row, "command"),
    startedAt: numberOf(row, "started_at"),
    finishedAt: numberOrNull(row, "finished_at"),
    outcome: wordOrNull(row, "outcome", JOB_OUTCOMES),
    problemCode: code === null ? null : isProblemCode(code) ? code : "internal",
    problemDetail: textOrNull(row, "problem_detail"),
    log: textOf(row, "log"),
    seconds: numberOrNull(row, "seconds"),
    outputBytes: numberOrNull(row, "output_bytes"),
    checks: jsonOf(row, "checks"),
    pace: fromStored(jsonOf(row, "pace")),
    pool: textOrNull(row, "pool"),
    worker: textOrNull(row, "worker"),
  };
};

type Found = Pick<Jobs, "forAsset" | "unfinished" | "byToken" | "poolsSince">;

const found = (database: Database): Found => ({
  forAsset: (assetId, limit) =>
    database
      .sql(`SELECT * FROM jobs WHERE asset_id = :assetId ORDER BY id DESC LIMIT :limit`)
      .all({ assetId, limit })
      .map(toJob),
  unfinished: () => database.sql(`SELECT * FROM jobs WHERE outcome IS NULL ORDER BY id`).all().map(toJob),
  byToken: (token) => {
    const row = database
      .sql(`SELECT * FROM jobs WHERE token = :token ORDER BY id DESC LIMIT 1`)
      .get({ token });
    return row ? toJob(row) : null;
  },
  poolsSince: (since) =>
    database
      .sql(`SELECT DISTINCT pool FROM jobs WHERE started_at >= :since AND pool IS NOT NULL LIMIT 100`)
      .all({ since })
      .map((row) => textOf(row, "pool")),
});

/** The jobs of `database`. */
export const jobsOf = (database: Database): Jobs => ({
  ...found(database),
  start: ({ command, pool = null, ...job }) =>
    database
      .sql(
        `INSERT INTO jobs (asset_id, token, attempt, work, encoder, command, started_at, pool)
         VALUES (:assetId, :token, :attempt, :work, :encoder, :command, :startedAt, :pool)`,
      )
      .run({ ...job, pool, command: JSON.stringify(command) }).lastId,
  taken: (id, { worker, startedAt }) => {
    database
      .sql(`UPDATE jobs SET worker = :worker, started_at = :startedAt WHERE id = :id AND outcome IS NULL`)
      .run({ id, worker, startedAt });
  },
  finish: (id, end) => {
    database
      .sql(
        `UPDATE jobs SET finished_at = :finishedAt, outcome = :outcome, encoder = ifnull(:encoder, encoder),
           command = ifnull(:command, command), problem_code = :problemCode, problem_detail = :problemDetail,
           log = :log, seconds = :seconds, output_bytes = :outputBytes, checks = :checks,
           pace = :pace
         WHERE id = :id`,
      )
      .run({
        id,
        finishedAt: end.finishedAt,
        outcome: end.outcome,
        encoder: end.encoder ?? null,
        command: end.command ? JSON.stringify(end.command) : null,
        problemCode: end.problemCode ?? null,
        problemDetail: end.problemDetail ?? null,
        log: (end.log ?? "").slice(-LOG_MAX_CHARACTERS),
        seconds: end.seconds ?? null,
        outputBytes: end.outputBytes ?? null,
        checks: JSON.stringify(end.checks ?? []),
        pace: JSON.stringify(toStored(end.pace ?? [])),
      });
  },
  prune: (before, limit) =>
    database
      .sql(
        `DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE started_at < :before AND outcome IS NOT NULL
           ORDER BY started_at LIMIT :limit)`,
      )
      .run({ before, limit }).changes,
  tooMuchFrom: (maxBytes) => {
    const row = database
      .sql(
        `SELECT max(id) AS id FROM (SELECT id, sum(octet_length(log)) OVER (ORDER BY id DESC) AS bytes
           FROM jobs INDEXED BY jobs_with_log WHERE log <> '') WHERE bytes > :maxBytes`,
      )
      .get({ maxBytes });
    return row ? numberOrNull(row, "id") : null;
  },
  emptyLogs: (upTo, limit) =>
    database
      .sql(
        `UPDATE jobs SET log = '' WHERE id IN (SELECT id FROM jobs INDEXED BY jobs_with_log
           WHERE log <> '' AND id <= :upTo ORDER BY id LIMIT :limit)`,
      )
      .run({ upTo, limit }).changes,
  amount: () => {
    const row = database
      .sql(
        `SELECT (SELECT count(*) FROM jobs) AS rows, (SELECT min(started_at) FROM jobs) AS oldest,
           (SELECT ifnull(sum(octet_length(log)), 0) FROM jobs INDEXED BY jobs_with_log WHERE log <> '') AS bytes`,
      )
      .get();
    if (!row) return { rows: 0, bytes: 0, oldestAt: null };
    return {
      rows: numberOf(row, "rows"),
      bytes: numberOf(row, "bytes"),
      oldestAt: numberOrNull(row, "oldest"),
    };
  },
});
