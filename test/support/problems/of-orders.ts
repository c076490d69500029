/** Problems of a film that a worker was asked for. */
import { join } from "node:path";
import { createCardPlaces } from "../../../src/apps/card-places.ts";
import { workOn } from "../../../src/apps/worker-job.ts";
import { createTeller } from "../../../src/apps/worker-news.ts";
import type { WorkOrder } from "../../../src/core/work-order.ts";
import { createFfmpeg } from "../../../src/edges/ffmpeg.ts";
import { createFfprobe } from "../../../src/edges/ffprobe.ts";
import { createLog } from "../../../src/edges/log.ts";
import { putClip } from "../clips.ts";
import { tempFolder } from "../temp.ts";
import { mounts } from "../worker.ts";
import { type Maker, thrown } from "./maker.ts";

const NEVER = new AbortController().signal;

export const OF_ORDERS = {
  "order-refused": async () => {
    const tools = {
      name: "attic",
      ffmpeg: createFfmpeg(),
      ffprobe: createFfprobe(),
      cards: createCardPlaces({
        encoder: () => ({ status: { kind: "probing" }, encoder: null, card: null }),
        now: Date.now,
      }),
      probeEncoder: () => {},
      reach: mounts(),
      answering: async () => {},
      log: createLog("silent"),
    };
    const taken = { id: "0".repeat(32), data: { rm: "-rf" }, givenAt: 0, tell: async () => {}, lost: NEVER };
    const result = await workOn(tools, taken, NEVER);
    return result.kind === "failed" ? result.problem.code : null;
  },
  "worker-sees-other": async (context) => {
    const root = tempFolder(context);
    const sourcePath = await putClip("remux", join(root, "Film.mkv"));
    const reach = mounts();
    await reach.look([{ library: "films", root, output: root, known: [] }]);
    const order = {
      ...{ library: "films", sourcePath, folder: root, base: root },
      ...{ sourceBytes: 12, sourceFingerprint: null, earlierSidecars: [] },
    } as unknown as WorkOrder;
    const teller = createTeller({ worker: "attic", encoder: "copy" }, async () => {});
    context.after(teller.end);
    return thrown(() => reach.open(order, { givenAt: Date.now() + 1000, teller }, NEVER));
  },
} satisfies Readonly<Record<string, Maker>>;
