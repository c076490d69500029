import type { FastifyInstance } from "fastify";
import type { Holder } from "../../../core/queue-hold.ts";
import type { Control } from "../../control.ts";
import { LANE_NAMES, LANES } from "../../pauses.ts";
import { queueAnswer, queuePageAnswer } from "../answers/queue.ts";
import { addApiRoute } from "../api-route.ts";
import { assetJson, queueJson } from "../asset-json.ts";
import type { Face } from "../face.ts";
import { holdSchema, queueQuerySchema } from "../input.ts";

const DEFAULT_LIMIT = 50;

export const HOLD_VERBS = ["pause", "drain", "resume"] as const;
export type HoldVerb = (typeof HOLD_VERBS)[number];

const SUMMARIES: Readonly<Record<HoldVerb, string>> = {
  pause: "Begins nothing new",
  drain: "Begins nothing new, and says when nothing is in work any more",
  resume: "Lets the queue run",
};

/** Does what the verb says to the queue. */
export const holdQueue = (control: Control, verb: HoldVerb, reason: string | undefined, by: Holder): void => {
  if (verb === "resume") control.resumeQueue();
  else control[verb === "pause" ? "pauseQueue" : "drainQueue"](reason ?? null, by);
};

/** The queue: how it stands, what is next, and whether it gives out work. */
export const addQueueRoutes = (app: FastifyInstance, { control, now }: Face): void => {
  addApiRoute(app, {
    method: "GET",
    url: "/api/queue",
    tag: "queue",
    summary: "How the queue stands, and what is begun next",
    about: "Copies and sound have a lane of their own, so that they never wait behind an encode.",
    query: queueQuerySchema,
    answer: queuePageAnswer,
    run: ({ query: { lane, limit, cursor } }) => {
      const works = (lane ? [lane] : LANE_NAMES).flatMap((each) => LANES[each]);
      const page = { limit: limit ?? DEFAULT_LIMIT, ...(cursor ? { cursor } : {}) };
      const { assets, next } = control.store.queue.page({ works, now: now() }, page);
      return { ...queueJson(control), assets: assets.map((each) => assetJson(control, each)), next };
    },
  });

  for (const verb of HOLD_VERBS)
    addApiRoute(app, {
      method: "POST",
      url: `/api/queue/${verb}`,
      tag: "queue",
      summary: SUMMARIES[verb],
      about:
        "It stays so over restarts. What is in work goes on to its end, and new films go on being looked at.",
      body: holdSchema,
      answer: queueAnswer,
      run: ({ body: { reason, by } }) => {
        holdQueue(control, verb, reason, by ?? "api");
        return queueJson(control);
      },
    });
};
