/** What can go wrong where a film is brought to a worker that shares no folder with this program, and its result back. */
import { row } from "./problem-row.ts";

export const TRANSFER_PROBLEMS = {
  "work-unknown": row(
    "No film is given out under this number.",
    "Nothing to do: a worker asks again for a while, as after a restart of the orchestrator.",
    { http: 404, retry: "wait" },
  ),
  "work-over": row(
    "The film was taken back from this worker.",
    "Nothing to do: the film waits in the queue, or a person stopped it.",
    { http: 410, retry: "wait" },
  ),
  "transfer-damaged": row(
    "Bytes arrived other than they were sent.",
    "They are sent again by themselves. Where it happens often, check the network's cables, cards and proxies, and the memory of both machines.",
    { http: 422, retry: "wait" },
  ),
  "transfer-out-of-step": row(
    "The bytes that were sent do not follow those that are here.",
    "Nothing to do: the worker asks how far it is, and goes on from there.",
    { http: 409, retry: "wait" },
  ),
  "transfer-failed": row(
    "A film could not be brought to a worker, or its result back.",
    "Check the network between the worker and the orchestrator; the film is tried again.",
    { http: 503, retry: "wait" },
  ),
  "result-too-large": row(
    "The result is far larger than the film could become.",
    "See the log of the attempt; nothing of the result was kept.",
    { http: 413, retry: "backoff" },
  ),
  "scratch-full": row(
    "A worker has no room for the film.",
    "Free some space in its scratch folder, or give it a larger one with `--scratch`; other workers may take the film.",
    { http: 507, retry: "wait" },
  ),
} as const;
