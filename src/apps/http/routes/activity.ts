import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply } from "fastify";
import { Problem } from "../../../core/problem.ts";
import { dayOf } from "../../local-day.ts";
import { EXPORTS, type ExportFormat, exported, happeningJson } from "../activity-export.ts";
import {
  type ActivityInput,
  activityFilterSchema,
  activitySchema,
  toActivityFilter,
} from "../activity-input.ts";
import { activityAnswer } from "../answers/activity.ts";
import { addApiRoute, addRawRoute } from "../api-route.ts";
import type { Face } from "../face.ts";
import { parseInput } from "../input.ts";
import { activityPage } from "../pages/activity.ts";
import { sendPage } from "../send-page.ts";

const PAGE_SIZE = 50;
/** Each goes through all events there are. */
const EXPORTS_AT_ONCE = 2;

/** What happened: the page, the same as JSON, and files of all of it. */
export const addActivityRoutes = (app: FastifyInstance, { control, now, files, live }: Face): void => {
  const read = ({ cursor, limit, ...filter }: ActivityInput) =>
    control.store.activity.page({
      ...toActivityFilter(filter),
      limit: limit ?? PAGE_SIZE,
      ...(cursor === undefined ? {} : { cursor }),
    });

  app.get("/activity", async (request, reply) => {
    // Before the events are read: a change that comes between is then told again rather than lost.
    const lastEventId = live.lastId();
    const input = parseInput(activitySchema, request.query);
    const view = { control, now: now(), lastEventId, input, page: read(input) };
    return sendPage(reply, activityPage(files, view));
  });

  addApiRoute(app, {
    method: "GET",
    url: "/api/activity",
    tag: "activity",
    summary: "What happened, newest first, a page at a time",
    about:
      "A search for a text or a library looks through some 50,000 events at once; `lookedBackTo` says how far that was.",
    query: activitySchema,
    answer: activityAnswer,
    run: ({ query }) => {
      const { events, next, lookedBackTo } = read(query);
      return { events: events.map(happeningJson), next, lookedBackTo };
    },
  });

  let exporting = 0;
  /** Begins an export; the signal is aborted when nobody listens any more, its end or not. */
  const begin = (reply: FastifyReply): AbortSignal => {
    if (exporting >= EXPORTS_AT_ONCE)
      throw new Problem(
        "too-many-requests",
        "Other files of the activity are being made; ask again when they are.",
      );
    const ending = new AbortController();
    exporting++;
    reply.raw.once("close", () => {
      exporting--;
      ending.abort();
    });
    return ending.signal;
  };

  for (const format of Object.keys(EXPORTS) as ExportFormat[])
    addRawRoute(app, {
      method: "GET",
      url: `/api/activity.${format}`,
      tag: "activity",
      summary: `All that happened and matches, as a file (${format === "csv" ? "CSV" : "NDJSON"})`,
      contentType: EXPORTS[format],
      query: activityFilterSchema,
      run: ({ query }, { method }, reply) => {
        const { activity } = control.store;
        const pieces = () => exported(activity, toActivityFilter(query), format, begin(reply));
        return reply
          .type(EXPORTS[format])
          .header("cache-control", "no-store")
          .header("content-disposition", `attachment; filename="activity-${dayOf(now())}.${format}"`)
          .send(Readable.from(method === "HEAD" ? [] : pieces()));
      },
    });
};
