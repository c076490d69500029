/** Takes work orders from one queue of Redis (BullMQ) and holds each for as long as it is worked on. */
import { type Job, WaitingError, Worker } from "bullmq";
import type { WorkNews, WorkResult } from "../core/work-order.ts";
import type { RedisConnection } from "./redis.ts";
import { PREFIX } from "./work-keys.ts";

export type Taken = {
  readonly id: string;
  /** Not read yet: it may be anything. */
  readonly data: unknown;
  /** When it was given out, by the clock of who gave it; epoch ms. */
  readonly givenAt: number;
  readonly tell: (news: WorkNews) => Promise<void>;
  /** Aborted once the hold on it is lost: it is somebody else's by then, and an answer would be refused. */
  readonly lost: AbortSignal;
};

export type IntakeOptions = {
  /** For `blocking` use; shared by all intakes, and closed by who opened it. */
  readonly connection: RedisConnection;
  readonly queue: string;
  readonly slots: number;
  /** How long a hold lasts that is not renewed. */
  readonly lockMs: number;
  readonly handle: (taken: Taken) => Promise<WorkResult>;
  readonly onError: (error: Error) => void;
};

export type Intake = {
  readonly queue: string;
  readonly setSlots: (slots: number) => void;
  /** Takes nothing more from now on; ends when the last film in work was answered. */
  readonly close: () => Promise<void>;
};

type Hold = { readonly lost: AbortController; renewedAt: number };

const LOOK_MS = 1000;
/** After an error of Redis it is asked again; BullMQ's own quarter of a minute is long for copies of seconds. */
const AGAIN_MS = 2000;

export const openIntake = (options: IntakeOptions): Intake => {
  const { connection, queue, slots, lockMs, handle, onError } = options;
  const holds = new Map<string, Hold>();
  let isOpen = true;
  const work = async (job: Job, lock?: string): Promise<WorkResult> => {
    if (!isOpen) {
      // It came while the queue was being left: somebody else shall have it.
      await job.moveToWait(lock);
      throw new WaitingError();
    }
    const hold: Hold = { lost: new AbortController(), renewedAt: performance.now() };
    const id = job.id ?? "";
    holds.set(id, hold);
    try {
      const result = await handle({
        id,
        data: job.data,
        givenAt: job.timestamp,
        tell: (news) => job.updateProgress(news),
        lost: hold.lost.signal,
      });
      // BullMQ refuses the answer itself where the hold is another's by now.
      if (hold.lost.signal.aborted) throw new Error("The hold on the film was lost.");
      return result;
    } finally {
      holds.delete(id);
    }
  };
  const worker = new Worker(queue, work, {
    connection: connection.client,
    prefix: PREFIX,
    concurrency: slots,
    lockDuration: lockMs,
    lockRenewTime: lockMs / 6,
    // A stalled job fails and is never run twice under one token.
    maxStalledCount: 0,
    stalledInterval: lockMs / 2,
    runRetryDelay: AGAIN_MS,
  });
  worker.on("error", onError);
  worker.on("locksRenewed", ({ jobIds }) => {
    for (const id of jobIds) {
      const hold = holds.get(id);
      if (hold) hold.renewedAt = performance.now();
    }
  });
  worker.on("lockRenewalFailed", (ids) => {
    for (const id of ids) holds.get(id)?.lost.abort("lost");
  });
  // Not the time of day: Redis may be away while the clock is set.
  const timer = setInterval(() => {
    // What BullMQ waits for may never come from a Redis that is away; nothing is left to be watched here.
    if (!isOpen && holds.size === 0) clearInterval(timer);
    for (const { lost, renewedAt } of holds.values())
      if (performance.now() - renewedAt > lockMs) lost.abort("lost");
  }, LOOK_MS);
  return {
    queue,
    setSlots: (next) => {
      worker.concurrency = next;
    },
    close: async () => {
      isOpen = false;
      await worker.close();
      clearInterval(timer);
    },
  };
};
