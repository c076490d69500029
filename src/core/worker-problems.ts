/** What can go wrong with a film on a worker and nowhere else. */
import { row } from "./problem-row.ts";

export const WORKER_PROBLEMS = {
  "order-refused": row(
    "A worker refused what it was asked to do.",
    "Run the same version on the orchestrator and on the worker. If they are, somebody else writes to Redis: give it a password.",
    { http: 503, exit: 3 },
  ),
  "worker-sees-other": row(
    "A worker sees another file than the orchestrator does.",
    "Mount the same share on both machines, and compare `--map` of the worker with the folders; a share that is stale is mounted again.",
    { http: 503, exit: 3, retry: "wait" },
  ),
} as const;
