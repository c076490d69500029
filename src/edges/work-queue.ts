/** The orchestrator's end of Redis: films for other machines, what became of them, and what is said to and by workers. */
import { type Job, Queue, QueueEvents } from "bullmq";
import type {
  LibrariesSaid,
  WorkerHello,
  WorkerWish,
  WorkNews,
  WorkOrder,
  WorkResult,
} from "../core/work-order.ts";
import { connectRedis, type RedisState } from "./redis.ts";
import {
  CANCELLED_SECONDS,
  CONTROL_CHANNEL,
  type ControlMessage,
  cancelledKey,
  helloKey,
  LIBRARIES_KEY,
  PREFIX,
  WORKERS_KEY,
  wishKey,
} from "./work-keys.ts";
import { jsonOrNull, readHello, readNews, readResult } from "./work-messages.ts";

/** How a film stands in Redis. */
export type Look =
  | { readonly kind: "unknown" }
  | { readonly kind: "waiting" }
  | { readonly kind: "active"; readonly news: WorkNews | null }
  /** `result` is null where what came is none. */
  | { readonly kind: "done"; readonly result: WorkResult | null }
  | { readonly kind: "failed"; readonly why: string };

/** What is told of a film without being asked for; a lost one costs seconds, as all is looked at now and then. */
export type WorkEvent = {
  readonly queue: string;
  readonly token: string;
  /** null: how it stands changed. */
  readonly news: WorkNews | null;
};

export type WorkQueue = {
  readonly state: () => RedisState;
  /** All that said something within `SILENT_MS`. */
  readonly hellos: () => Promise<readonly WorkerHello[]>;
  /** Adds a film, unless its token is there already. */
  readonly send: (queue: string, order: WorkOrder) => Promise<void>;
  readonly look: (queue: string, token: string) => Promise<Look>;
  /** The order as it was sent, as JSON; null when Redis does not know it. */
  readonly orderOf: (queue: string, token: string) => Promise<string | null>;
  /** Takes a film out again, or what is left of it. False: a worker holds it. */
  readonly remove: (queue: string, token: string) => Promise<boolean>;
  /** Whoever works on it stops. */
  readonly cancel: (token: string) => Promise<void>;
  /** Tokens of some films that are in a queue, whatever became of them. */
  readonly tokens: (queue: string) => Promise<readonly string[]>;
  readonly wish: (name: string, wish: WorkerWish) => Promise<void>;
  readonly sayLibraries: (said: LibrariesSaid) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Results nobody fetched are kept for a week; s. */
const KEPT_SECONDS = 7 * 86_400;
/** Events of a queue that are kept for who was away a moment. */
const EVENTS_KEPT = 1000;
/** Of each state of a queue, so many are looked at. */
const TOKENS_LOOKED_AT = 200;
/** BullMQ waits for its connection as long as it takes; nobody here waits longer than this; ms. */
const ASKED_MS = 10_000;
/** A queue that nothing was asked of for so long is let go, with its connection; ms. */
const IDLE_MS = 10 * 60_000;

type Open = { readonly queue: Queue<WorkOrder>; readonly events: QueueEvents; usedAt: number };

/** Connects to Redis at `address`; `onEvent` and `onState` are called as things happen. Every call throws what the driver throws while Redis is away. */
export const createWorkQueue = (
  address: string,
  {
    onEvent,
    onState,
  }: { readonly onEvent: (event: WorkEvent) => void; readonly onState: (state: RedisState) => void },
): WorkQueue => {
  const asking = connectRedis(address, { use: "asking", name: "cvc-orchestrator", onState });
  // Each queue's events wait on a connection of their own, made from this one.
  const blocking = connectRedis(address, { use: "blocking", name: "cvc-orchestrator-events" });
  const open = new Map<string, Open>();

  const close = async (name: string): Promise<void> => {
    const each = open.get(name);
    open.delete(name);
    await Promise.allSettled([each?.queue.close(), each?.events.close()]);
  };
  const openQueue = (name: string): Open => {
    const options = { prefix: PREFIX, skipVersionCheck: true };
    const queue = new Queue<WorkOrder>(name, {
      ...options,
      connection: asking.client,
      streams: { events: { maxLen: EVENTS_KEPT } },
    });
    const events = new QueueEvents(name, { ...options, connection: blocking.client });
    // A queue whose connection failed while it was set up stays broken: the next one to ask gets another.
    queue.waitUntilReady().catch(() => void close(name));
    // Whether Redis is there is known from the connection itself.
    queue.on("error", () => {});
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
    const opened = { queue, events, usedAt: Date.now() };
    open.set(name, opened);
    return opened;
  };
  const ask = async <T>(name: string, question: (queue: Queue<WorkOrder>) => Promise<T>): Promise<T> => {
    const state = asking.state();
    if (state.kind !== "ready")
      throw new Error(state.kind === "away" ? state.why : "Redis was not heard yet.");
    const opened = open.get(name) ?? openQueue(name);
    opened.usedAt = Date.now();
    for (const [other, { usedAt }] of open) if (Date.now() - usedAt > IDLE_MS) void close(other);
    return withinTime(question(opened.queue));
  };
  const say = async (message: ControlMessage): Promise<void> =>
    void (await asking.client.publish(CONTROL_CHANNEL, JSON.stringify(message)));

  return {
    state: asking.state,
    hellos: () => readHellos(asking.client),
    send: async (queue, order) => {
      const keep = { age: KEPT_SECONDS };
      const options = { jobId: order.token, attempts: 1, removeOnComplete: keep, removeOnFail: keep };
      await ask(queue, (each) => each.add("film", order, options));
    },
    look: (queue, token) => ask(queue, (each) => lookAt(each, token)),
    orderOf: async (queue, token) => {
      const job = await ask(queue, (each) => each.getJob(token));
      return job ? JSON.stringify(job.data) : null;
    },
    remove: (queue, token) =>
      ask(queue, async (each) => (await each.remove(token)) === 1 || !(await each.getJob(token))),
    cancel: async (token) => {
      await asking.client.set(cancelledKey(token), "1", "EX", CANCELLED_SECONDS);
      await say({ kind: "cancel", token });
    },
    tokens: async (queue) => {
      const jobs = await ask(queue, (each) =>
        each.getJobs(["completed", "failed", "active", "waiting"], 0, TOKENS_LOOKED_AT - 1),
      );
      return jobs.flatMap((job: Job | undefined) => (job?.id === undefined ? [] : [job.id]));
    },
    wish: async (name, wish) => {
      await asking.client.set(wishKey(name), JSON.stringify(wish));
      await say({ kind: "wish", name });
    },
    sayLibraries: async (said) => {
      await asking.client.set(LIBRARIES_KEY, JSON.stringify(said));
      await say({ kind: "libraries" });
    },
    close: async () => {
      await Promise.allSettled([...open.keys()].map(close));
      for (const each of [asking, blocking]) each.close();
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

type Client = ReturnType<typeof connectRedis>["client"];

/** Of all names the set has; those whose key is gone are silent and taken out. */
const readHellos = async (client: Client): Promise<readonly WorkerHello[]> => {
  const ids = (await client.smembers(WORKERS_KEY)).slice(0, WORKERS_MAX);
  if (ids.length === 0) return [];
  const said = await client.mget(ids.map(helloKey));
  const silent = ids.filter((_, at) => said[at] === null);
  if (silent.length > 0) await client.srem(WORKERS_KEY, ...silent);
  return said.flatMap((each, at) => {
    const hello = each === null || each === undefined ? null : readHello(jsonOrNull(each));
    return hello !== null && hello.id === ids[at] ? [hello] : [];
  });
};

const WORKERS_MAX = 1000;

/** The state is asked first: a film that ends between the two questions is looked at again, and no result is missed. */
const lookAt = async (queue: Queue<WorkOrder>, token: string): Promise<Look> => {
  const state = await queue.getJobState(token);
  const job = await queue.getJob(token);
  if (!job || state === "unknown") return { kind: "unknown" };
  if (state === "completed") return { kind: "done", result: readResult(job.returnvalue) };
  if (state === "failed") return { kind: "failed", why: (job.failedReason ?? "").slice(0, 2000) };
  return state === "active" ? { kind: "active", news: readNews(job.progress) } : { kind: "waiting" };
};
