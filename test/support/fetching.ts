/** A house whose server is reached by workers that share no folder with it. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { FastifyInstance } from "fastify";
import { buildServer } from "../../src/apps/http/server.ts";
import { type RunningWorker, startWorker } from "../../src/apps/worker.ts";
import { createFetches } from "../../src/apps/worker-fetches.ts";
import { createFfmpeg } from "../../src/edges/ffmpeg.ts";
import { createLog } from "../../src/edges/log.ts";
import { openScratchSpace } from "../../src/edges/scratch-space.ts";
import { connectTransfer } from "../../src/edges/transfer-client.ts";
import { type HouseOptions, newHouse } from "./orchestrator.ts";
import { startRedis } from "./redis.ts";
import { tempFolder } from "./temp.ts";

/** `open`, `close`: the house and its server, at the same port each time. */
export const newServedHouse = async (context: TestContext, options: HouseOptions = {}) => {
  const redis = await startRedis(context);
  const away = { works: false, redis: { address: redis.url, patienceMs: 2000, silentMs: 10_000 } };
  const house = newHouse(context, { ...away, ...options });
  let app: FastifyInstance | null = null;
  let port = 0;
  const close = async (): Promise<void> => {
    await app?.close();
    app = null;
    await house.stop();
  };
  const open = async (): Promise<string> => {
    const control = await house.start();
    app = buildServer(control);
    await app.listen({ host: "127.0.0.1", port });
    ({ port } = app.server.address() as { port: number });
    return `http://127.0.0.1:${port}`;
  };
  redis.before(close);
  return { house, redis, open, close };
};

type Served = Awaited<ReturnType<typeof newServedHouse>>;

/** A worker in this process that fetches from `url`; gives its scratch folder too. */
export const startFetching = async (
  context: TestContext,
  { redis }: Served,
  url: string,
  name = "attic",
): Promise<{ readonly worker: RunningWorker; readonly scratch: string }> => {
  const scratch = join(tempFolder(context), "scratch");
  mkdirSync(scratch);
  const log = createLog(process.env.LOG ?? "silent");
  const reach = createFetches({
    transfer: connectTransfer(url, null),
    scratch: await openScratchSpace(scratch),
    log,
    signal: new AbortController().signal,
  });
  const worker = startWorker({
    ...{ redis: redis.url, name, reach, log, heartbeatMs: 300 },
    ...{ places: { copies: 2, encodes: 1 }, encoder: "software", allowCpu: true, ffmpeg: createFfmpeg() },
  });
  redis.before(() => worker.end(0));
  return { worker, scratch };
};
