/** The orchestrator's end of Redis: films for other machines, what became of them, and what is said to and by workers. */
import type { Job, Queue } from "bullmq";
import type {
  LibrariesSaid,
  WorkerHello,
  WorkerWish,
  WorkNews,
  WorkOrder,
  WorkResult,
} from "../core/work-order.ts";
import { createOpenQueues, type WorkEvent } from "./open-queues.ts";
import { connectRedis, type RedisState } from "./redis.ts";
import { createRefusals } from "./redis-refusals.ts";
import {
  CANCELLED_SECONDS,
  CONTROL_CHANNEL,
  type ControlMessage,
  cancelledKey,
  helloKey,
  LIBRARIES_KEY,
  WORKERS_KEY,
  wishKey,
} from "./work-keys.ts";
import { jsonOrNull, readHello, readNews, readResult } from "./work-messages.ts";

export type { WorkEvent };

/** How a film stands in Redis. */
export type Look =
  | { readonly kind: "unknown" }
  | { readonly kind: "waiting" }
  | { readonly kind: "active"; readonly news: WorkNews | null }
  /** `result` is null where what came is none. */
  | { readonly kind: "done"; readonly result: WorkResult | null }
  | { readonly kind: "failed"; readonly why: string };

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
/** Of each state of a queue, so many are looked at. */
const TOKENS_LOOKED_AT = 200;
/** Bytes that a worker's word of itself may have: with 1000 libraries and 64 cards it is some 200 kB. */
const HELLO_BYTES = 512 * 1024;

/** Connects to Redis at `address`; `onEvent` and `onState` are called as things happen. Every call throws what the driver throws while Redis is away. */
export const createWorkQueue = (
  address: string,
  {
    onEvent,
    onState,
  }: { readonly onEvent: (event: WorkEvent) => void; readonly onState: (state: RedisState) => void },
): WorkQueue => {
  const asking = connectRedis(address, {
    use: "asking",
    name: "cvc-orchestrator",
    onState: () => onState(state()),
  });
  // Each queue's events wait on a connection of their own, made from this one.
  const blocking = connectRedis(address, { use: "blocking", name: "cvc-orchestrator-events" });
  const refusals = createRefusals(() => onState(state()));
  const state = (): RedisState => {
    const [own, why] = [asking.state(), refusals.why()];
    return own.kind === "ready" && why !== null ? { kind: "refuses", why } : own;
  };

  const queues = createOpenQueues({ asking, blocking, onEvent });
  const { ask } = queues;
  const say = async (message: ControlMessage): Promise<void> =>
    void (await asking.client.publish(CONTROL_CHANNEL, JSON.stringify(message)));

  return {
    state,
    mayTry: refusals.mayTry,
    hellos: async () => {
      queues.closeIdle();
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
      await queues.close();
      for (const each of [asking, blocking]) each.close();
    },
  };
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
