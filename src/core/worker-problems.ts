/** What can go wrong between this program and the machines that convert for it. */
import { row } from "./problem-row.ts";

export const WORKER_PROBLEMS = {
  "redis-unreachable": row(
    "Redis does not answer, so other machines are given no films.",
    "Start Redis, or correct REDIS_URL. This machine goes on by itself, and the others when Redis is back.",
    { http: 503, exit: 3, retry: "wait" },
  ),
  "redis-refuses": row(
    "Redis takes nothing, so other machines are given no films.",
    "Redis says why. Full (OOM): raise its `maxmemory`, or empty it. READONLY: name the Redis that is no copy of another one. MISCONF: free its disk. NOPERM: let its user write. The other machines go on by themselves then.",
    { http: 503, exit: 3, retry: "wait" },
  ),
  "worker-lost": row(
    "The machine that worked on the film is gone.",
    "Nothing to do: another one takes the film. If it happens again, look whether that machine or its network fails.",
    { retry: "wait" },
  ),
  "result-differs": row(
    "The file that a worker says it made is not the one that is there.",
    "Check that the worker has the same folder mounted as this program, and not another one at the same place.",
    { retry: "backoff" },
  ),
  "order-refused": row(
    "A worker refused what it was asked to do.",
    "Run the same version on the orchestrator and on the worker. If they are, somebody else writes to Redis: give it a password.",
    { http: 503, exit: 3, retry: "backoff" },
  ),
  "worker-sees-other": row(
    "A worker sees another file than the orchestrator does.",
    "Mount the same share on both machines, and compare `--map` of the worker with the folders; a share that is stale is mounted again.",
    { http: 503, exit: 3, retry: "wait" },
  ),
  "worker-not-found": row("There is no worker of that name.", "The page System names those there are.", {
    http: 404,
    exit: 2,
  }),
} as const;
