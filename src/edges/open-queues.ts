/** The queues of Redis that are asked of now, one a pool of workers, and what is told of the films in them. */
import { Queue, QueueEvents } from "bullmq";
import type { WorkNews, WorkOrder } from "../core/work-order.ts";
import type { RedisConnection } from "./redis.ts";
import { PREFIX } from "./work-keys.ts";
import { readNews } from "./work-messages.ts";

/** What is told of a film without being asked for; a lost one costs seconds, as all is looked at now and then. */
export type WorkEvent = {
  readonly queue: string;
  readonly token: string;
  /** null: how it stands changed. */
  readonly news: WorkNews | null;
};

export type OpenQueues = {
  /** `hears`: from now on what happens to its films is told. Throws what the driver throws. */
  readonly ask: <T>(
    name: string,
    question: (queue: Queue<WorkOrder>) => Promise<T>,
    hears?: boolean,
  ) => Promise<T>;
  readonly closeIdle: () => void;
  /** Ends within a second. */
  readonly close: () => Promise<void>;
};

/** Events of a queue that are kept for who was away a moment. */
const EVENTS_KEPT = 1000;
/** BullMQ waits for its connection as long as it takes; nobody here waits longer than this; ms. */
const ASKED_MS = 10_000;
const CLOSED_MS = 1_000;
/** A queue that nothing was asked of for so long is let go, with its connection; ms. */
const IDLE_MS = 10 * 60_000;
/** Each costs a connection. Of films in further queues nothing is told unasked, but all are looked at every few seconds. */
const EVENTS_MAX = 64;

const OPTIONS = { prefix: PREFIX, skipVersionCheck: true };

type Open = { readonly queue: Queue<WorkOrder>; events: QueueEvents | null; usedAt: number };

type Around = {
  readonly asking: RedisConnection;
  /** Each queue's events wait on a connection of their own, made from this one. */
  readonly blocking: RedisConnection;
  readonly onEvent: (event: WorkEvent) => void;
};

export const createOpenQueues = ({ asking, blocking, onEvent }: Around): OpenQueues => {
  const open = new Map<string, Open>();
  const close = async (name: string): Promise<void> => {
    const each = open.get(name);
    open.delete(name);
    await Promise.allSettled([each?.queue.close(), each?.events?.close()]);
  };
  const closeIdle = (): void => {
    for (const [name, { usedAt }] of open) if (Date.now() - usedAt > IDLE_MS) void close(name);
  };
  const openQueue = (name: string): Open => {
    const queue = new Queue<WorkOrder>(name, {
      ...OPTIONS,
      connection: asking.client,
      streams: { events: { maxLen: EVENTS_KEPT } },
    });
    // A queue whose connection failed while it was set up stays broken: the next one to ask gets another.
    queue.waitUntilReady().catch(() => void close(name));
    // Whether Redis is there is known from the connection itself.
    queue.on("error", () => {});
    const opened: Open = { queue, events: null, usedAt: Date.now() };
    open.set(name, opened);
    return opened;
  };
  const openEvents = (name: string): QueueEvents => {
    const events = new QueueEvents(name, { ...OPTIONS, connection: blocking.client });
    events.on("error", () => {});
    const changed = ({ jobId }: { readonly jobId: string }): void =>
      onEvent({ queue: name, token: jobId, news: null });
    events.on("active", changed);
    events.on("completed", changed);
    events.on("failed", changed);
    events.on("progress", ({ jobId, data }) => {
      const news = readNews(data);
      if (news) onEvent({ queue: name, token: jobId, news });
    });
    return events;
  };
  const ask = async <T>(
    name: string,
    question: (queue: Queue<WorkOrder>) => Promise<T>,
    hears = false,
  ): Promise<T> => {
    const own = asking.state();
    if (own.kind !== "ready") throw new Error("why" in own ? own.why : "Redis was not heard yet.");
    const opened = open.get(name) ?? openQueue(name);
    opened.usedAt = Date.now();
    const heard = [...open.values()].filter(({ events }) => events !== null).length;
    if (hears && heard < EVENTS_MAX) opened.events ??= openEvents(name);
    return withinTime(question(opened.queue));
  };
  return {
    ask,
    closeIdle,
    close: async () => {
      const closing = Promise.allSettled([...open.keys()].map(close));
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, CLOSED_MS);
      });
      // What waits for a Redis that is away ends with its connection.
      await Promise.race([closing, late]);
      clearTimeout(timer);
    },
  };
};

const withinTime = async <T>(asked: Promise<T>): Promise<T> => {
  const late = AbortSignal.timeout(ASKED_MS);
  return Promise.race([
    asked,
    new Promise<never>((_, reject) => {
      late.addEventListener("abort", () => reject(new Error("Redis did not answer in time.")), {
        once: true,
      });
    }),
  ]);
};
