/** Redis: where it is, and one kind of connection to it that never ends the program. */
import { Redis } from "ioredis";
import { Problem } from "../core/problem.ts";
import { secretOf } from "./secret.ts";

export type { Redis };

/**
 * `ready`: it answers. `away`: it does not, and is tried again for ever. `refuses`: it answers and takes nothing, which is
 * known only where something was written. `why` in the words of the driver or of Redis.
 */
export type RedisState =
  | { readonly kind: "connecting" }
  | { readonly kind: "ready" }
  | { readonly kind: "away" | "refuses"; readonly why: string };

/**
 * `asking`: every command is answered or refused within seconds, also while Redis is away. `blocking`: what BullMQ waits
 * on (workers, events), which must not give up by itself.
 */
export type RedisUse = "asking" | "blocking";

export type RedisConnection = {
  readonly client: Redis;
  readonly state: () => RedisState;
  /** Ends it at once; what was asked and not answered is refused. */
  readonly close: () => void;
};

/** A command that is not answered within this is refused; ms. */
const ANSWER_MS = 5_000;
/** A connection that owes an answer for so long is dead: the machine behind it went away without a word. More than BullMQ's 10 s of waiting. */
const DEAD_MS = 20_000;
const CONNECT_MS = 5_000;
const AGAIN_MAX_MS = 5_000;

/**
 * The address of Redis: what was typed, else REDIS_URL, else the first line of the file that REDIS_URL_FILE names; null when
 * there is none. Throws Problem settings-invalid, which never says a password.
 */
export const redisAddress = (typed: string | undefined, env: NodeJS.ProcessEnv): string | null => {
  const address = typed ?? secretOf(env, "REDIS_URL");
  if (address === null || address === "") return null;
  const url = URL.parse(address);
  if (url === null || !["redis:", "rediss:"].includes(url.protocol) || url.hostname === "")
    throw new Problem(
      "settings-invalid",
      "The address of Redis.",
      undefined,
      "Write it as redis://host:6379, redis://user:password@host:6379/0, or rediss:// for TLS.",
    );
  return address;
};

/** An address as it may be shown: without user and password. */
export const shownAddress = (address: string): string => {
  const url = URL.parse(address);
  return url === null ? "" : `${url.protocol}//${url.host}${url.pathname === "/" ? "" : url.pathname}`;
};

/** Connects now and, whenever that ends, again. `onState` is called at each change; nothing is ever thrown. */
export const connectRedis = (
  address: string,
  {
    use,
    name,
    onState = () => {},
  }: {
    readonly use: RedisUse;
    /** As `CLIENT LIST` shows it. */
    readonly name: string;
    readonly onState?: (state: RedisState) => void;
  },
): RedisConnection => {
  // Not lazily: BullMQ gives a queue up for ever whose connection it had to open itself and could not.
  const client = new Redis(address, {
    connectionName: name,
    connectTimeout: CONNECT_MS,
    socketTimeout: DEAD_MS,
    retryStrategy: (times) => Math.min(AGAIN_MAX_MS, 100 * 2 ** Math.min(times, 10)),
    ...(use === "blocking"
      ? { maxRetriesPerRequest: null }
      : { maxRetriesPerRequest: 0, enableOfflineQueue: false, commandTimeout: ANSWER_MS }),
  });
  let state: RedisState = { kind: "connecting" };
  let why = "";
  const change = (next: RedisState): void => {
    const isSame = wordsOf(next) === wordsOf(state);
    state = next;
    if (!isSame) onState(next);
  };
  client.on("error", (error: Error) => {
    withoutCommand(error);
    why = messageOf(error);
    if (state.kind !== "ready") change({ kind: "away", why });
  });
  client.on("ready", () => {
    why = "";
    change({ kind: "ready" });
  });
  client.on("close", () => change({ kind: "away", why: why || "The connection ended." }));
  const copies = keepCopies(client);
  return {
    client,
    state: () => state,
    close: () => {
      for (const each of [client, ...copies]) each.disconnect();
    },
  };
};

/**
 * BullMQ copies a connection for what it waits on, and cannot end such a copy while Redis is away: it would wait for ever,
 * and the program with it.
 */
const keepCopies = (client: Redis): ReadonlySet<Redis> => {
  const copies = new Set<Redis>();
  const duplicate = client.duplicate.bind(client);
  client.duplicate = (options) => {
    const copy = duplicate(options);
    copies.add(copy);
    // Whoever has it listens, but not to its end.
    copy.on("error", withoutCommand);
    copy.once("end", () => copies.delete(copy));
    return copy;
  };
  return copies;
};

/** The driver adds the command that failed to what it throws; that by which it logs in holds the password, and errors are logged. */
const withoutCommand = (error: Error): void => {
  if ("command" in error) delete error.command;
};

const wordsOf = (state: RedisState): string => ("why" in state ? state.why : state.kind);

/** Of several addresses that were tried in vain (IPv6 and IPv4) the first says it. */
const messageOf = (error: Error): string =>
  error instanceof AggregateError && error.errors[0] instanceof Error
    ? error.errors[0].message
    : error.message;
