import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Control } from "../../control.ts";
import { LANES } from "../../pauses.ts";
import { assetJson } from "../asset-json.ts";
import type { Face } from "../face.ts";
import { idSchema, parseInput, queueQuerySchema } from "../input.ts";
import { DONE, doneNotice, notice } from "../pages/notice.ts";
import { queuePage } from "../pages/queue.ts";
import { queueLanes } from "../pages/queue-lanes.ts";
import { queueList } from "../pages/queue-list.ts";
import type { LaneName, QueueView } from "../pages/queue-view.ts";
import { wantsFragment } from "../problem-reply.ts";
import { sendPage } from "../send-page.ts";

const PAGE_SIZE = 50;

const querySchema = queueQuerySchema.extend({ first: z.coerce.number().int().min(1).max(1e9).optional() });

/** A film is dragged within the page that is shown, so never further than that. */
const stepsSchema = z.strictObject({
  steps: z.coerce
    .number()
    .int()
    .min(1 - PAGE_SIZE)
    .max(PAGE_SIZE - 1)
    .refine((steps) => steps !== 0, "is no move"),
});

/** The lane that a person most likely came for: encodes take the time, fixes are gone before they are looked at. */
const likely = (control: Control): LaneName => {
  const waiting = control.lanes().filter(({ queued, held }) => queued > held);
  return (waiting.find(({ lane }) => lane === "encodes") ?? waiting[0])?.lane ?? "encodes";
};

const viewOf = ({ control, now }: Face, request: FastifyRequest): QueueView => {
  const { lane: asked, cursor, first = 1 } = parseInput(querySchema, request.query);
  const lane = asked ?? likely(control);
  const page = { limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) };
  return {
    control,
    now: now(),
    lane,
    cursor,
    first: cursor ? first : 1,
    page: control.store.queue.page({ works: LANES[lane], now: now() }, page),
  };
};

/** The page of the queue, the parts of it that it asks for again, and the move of a film that was dragged. */
export const addQueuePageRoutes = (app: FastifyInstance, face: Face): void => {
  const { control, files, live, now } = face;
  app.get("/queue", async (request, reply) => {
    const lastEventId = live.lastId();
    return sendPage(reply, queuePage(files, viewOf(face, request), lastEventId, doneNotice(request.query)));
  });
  app.get("/queue/lanes", async (_, reply) => sendPage(reply, queueLanes(control, now())));
  app.get("/queue/list", async (request, reply) => sendPage(reply, queueList(viewOf(face, request))));

  app.post("/queue/move/:id", async (request, reply) => {
    const { id } = parseInput(idSchema, request.params);
    const { steps } = parseInput(stepsSchema, request.body);
    let asset = control.store.assets.byId(id);
    for (let left = Math.abs(steps); left > 0; left--)
      asset = control.prioritise(id, steps < 0 ? "up" : "down");
    return wantsFragment(request)
      ? sendPage(reply, notice("done", DONE.priority))
      : reply.send({ asset: asset && assetJson(control, asset) });
  });
};
