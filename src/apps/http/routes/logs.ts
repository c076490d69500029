import type { FastifyInstance } from "fastify";
import type { LogQuery } from "../../../edges/log-line.ts";
import { type LogInput, logSchema } from "../activity-input.ts";
import { logsAnswer } from "../answers/activity.ts";
import { addApiRoute } from "../api-route.ts";
import type { Face } from "../face.ts";
import { parseInput } from "../input.ts";
import { logsPage, newLines, PAGE_SIZE } from "../pages/logs.ts";
import { sendPage } from "../send-page.ts";

const toQuery = ({ level, source, q, before, after, limit }: Omit<LogInput, "live">): LogQuery => ({
  limit: limit ?? PAGE_SIZE,
  ...(level === undefined ? {} : { level }),
  ...(source === undefined ? {} : { source }),
  ...(q === undefined ? {} : { q }),
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
});

/** The program's own log: a page that follows it, and the same as JSON. */
export const addLogRoutes = (app: FastifyInstance, { files, said }: Face): void => {
  const read = async (query: unknown) => {
    const input = parseInput(logSchema, query);
    return { input, said, lastId: said.lastId(), ...(await said.page(toQuery(input))) };
  };

  app.get("/activity/logs", async (request, reply) =>
    sendPage(reply, logsPage(files, await read(request.query))),
  );

  app.get("/activity/logs/new", async (request, reply) => {
    const view = await read(request.query);
    reply.header("cache-control", "no-store");
    if (view.lastId === view.input.after) return reply.code(204).send();
    return sendPage(reply, newLines(view));
  });

  addApiRoute(app, {
    method: "GET",
    url: "/api/logs",
    tag: "activity",
    summary: "The program's own log, newest first",
    about: "Kept for `logging.retention_days`, also over restarts; all of it is on standard output.",
    query: logSchema.omit({ live: true }),
    answer: logsAnswer,
    run: async ({ query }) => {
      const { lines, next } = await said.page(toQuery(query));
      const { folder, ...kept } = said.facts();
      return { lines: lines.map((each) => ({ ...each, data: each.data || null })), next, kept };
    },
  });
};
