/**
 * Some simulated workers in one process, which `bench/cluster.ts` starts and kills: real hellos, real BullMQ workers, real files,
 * but instead of ffmpeg a wait. Says on standard output what it begins and ends, a JSON line each.
 */
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { ENCODERS } from "../../src/core/encoders.ts";
import { partialPath } from "../../src/core/output-paths.ts";
import {
  HEARTBEAT_MS,
  LOCK_MS,
  PROTOCOL,
  SILENT_MS,
  type WorkerHello,
  type WorkNews,
  type WorkOrder,
  type WorkResult,
} from "../../src/core/work-order.ts";
import { fingerprintFile } from "../../src/edges/library-walk.ts";
import { helloKey, PREFIX, queueOf, WORKERS_KEY } from "../../src/edges/work-keys.ts";
import { secondsOf } from "./durations.ts";

/** What `bench/cluster.ts` gives, as JSON in the first argument. */
export type WorkersGiven = {
  readonly redis: string;
  /** Numbers of the workers. */
  readonly first: number;
  readonly count: number;
  readonly libraries: readonly string[];
  /** How many times faster than real an encode is. */
  readonly factor: number;
};

export type WorkerLine = {
  readonly kind: "begin" | "end" | "lost";
  readonly worker: number;
  readonly token: string;
  readonly assetId: number;
  /** Epoch ms. */
  readonly at: number;
  /** How long it took or will take, ms. */
  readonly ms: number;
};

/** News are sent this often, whatever the factor: what comes from one busy worker in a second is as in truth. */
const NEWS_MS = 1000;
const ENCODER = ENCODERS.nvenc;

const given = JSON.parse(process.argv[2] ?? "{}") as WorkersGiven;
const say = (line: WorkerLine): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

/** A file that says which film it was made of. */
const makePartial = async (order: WorkOrder) => {
  const path = partialPath(order.folder, order.sourcePath, order.token, "mp4");
  const content = `made of ${order.sourceFingerprint}`;
  writeFileSync(path, content, { flag: "wx" });
  const sizeBytes = content.length;
  return { path, sizeBytes, fingerprint: await fingerprintFile(path, sizeBytes) };
};

const encode = async (
  number: number,
  order: WorkOrder,
  tell: (news: WorkNews) => Promise<void>,
): Promise<WorkResult> => {
  const { token, assetId } = order;
  const ms = (1000 * secondsOf(order.token, order.media.durationSeconds ?? 0)) / given.factor;
  say({ kind: "begin", worker: number, token, assetId, at: Date.now(), ms });
  const [worker, startedAt] = [`sim-${number}`, performance.now()];
  const partial = await makePartial(order);
  for (let left = ms; left > 0; left = ms - (performance.now() - startedAt)) {
    await pause(Math.min(left, NEWS_MS));
    const progress = {
      percent: 100 * Math.min(1, 1 - left / ms),
      fps: 200,
      speed: 8,
      etaSeconds: 60,
      outTimeSeconds: 60,
      bytes: 1e6,
    };
    await tell({
      worker,
      encoder: ENCODER.codec,
      phase: "converting",
      progress,
      command: null,
      said: "frame= 1000\n",
    });
  }
  say({ kind: "end", worker: number, token, assetId, at: Date.now(), ms: performance.now() - startedAt });
  const log = "A simulated encode.";
  return {
    kind: "converted",
    token,
    worker,
    encoder: ENCODER.codec,
    partial,
    sidecars: [],
    checks: [{ name: "simulated", passed: true, detail: "" }],
    log,
    missing: [],
  };
};

const startWorker = (number: number, client: Redis, blocking: Redis): void => {
  const running = new Set<string>();
  const hello = (): WorkerHello => ({
    protocol: PROTOCOL,
    version: "simulated",
    id,
    name: `sim-${number}`,
    startedAt,
    at: Date.now(),
    slots: { copies: 0, encodes: 1 },
    encoder: { name: ENCODER.name, codec: ENCODER.codec, isHardware: ENCODER.isHardware },
    encoderWhy: "",
    decodes: ["h264", "hevc"],
    libraries: given.libraries,
    access: "mounts",
    cards: [],
    running: [...running],
    state: "working",
    loadPercent: null,
  });
  const [id, startedAt] = [randomUUID(), Date.now()];
  const beat = async (): Promise<void> => {
    await client.set(helloKey(id), JSON.stringify(hello()), "PX", SILENT_MS);
    await client.sadd(WORKERS_KEY, id);
  };
  setInterval(() => void beat().catch(() => {}), HEARTBEAT_MS);
  void beat();
  const worker = new Worker<WorkOrder, WorkResult>(
    queueOf("encodes", hello()),
    async (job) => {
      running.add(job.data.token);
      try {
        return await encode(number, job.data, (news) => job.updateProgress(news));
      } finally {
        running.delete(job.data.token);
      }
    },
    // As the real worker opens its queue (`edges/work-intake.ts`).
    {
      connection: blocking,
      prefix: PREFIX,
      concurrency: 1,
      lockDuration: LOCK_MS,
      lockRenewTime: LOCK_MS / 6,
      maxStalledCount: 0,
      stalledInterval: LOCK_MS / 2,
    },
  );
  worker.on("error", () => {});
};

const client = new Redis(given.redis, { maxRetriesPerRequest: null });
const blocking = new Redis(given.redis, { maxRetriesPerRequest: null });
for (let index = 0; index < given.count; index++) startWorker(given.first + index, client, blocking);
