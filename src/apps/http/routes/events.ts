import type { FastifyInstance } from "fastify";
import { eventsAnswer, eventsSchema } from "../answers/events.ts";
import { addApiRoute } from "../api-route.ts";
import type { Face } from "../face.ts";

/** A watcher that was away for long has much to tell. */
const BODY_MAX_BYTES = 1024 * 1024;

/** What others tell of folders. */
export const addEventRoutes = (app: FastifyInstance, { control }: Face): void => {
  addApiRoute(app, {
    method: "POST",
    url: "/api/events",
    tag: "events",
    summary: "Tells of folders in which something changed",
    about:
      "They are looked at within a second or so; nothing is believed of what is told. A message that is sent again with the same id does no harm.",
    status: 202,
    bodyLimit: BODY_MAX_BYTES,
    body: eventsSchema,
    answer: eventsAnswer,
    problems: ["library-not-found"],
    run: ({ body }) => control.tellFolders(body),
  });
};
