/**
 * The health check of a container, in a process that loads nothing else. `node healthy.ts URL` ends with 0 when it answers
 * with a success; `node healthy.ts FOLDER` when the worker that keeps its sign of life in FOLDER has renewed it. Else with 1.
 */
import { hostname } from "node:os";
import { join } from "node:path";
import { SILENT_MS } from "../src/core/work-order.ts";
import { readAlive } from "../src/edges/alive-file.ts";

/** Docker waits for 30 s: a busy machine is slow, not ill. */
const ANSWERS_WITHIN_MS = 25_000;

const [, , subject = ""] = process.argv;

const answers = async (): Promise<boolean> =>
  (await fetch(subject, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) }).catch(() => null))?.ok ?? false;

const isAlive = async (): Promise<boolean> => {
  const alive = await readAlive(join(subject, `${process.env.WORKER_NAME ?? hostname()}.alive`));
  return alive !== null && Math.abs(Date.now() - alive.at) < SILENT_MS;
};

process.exitCode = (await (subject.startsWith("http") ? answers() : isAlive())) ? 0 : 1;
