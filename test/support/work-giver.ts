/** Stands where an orchestrator would: makes orders of real films, gives them to workers through a real Redis and hears what comes of them. */

import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { type Job, Queue } from "bullmq";
import { settingsFrom } from "../../src/apps/settings-source.ts";
import type { WorkLane } from "../../src/core/snapshot.ts";
import { wishOf } from "../../src/core/wish.ts";
import {
  type LibrariesSaid,
  PROTOCOL,
  type WorkerHello,
  type WorkerWish,
  type WorkOrder,
  type WorkResult,
} from "../../src/core/work-order.ts";
import { createFfprobe } from "../../src/edges/ffprobe.ts";
import { fingerprintFile } from "../../src/edges/library-walk.ts";
import { fileStat } from "../../src/edges/library-write.ts";
import {
  CONTROL_CHANNEL,
  type ControlMessage,
  helloKey,
  LIBRARIES_KEY,
  PREFIX,
  queueOf,
  WORKERS_KEY,
  wishKey,
} from "../../src/edges/work-keys.ts";
import { assessMedia } from "../../src/steps/assess.ts";
import { type ClipKind, putClip } from "./clips.ts";
import type { TestRedis } from "./redis.ts";
import { tempFolder } from "./temp.ts";

export type Given = { readonly token: string; readonly lane: WorkLane };

export type WorkGiver = {
  readonly root: string;
  readonly sayLibraries: (said?: LibrariesSaid) => Promise<void>;
  readonly control: (message: ControlMessage) => Promise<void>;
  readonly wish: (name: string, wish: WorkerWish) => Promise<void>;
  /** All that say they are there. */
  readonly hellos: () => Promise<readonly WorkerHello[]>;
  /** Waits for a hello that `fits`. */
  readonly hello: (what: string, fits?: (hello: WorkerHello) => boolean) => Promise<WorkerHello>;
  /** An order for a new clip in the library. */
  readonly order: (kind: ClipKind, path: string, change?: object) => Promise<WorkOrder>;
  /** Gives anything to the workers of a hello. */
  readonly give: (hello: WorkerHello, lane: WorkLane, data: unknown, id?: string) => Promise<Given>;
  readonly job: (hello: WorkerHello, given: Given) => Promise<Job | undefined>;
  readonly queue: (hello: WorkerHello, lane: WorkLane) => Queue;
  readonly result: (hello: WorkerHello, given: Given) => Promise<WorkResult>;
};

/** The limit of a test is two minutes. */
const PATIENCE_MS = 110_000;

/** Asks until it is so. */
export const eventually = async <T>(
  what: string,
  ask: () => Promise<T | null | undefined | false>,
): Promise<T> => {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    const found = await ask();
    if (found !== null && found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`It never came to this: ${what}.`);
};

const newToken = (): string => randomBytes(16).toString("hex");

export const createWorkGiver = (
  context: TestContext,
  { client, url, before }: TestRedis,
  root = tempFolder(context),
): WorkGiver => {
  const settings = settingsFrom({ libraries: { films: { root } } });
  const library = settings.libraries.films;
  if (!library) throw new Error("no library");
  const queues = new Map<string, Queue>();
  const queue: WorkGiver["queue"] = (hello, lane) => {
    const name = queueOf(lane, hello);
    const { hostname: host, port } = new URL(url);
    const known = queues.get(name);
    if (known) return known;
    const found = new Queue(name, { connection: { host, port: Number(port) }, prefix: PREFIX });
    found.on("error", () => {});
    queues.set(name, found);
    return found;
  };
  before(() => Promise.all([...queues.values()].map((each) => each.close())));
  const order: WorkGiver["order"] = async (kind, path, change = {}) => {
    const sourcePath = await putClip(kind, join(root, path));
    const { media } = await createFfprobe().probe(sourcePath);
    const wish = wishOf(settings, library);
    const { plan, estimate } = assessMedia(media, wish, false);
    const sourceBytes = (await fileStat(sourcePath))?.sizeBytes ?? 0;
    return {
      protocol: PROTOCOL,
      token: newToken(),
      lane: plan.video?.kind === "encode" ? "encodes" : "copies",
      library: "films",
      assetId: 7,
      sourcePath,
      sourceBytes,
      sourceFingerprint: await fingerprintFile(sourcePath, sourceBytes),
      folder: dirname(sourcePath),
      base: root,
      ...{ media, plan, estimate, wish },
      original: "keep",
      earlierSidecars: [],
      mayDecodeOnCard: true,
      ...change,
    };
  };
  const hellos: WorkGiver["hellos"] = async () => {
    const ids = await client.smembers(WORKERS_KEY);
    const texts = await Promise.all(ids.map((id) => client.get(helloKey(id))));
    return texts.flatMap((text) => (text === null ? [] : [JSON.parse(text) as WorkerHello]));
  };
  const control: WorkGiver["control"] = async (message) =>
    void (await client.publish(CONTROL_CHANNEL, JSON.stringify(message)));
  return {
    root,
    sayLibraries: async (said = [{ library: "films", root, output: root, known: [] }]) => {
      await client.set(LIBRARIES_KEY, JSON.stringify(said));
      await control({ kind: "libraries" });
    },
    control,
    wish: async (name, wish) => {
      await client.set(wishKey(name), JSON.stringify(wish));
      await control({ kind: "wish", name });
    },
    hellos,
    hello: (what, fits = ({ libraries, encoder }) => libraries.length > 0 && encoder !== null) =>
      eventually(what, async () => (await hellos()).find((each) => each.decodes.length > 0 && fits(each))),
    order,
    queue,
    give: async (hello, lane, data, id = (data as { token?: string }).token ?? newToken()) => {
      await queue(hello, lane).add("film", data, { jobId: id, attempts: 1 });
      return { token: id, lane };
    },
    job: (hello, { token, lane }) => queue(hello, lane).getJob(token),
    result: async (hello, { token, lane }) => {
      const job = await eventually(`${token} is answered`, async () => {
        const found = await queue(hello, lane).getJob(token);
        return found?.finishedOn === undefined ? null : found;
      });
      if (job.failedReason) throw new Error(job.failedReason);
      return job.returnvalue as WorkResult;
    },
  };
};

/** Hidden files that work leaves behind until they are published or swept. */
export const partialsIn = (files: readonly string[]): readonly string[] =>
  files.filter((each) => each.includes(".partial."));
