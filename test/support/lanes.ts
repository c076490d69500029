/** A house whose films are converted by workers through a real Redis. */
import type { TestContext } from "node:test";
import { type House, type HouseOptions, newHouse } from "./orchestrator.ts";
import { startRedis, type TestRedis } from "./redis.ts";

/** A house that converts nothing itself, and its Redis. A result that cannot be seen is waited for 2 s, a worker that is silent 8 s. */
export const newFarHouse = async (
  context: TestContext,
  options: HouseOptions = {},
): Promise<{ readonly house: House; readonly redis: TestRedis }> => {
  const last: (() => unknown)[] = [];
  const redis = await startRedis({ after: (work) => void last.push(work) });
  const house = newHouse(context, {
    works: false,
    redis: { address: redis.url, patienceMs: 2_000, silentMs: 8_000 },
    ...options,
  });
  context.after(async () => {
    for (const end of [house.stop, ...last]) await end();
  });
  return { house, redis };
};

const PATIENCE_MS = 60_000;

/** As `until`, for what has to be asked. */
export const eventually = async (what: string, condition: () => Promise<boolean>): Promise<void> => {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`It never came to this: ${what}.`);
};
