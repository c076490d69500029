/** A house whose films are converted by workers through a real Redis. */
import type { TestContext } from "node:test";
import { type RunningWorker, startWorker, type WorkerOptions } from "../../src/apps/worker.ts";
import { createMounts } from "../../src/apps/worker-mounts.ts";
import { createFfmpeg } from "../../src/edges/ffmpeg.ts";
import { createLog } from "../../src/edges/log.ts";
import { type House, type HouseOptions, newHouse } from "./orchestrator.ts";
import { startRedis, type TestRedis } from "./redis.ts";

const log = createLog(process.env.LOG ?? "silent");

const endings = new WeakMap<TestRedis, (() => unknown)[]>();

/** What is to end before its Redis does, as it says good-bye to it. */
export const beforeItEnds = (redis: TestRedis, end: () => unknown): void => {
  endings.get(redis)?.push(end);
};

/** A house that converts nothing itself, and its Redis. A result that cannot be seen is waited for 2 s. */
export const newFarHouse = async (
  context: TestContext,
  options: HouseOptions = {},
): Promise<{ readonly house: House; readonly redis: TestRedis }> => {
  const last: (() => unknown)[] = [];
  const redis = await startRedis({ after: (work) => void last.push(work) });
  const ends: (() => unknown)[] = [];
  endings.set(redis, ends);
  const house = newHouse(context, {
    works: false,
    redis: { address: redis.url, patienceMs: 2_000 },
    ...options,
  });
  context.after(async () => {
    for (const end of [house.stop, ...ends, ...last]) await end();
  });
  return { house, redis };
};

/** A worker in this process; ended after the test. */
export const startNear = (redis: TestRedis, change: Partial<WorkerOptions> = {}): RunningWorker => {
  const worker = startWorker({
    redis: redis.url,
    name: "attic",
    places: { copies: 2, encodes: 1 },
    encoder: "software",
    allowCpu: true,
    reach: createMounts({ map: {}, log, now: Date.now }),
    ffmpeg: createFfmpeg(),
    log,
    heartbeatMs: 300,
    ...change,
  });
  beforeItEnds(redis, () => worker.end(0));
  return worker;
};

const PATIENCE_MS = 60_000;

/** As `until`, for what has to be asked. */
export const eventually = async (what: string, condition: () => Promise<boolean>): Promise<void> => {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`It never came to this: ${what}.`);
};
