/** A Redis of a test's own, on a free port of this machine; it can be killed, frozen and started again. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { Redis } from "ioredis";
import { tempFolder } from "./temp.ts";

/** For a test's `skip`. */
export const withoutRedis =
  spawnSync("redis-server", ["--version"]).status === 0 ? false : "redis-server is not installed";

export type TestRedis = {
  readonly url: string;
  /** Kills it at once, as a crash does. */
  readonly kill: () => Promise<void>;
  /** Starts it again at the same port: empty, unless it keeps what it had. */
  readonly start: () => Promise<void>;
  /** Done when the test ends, while it still answers: what uses it is closed. */
  readonly before: (work: () => Promise<unknown>) => void;
  /** For what a test asks itself. */
  readonly client: Redis;
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
};

export const startRedis = async (
  context: { readonly after: (work: () => void | Promise<void>) => void },
  { keeps = false }: { readonly keeps?: boolean } = {},
): Promise<TestRedis> => {
  const port = await freePort();
  const folder = tempFolder(context);
  let child: ChildProcess | null = null;
  const client = new Redis(port, "127.0.0.1", { retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on("error", () => {});
  const start = async (): Promise<void> => {
    const kept = keeps ? ["--appendonly", "yes", "--appendfsync", "always"] : ["--appendonly", "no"];
    child = spawn(
      "redis-server",
      ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder, ...kept],
      { stdio: "ignore" },
    );
    await client.ping();
  };
  const kill = async (): Promise<void> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  const users: (() => Promise<unknown>)[] = [];
  context.after(async () => {
    await Promise.allSettled(users.map((end) => end()));
    client.disconnect();
    child?.kill("SIGKILL");
  });
  await start();
  return { url: `redis://127.0.0.1:${port}`, kill, start, before: (work) => void users.push(work), client };
};
