/** A worker that does as a test says: it tells of itself, and takes films or lets them lie. */
import { randomUUID } from "node:crypto";
import { Worker } from "bullmq";
import type { WorkLane } from "../../src/core/snapshot.ts";
import {
  PROTOCOL,
  SILENT_MS,
  type WorkerHello,
  type WorkOrder,
  type WorkResult,
} from "../../src/core/work-order.ts";
import { connectRedis } from "../../src/edges/redis.ts";
import { helloKey, PREFIX, queueOf, WORKERS_KEY } from "../../src/edges/work-keys.ts";
import type { TestRedis } from "./redis.ts";

export type FarWorker = {
  readonly hello: WorkerHello;
  /** Says no more that it is there. */
  readonly fallSilent: () => void;
  /** Takes films of a lane from now on. */
  readonly take: (lane: WorkLane, work: (order: WorkOrder) => Promise<WorkResult>) => void;
};

const SAID_MS = 200;

export const startFarWorker = (redis: TestRedis, change: Partial<WorkerHello> = {}): FarWorker => {
  const id = randomUUID();
  const hello: WorkerHello = {
    protocol: PROTOCOL,
    version: "0.1.0",
    id,
    name: "cellar",
    startedAt: Date.now(),
    at: Date.now(),
    slots: { copies: 1, encodes: 1 },
    encoder: { name: "software", codec: "libx264", isHardware: false },
    encoderWhy: "",
    decodes: ["h264", "mpeg4", "hevc"],
    libraries: ["films"],
    access: "mounts",
    cards: [],
    running: [],
    state: "working",
    loadPercent: null,
    ...change,
  };
  const say = async (): Promise<void> => {
    const words = JSON.stringify({ ...hello, at: Date.now() });
    await redis.client.sadd(WORKERS_KEY, id);
    await redis.client.set(helloKey(id), words, "PX", SILENT_MS);
  };
  const timer = setInterval(() => void say().catch(() => {}), SAID_MS);
  const connection = connectRedis(redis.url, { use: "blocking", name: "far-worker" });
  const workers: Worker[] = [];
  redis.before(async () => {
    clearInterval(timer);
    for (const each of workers) each.close(true).catch(() => {});
    connection.close();
  });
  return {
    hello,
    fallSilent: () => clearInterval(timer),
    take: (lane, work) => {
      const worker = new Worker<WorkOrder>(queueOf(lane, hello), ({ data }) => work(data), {
        connection: connection.client,
        prefix: PREFIX,
        maxStalledCount: 0,
      });
      worker.on("error", () => {});
      workers.push(worker);
    },
  };
};
