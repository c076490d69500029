import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { dayOf } from "../../local-day.ts";
import { EXPORTS, type ExportFormat, exported, happeningJson } from "../activity-export.ts";
import { activitySchema, toActivityFilter } from "../activity-input.ts";
import type { Face } from "../face.ts";
import { markupOf } from "../html.ts";
import { parseInput } from "../input.ts";
import { activityPage } from "../pages/activity.ts";

const PAGE_SIZE = 50;

/** What happened: the page, the same as JSON, and files of all of it. */
export const addActivityRoutes = (app: FastifyInstance, { control, now, files, live }: Face): void => {
  const { activity } = control.store;
  const read = (query: unknown) => {
    const input = parseInput(activitySchema, query);
    const { cursor, limit } = input;
    const page = activity.page({
      ...toActivityFilter(input),
      limit: limit ?? PAGE_SIZE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    return { input, page };
  };

  app.get("/activity", async (request, reply) => {
    // Before the events are read: a change that comes between is then told again rather than lost.
    const lastEventId = live.lastId();
    const view = { control, now: now(), lastEventId, ...read(request.query) };
    return reply
      .type("text/html; charset=utf-8")
      .header("cache-control", "no-store")
      .send(markupOf(activityPage(files, view)));
  });

  app.get("/api/activity", async (request) => {
    const { events, next, lookedBackTo } = read(request.query).page;
    return { events: events.map(happeningJson), next, lookedBackTo };
  });

  for (const format of Object.keys(EXPORTS) as ExportFormat[])
    app.get(`/api/activity.${format}`, async (request, reply) => {
      const filter = toActivityFilter(parseInput(activitySchema, request.query));
      return reply
        .type(EXPORTS[format])
        .header("cache-control", "no-store")
        .header("content-disposition", `attachment; filename="activity-${dayOf(now())}.${format}"`)
        .send(Readable.from(exported(activity, filter, format)));
    });
};
