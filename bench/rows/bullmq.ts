/** What the queue for other machines costs a film, against the queue of this machine. */
import { join } from "node:path";
import { Queue, QueueEvents, Worker } from "bullmq";
import { Redis } from "ioredis";
import { openStore } from "../../src/edges/store/store.ts";
import { PREFIX } from "../../src/edges/work-keys.ts";
import { startRedis } from "../cluster/redis.ts";
import { inFolder, median, mustBe, timed } from "../frame/measure.ts";
import type { Bench } from "../frame/row.ts";
import { LIBRARY } from "../frame/tree.ts";

/** An order with the plan and the streams of a film is about so large. */
const ORDER_BYTES = 6000;
const NEWS_A_FILM = 10;

const viaRedis = async (
  url: string,
  films: number,
): Promise<{ readonly one: number; readonly perSecond: number }> => {
  const client = new Redis(url, { maxRetriesPerRequest: null });
  const blocking = [1, 2].map(() => new Redis(url, { maxRetriesPerRequest: null }));
  const [forEvents = client, forWorker = client] = blocking;
  const queue = new Queue("bench", { connection: client, prefix: PREFIX });
  const events = new QueueEvents("bench", { connection: forEvents, prefix: PREFIX });
  await events.waitUntilReady();
  const order = { order: "x".repeat(ORDER_BYTES) };
  const results = new Map<string, () => void>();
  let done = 0;
  events.on("completed", ({ jobId }) => {
    done++;
    results.get(jobId)?.();
  });
  const worker = new Worker(
    "bench",
    async (job) => {
      for (let each = 0; each < NEWS_A_FILM; each++) await job.updateProgress({ percent: 10 * each });
      return { token: job.id };
    },
    { connection: forWorker, prefix: PREFIX, concurrency: 4, maxStalledCount: 0 },
  );
  const add = (token: string): Promise<unknown> => queue.add("film", order, { jobId: token, attempts: 1 });
  const singles: number[] = [];
  for (let each = 0; each < films / 10; each++)
    singles.push(
      await timed(async () => {
        const came = new Promise<void>((resolve) => results.set(`one-${each}`, resolve));
        await add(`one-${each}`);
        await came;
      }),
    );
  const before = done;
  const all = await timed(async () => {
    const came = Array.from(
      { length: films },
      (_, each) => new Promise<void>((resolve) => results.set(`many-${each}`, resolve)),
    );
    for (let each = 0; each < films; each++) await add(`many-${each}`);
    await Promise.all(came);
  });
  mustBe("films done", done - before, films);
  mustBe("films that were done once", await queue.getCompletedCount(), singles.length + films);
  await Promise.all([worker.close(), events.close(), queue.close()]);
  for (const each of [client, ...blocking]) each.disconnect();
  return { one: median(singles), perSecond: (1000 * films) / all };
};

const viaStore = async (folder: string, films: number): Promise<number> => {
  const store = openStore({ file: join(folder, "library.sqlite") });
  store.transaction(() => {
    for (let index = 0; index < films; index++) {
      const found = {
        library: LIBRARY,
        path: `Film ${index}.mkv`,
        sizeBytes: 1000,
        modifiedUs: 1,
        foundAt: 1,
      };
      const { id } = store.assets.insert({ ...found, fingerprint: String(index) });
      store.assets.apply(id, "assessed-needs-work", { now: 1, work: "copy" });
    }
  });
  const times: number[] = [];
  for (let index = 0; index < films; index++)
    times.push(
      await timed(() => {
        const token = `token-${index}`;
        const asset = store.assets.claim({ works: ["copy"], token, now: 2 });
        store.assets.apply(asset?.id ?? 0, "published-kept", { now: 2, token });
      }),
    );
  mustBe("films done", store.assets.counts().state.Completed, films);
  store.close();
  return median(times);
};

export const bench: Bench = {
  run: ({ isQuick }) =>
    inFolder(async (folder) => {
      const films = isQuick ? 500 : 5000;
      const redis = await startRedis(folder);
      try {
        const { one, perSecond } = await viaRedis(redis.url, films);
        const store = await viaStore(folder, films);
        return [
          {
            name: "bullmq",
            what: `A film to a worker through BullMQ and Redis and its result back, with ${NEWS_A_FILM} news; one at a time, no work.`,
            assets: null,
            value: one,
            unit: "ms",
            baseline: { what: "claim and end of a film in SQLite alone, durable", value: store },
            target: { most: 5 },
          },
          {
            name: "bullmq-rate",
            what: "The same, many at once: four at a time at one worker.",
            assets: null,
            value: perSecond,
            unit: "jobs/s",
            baseline: { what: "claims and ends in SQLite alone, one after the other", value: 1000 / store },
          },
        ];
      } finally {
        await redis.stop();
      }
    }),
};
