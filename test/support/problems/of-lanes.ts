/** Problems between an orchestrator and its workers. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { partialPath } from "../../../src/core/output-paths.ts";
import type { WorkOrder, WorkResult } from "../../../src/core/work-order.ts";
import { putClip } from "../clips.ts";
import { startFarWorker } from "../far-worker.ts";
import { newFarHouse } from "../lanes.ts";
import { newHouse, until } from "../orchestrator.ts";
import { type Maker, type Met, thrown } from "./maker.ts";

/** A result as a worker gives it, of a file that is no film. */
export const lie = (order: WorkOrder, sizeBytes: number): WorkResult => {
  const path = partialPath(order.folder, order.sourcePath, order.token, "mp4");
  writeFileSync(path, "no film");
  return {
    kind: "converted",
    token: order.token,
    worker: "cellar",
    encoder: "copy",
    partial: { path, sizeBytes, fingerprint: "0".repeat(32) },
    sidecars: [],
    checks: [{ name: "opens", passed: true, detail: "" }],
    log: "",
    missing: [],
  };
};

/** Redis loses a film in work, or a worker lies of what it made. */
const withWorker = async (context: TestContext, isLost: boolean): Promise<Met> => {
  const { house, redis } = await newFarHouse(context);
  await putClip("remux", join(house.root, "Film.mkv"));
  let isTaken = false;
  startFarWorker(redis).take("copies", async (order) => {
    isTaken = true;
    return isLost ? new Promise(() => {}) : lie(order, 7);
  });
  const control = await house.start();
  if (isLost) {
    await until("it is taken", () => isTaken);
    await until(
      "it is seen to be",
      () => house.now().progressOf(house.at("Film.mkv")?.id ?? 0)?.phase === "converting",
    );
    await redis.client.flushall();
  }
  // The same worker is given it again at once: what its first attempt met stands in its row.
  const { id } = await until("it is known", () => house.at("Film.mkv"));
  return until("an attempt has failed", () => control.store.jobs.forAsset(id, 20).at(-1)?.problemCode);
};

export const OF_LANES = {
  "redis-unreachable": async (context) => {
    const house = newHouse(context, { redis: { address: "redis://127.0.0.1:1" } });
    const control = await house.start();
    return until("it is said", () => control.overview().warnings[0]?.code);
  },
  "redis-refuses": async (context) => {
    const { house, redis } = await newFarHouse(context);
    await redis.client.config("SET", "maxmemory", "1");
    const control = await house.start();
    return until("it is said", () => control.overview().warnings[0]?.code);
  },
  "worker-lost": (context) => withWorker(context, true),
  "result-differs": (context) => withWorker(context, false),
  "worker-not-found": async (context) => {
    const { house } = await newFarHouse(context);
    const control = await house.start();
    return thrown(() => control.elsewhere?.pause("nobody", true));
  },
} satisfies Readonly<Record<string, Maker>>;
