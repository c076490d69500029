/** What a worker writes into Redis about itself, and what it reads there about its orders. */
import type { LibrariesSaid, WorkerHello, WorkerWish } from "../core/work-order.ts";
import { type Control, readControl, readLibraries, readWish } from "../core/work-said.ts";
import { connectRedis, type RedisState } from "./redis.ts";
import { CONTROL_CHANNEL, cancelledKey, helloKey, LIBRARIES_KEY, WORKERS_KEY, wishKey } from "./work-keys.ts";
import { jsonOrNull } from "./work-messages.ts";

export type Notes = {
  readonly wish: WorkerWish | null;
  readonly libraries: LibrariesSaid | null;
  /** Of the tokens asked for, those that nobody wants any more. */
  readonly cancelled: readonly string[];
};

export type WorkBoard = {
  readonly state: () => RedisState;
  /** Says that this worker is there, for `silentMs`. Rejects when Redis does not answer, as all of these do. */
  readonly say: (hello: WorkerHello, silentMs: number) => Promise<void>;
  readonly leave: (id: string) => Promise<void>;
  readonly read: (name: string, tokens: readonly string[]) => Promise<Notes>;
  readonly close: () => void;
};

const WISH_BYTES = 16 * 1024;
const LIBRARIES_BYTES = 8 * 1024 * 1024;

/** Connects for asking and, apart from it, for listening. */
export const openWorkBoard = (
  address: string,
  name: string,
  onControl: (control: Control) => void,
): WorkBoard => {
  const asking = connectRedis(address, { use: "asking", name: `${name} board` });
  const hearing = connectRedis(address, { use: "blocking", name: `${name} control` });
  hearing.client.on("message", (_, text: string) => {
    const control = readControl(jsonOrNull(text));
    if (control !== null) onControl(control);
  });
  // Subscribed anew by the driver after each break; what is said meanwhile is read at the next heartbeat.
  hearing.client.subscribe(CONTROL_CHANNEL).catch(() => {});
  return {
    state: asking.state,
    say: async (hello, silentMs) => {
      await asking.client.set(helloKey(hello.id), JSON.stringify(hello), "PX", silentMs);
      await asking.client.sadd(WORKERS_KEY, hello.id);
    },
    leave: async (id) => {
      await asking.client.del(helloKey(id));
      await asking.client.srem(WORKERS_KEY, id);
    },
    read: async (worker, tokens) => {
      const { client } = asking;
      const [wish, libraries, ...cancelled] = await Promise.all([
        // Of what is larger than it may be only a part is read, which is no JSON.
        client.getrange(wishKey(worker), 0, WISH_BYTES - 1),
        client.getrange(LIBRARIES_KEY, 0, LIBRARIES_BYTES - 1),
        ...tokens.map((token) => client.exists(cancelledKey(token))),
      ]);
      return {
        wish: readWish(jsonOrNull(wish)),
        libraries: readLibraries(jsonOrNull(libraries)),
        cancelled: tokens.filter((_, at) => cancelled[at] === 1),
      };
    },
    close: () => {
      asking.close();
      hearing.close();
    },
  };
};
