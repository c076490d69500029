/** A worker in the process of a test, quicker in its rounds than a real one. */
import { type RunningWorker, startWorker, type WorkerOptions } from "../../src/apps/worker.ts";
import { createMounts } from "../../src/apps/worker-mounts.ts";
import { createFfmpeg } from "../../src/edges/ffmpeg.ts";
import { createLog } from "../../src/edges/log.ts";
import type { TestRedis } from "./redis.ts";

const log = createLog(process.env.LOG ?? "silent");

/** One that sees the same folders as the orchestrator, or those of `map` (here to there). */
export const mounts = (map: Readonly<Record<string, string>> = {}) =>
  createMounts({ map, log, now: Date.now });

/** Starts one that encodes on the processor; it ends before its Redis does. */
export const beginWorker = (redis: TestRedis, change: Partial<WorkerOptions> = {}): RunningWorker => {
  const worker = startWorker({
    redis: redis.url,
    name: "attic",
    places: { copies: 2, encodes: 1 },
    encoder: "software",
    allowCpu: true,
    reach: mounts(),
    ffmpeg: createFfmpeg(),
    log,
    heartbeatMs: 300,
    ...change,
  });
  redis.before(() => worker.end(0));
  return worker;
};
