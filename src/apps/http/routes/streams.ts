import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Face } from "../face.ts";
import { parseInput } from "../input.ts";
import type { ListenerKind } from "../live.ts";

const after = z.object({ after: z.string().max(100).optional() });

/** Server-sent events: JSON for programs, pieces of HTML for the pages. */
export const addStreamRoutes = (app: FastifyInstance, { live }: Face): void => {
  const stream = (kind: ListenerKind) => async (request: FastifyRequest, reply: FastifyReply) => {
    const seen = request.headers["last-event-id"] ?? parseInput(after, request.query).after;
    // Throws before anything is sent, so that the refusal is an ordinary answer.
    const listen = live.admit(kind, typeof seen === "string" ? seen : null);
    reply.hijack();
    reply.raw.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      // A proxy in front must not gather the events up.
      "x-accel-buffering": "no",
    });
    listen(reply.raw);
  };
  app.get("/api/events/stream", stream("json"));
  app.get("/library/stream", stream("html"));
};
