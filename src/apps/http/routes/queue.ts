import type { FastifyInstance } from "fastify";
import type { Holder } from "../../../core/queue-hold.ts";
import type { Control } from "../../control.ts";
import { LANE_NAMES, LANES } from "../../pauses.ts";
import { assetJson, queueJson } from "../asset-json.ts";
import type { Face } from "../face.ts";
import { holdSchema, parseInput, queueQuerySchema } from "../input.ts";

const DEFAULT_LIMIT = 50;

export const HOLD_VERBS = ["pause", "drain", "resume"] as const;
export type HoldVerb = (typeof HOLD_VERBS)[number];

/** Does what the verb says to the queue. */
export const holdQueue = (control: Control, verb: HoldVerb, reason: string | undefined, by: Holder): void => {
  if (verb === "resume") control.resumeQueue();
  else control[verb === "pause" ? "pauseQueue" : "drainQueue"](reason ?? null, by);
};

/** The queue: how it stands, what is next, and whether it gives out work. */
export const addQueueRoutes = (app: FastifyInstance, { control }: Face): void => {
  app.get("/api/queue", async (request) => {
    const { lane, limit, cursor } = parseInput(queueQuerySchema, request.query);
    const works = (lane ? [lane] : LANE_NAMES).flatMap((each) => LANES[each]);
    const page = { limit: limit ?? DEFAULT_LIMIT, ...(cursor ? { cursor } : {}) };
    const { assets, next } = control.store.queue.page({ works }, page);
    return { ...queueJson(control), assets: assets.map((each) => assetJson(control, each)), next };
  });

  for (const verb of HOLD_VERBS)
    app.post(`/api/queue/${verb}`, async (request) => {
      const { reason, by } = parseInput(holdSchema, request.body);
      holdQueue(control, verb, reason, by ?? "api");
      return queueJson(control);
    });
};
