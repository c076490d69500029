/** A Redis of our own on a free port, with nothing kept on disk. */
import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { freePort } from "../frame/served.ts";

export type OwnRedis = { readonly url: string; readonly pid: number; readonly stop: () => Promise<void> };

export const startRedis = async (folder: string): Promise<OwnRedis> => {
  const port = await freePort();
  const args = [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no",
    "--dir",
    folder,
  ];
  const child: ChildProcess = spawn("redis-server", args, { stdio: "ignore" });
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url, { maxRetriesPerRequest: null });
  client.on("error", () => {});
  const until = Date.now() + 20_000;
  while (client.status !== "ready") {
    if (Date.now() > until) throw new Error("redis-server does not answer");
    await pause(20);
  }
  client.disconnect();
  return {
    url,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
};
