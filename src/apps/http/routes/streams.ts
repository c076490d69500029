import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { streamEvent } from "../answers/stream.ts";
import { addRawRoute } from "../api-route.ts";
import type { Face } from "../face.ts";
import { parseInput } from "../input.ts";
import type { ListenerKind } from "../live.ts";
import { isStillIn } from "../who.ts";

const afterSchema = z.object({
  after: z
    .string()
    .max(100)
    .optional()
    .describe("The last event seen, for one who cannot send `Last-Event-ID`"),
});

/** Server-sent events: JSON for programs, pieces of HTML for the pages. */
export const addStreamRoutes = (app: FastifyInstance, face: Face): void => {
  const stream = (
    kind: ListenerKind,
    after: string | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ) => {
    const seen = request.headers["last-event-id"] ?? after;
    // Throws before anything is sent, so that the refusal is an ordinary answer.
    const listen = face.live.admit(kind, typeof seen === "string" ? seen : null, () =>
      isStillIn(face, request),
    );
    reply.hijack();
    // Those of the policy, and of sites that may read along.
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value);
    reply.raw.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      // A proxy in front must not gather the events up.
      "x-accel-buffering": "no",
    });
    listen(reply.raw);
  };
  addRawRoute(app, {
    method: "GET",
    url: "/api/events/stream",
    tag: "events",
    summary: "What changes, as server-sent events",
    about:
      "Events `asset`, `progress`, `overview` and `reset`, each with its data as JSON and an id. A listener that comes back with the last id it saw is told what it missed, or `reset` when that is too long ago.",
    query: afterSchema,
    headers: { "last-event-id": "The last event seen" },
    contentType: "text/event-stream",
    answer: streamEvent,
    problems: ["too-many-listeners"],
    run: ({ query }, request, reply) => stream("json", query.after, request, reply),
  });
  app.get("/library/stream", async (request, reply) =>
    stream("html", parseInput(afterSchema, request.query).after, request, reply),
  );
};
