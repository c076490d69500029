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
import { createRefusals } from "./redis-refusals.ts";
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
  /** Whether it is time to see if a Redis that takes nothing takes something again. */
  readonly mayTry: () => boolean;
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
const CLOSED_MS = 1_000;
/** A queue that nothing was asked of for so long is let go, with its connection; ms. */
const IDLE_MS = 10 * 60_000;
/** Each costs a connection. Of films in further queues nothing is told unasked, but all are looked at every few seconds. */
const EVENTS_MAX = 64;
/** Bytes that a worker's word of itself may have: with 1000 libraries and 64 cards it is some 200 kB. */
const HELLO_BYTES = 512 * 1024;

type Open = { readonly queue: Queue<WorkOrder>; events: QueueEvents | null; usedAt: number };

const OPTIONS = { prefix: PREFIX, skipVersionCheck: true };

/** Connects to Redis at `address`; `onEvent` and `onState` are called as things happen. Every call throws what the driver throws while Redis is away. */
export const createWorkQueue = (
  address: string,
  {
    onEvent,
    onState,
  }: { readonly onEvent: (event: WorkEvent) => void; readonly onState: (state: RedisState) => void },
): WorkQueue => {
  const asking = connectRedis(address, { use: "asking", name: "cvc-orchestrator", onState: () => onState(state()) });
  // Each queue's events wait on a connection of their own, made from this one.
  const blocking = connectRedis(address, { use: "blocking", name: "cvc-orchestrator-events" });
  const open = new Map<string, Open>();
  const refusals = createRefusals(() => onState(state()));
  const state = (): RedisState => {
    const [own, why] = [asking.state(), refusals.why()];
    return own.kind === "ready" && why !== null ? { kind: "refuses", why } : own;
  };

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
  const say = async (message: ControlMessage): Promise<void> =>
    void (await asking.client.publish(CONTROL_CHANNEL, JSON.stringify(message)));

  return {
    state,
    mayTry: refusals.mayTry,
    hellos: async () => {
      closeIdle();
      const { said, silent } = await readHellos(asking.client);
      // They are heard although Redis takes nothing.
      if (silent.length > 0)
        await refusals.write(() => asking.client.srem(WORKERS_KEY, ...silent)).catch(() => {});
      return said;
    },
    send: async (queue, order) => {
      const keep = { age: KEPT_SECONDS };
      const options = { jobId: order.token, attempts: 1, removeOnComplete: keep, removeOnFail: keep };
      await refusals.write(() => ask(queue, (each) => each.add("film", order, options), true), true);
    },
    look: (queue, token) => ask(queue, (each) => lookAt(each, token), true),
    orderOf: async (queue, token) => {
      const job = await ask(queue, (each) => each.getJob(token));
      return job ? JSON.stringify(job.data) : null;
    },
    remove: (queue, token) =>
      ask(queue, async (each) => (await each.remove(token)) === 1 || !(await each.getJob(token))),
    cancel: async (token) => {
      await refusals.write(() => asking.client.set(cancelledKey(token), "1", "EX", CANCELLED_SECONDS));
      await say({ kind: "cancel", token });
    },
    tokens: async (queue) => {
      const jobs = await ask(queue, (each) =>
        each.getJobs(["completed", "failed", "active", "waiting"], 0, TOKENS_LOOKED_AT - 1),
      );
      return jobs.flatMap((job: Job | undefined) => (job?.id === undefined ? [] : [job.id]));
    },
    wish: async (name, wish) => {
      await refusals.write(() => asking.client.set(wishKey(name), JSON.stringify(wish)));
      await say({ kind: "wish", name });
    },
    sayLibraries: async (said) => {
      await refusals.write(() => asking.client.set(LIBRARIES_KEY, JSON.stringify(said)));
      await say({ kind: "libraries" });
    },
    close: async () => {
      const closing = Promise.allSettled([...open.keys()].map(close));
      // What waits for a Redis that is away ends with its connection.
      await Promise.race([closing, new Promise((resolve) => setTimeout(resolve, CLOSED_MS))]);
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

/** Of all names the set has; those whose key is gone are silent. */
const readHellos = async (
  client: Client,
): Promise<{ readonly said: readonly WorkerHello[]; readonly silent: readonly string[] }> => {
  // All of them in any order; of more than these some.
  const ids = await client.srandmember(WORKERS_KEY, WORKERS_MAX);
  // Of a key that is not there this is "", and of a larger one what no JSON is.
  const texts = await Promise.all(ids.map((id) => client.getrange(helloKey(id), 0, HELLO_BYTES - 1)));
  return {
    silent: ids.filter((_, at) => texts[at] === ""),
    said: texts.flatMap((each, at) => {
      const hello = readHello(jsonOrNull(each));
      return hello !== null && hello.id === ids[at] ? [hello] : [];
    }),
  };
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
