import type { FastifyInstance } from "fastify";
import { leavesAt } from "../../../core/retention.ts";
import type { Archived } from "../../../edges/store/archive.ts";
import type { Control } from "../../control.ts";
import { archiveAnswer, restoreAnswer } from "../answers/archive.ts";
import { addApiRoute } from "../api-route.ts";
import type { Face } from "../face.ts";
import { assetQuerySchema, pageSchema, parseInput, restoreSchema, toRestoreFilter } from "../input.ts";
import { archivePage } from "../pages/archive.ts";
import { doneNotice } from "../pages/notice.ts";
import { restoreAllPage } from "../pages/restore-all.ts";
import { wantsPage } from "../problem-reply.ts";
import { sendPage } from "../send-page.ts";

const PAGE_SIZE = 50;

const fileJson = (control: Control, { removal, ...file }: Archived) => ({
  ...file,
  leavesAt: leavesAt({ ...file, removal }, control.settings.operational.archive_retention_days),
  keptFor: removal?.step === "kept" ? removal.why : null,
});

/** What lies in the archive, when it leaves it, and how all of it is brought back. */
export const addArchiveRoutes = (app: FastifyInstance, { control, now, files }: Face): void => {
  const read = (query: unknown) => {
    const { cursor, limit } = parseInput(pageSchema, query);
    return control.store.archive.page({ limit: limit ?? PAGE_SIZE, ...(cursor ? { cursor } : {}) });
  };

  const restoreAll = (body: unknown): number =>
    control.restoreAll(toRestoreFilter(parseInput(restoreSchema, body)));

  addApiRoute(app, {
    method: "GET",
    url: "/api/archive",
    tag: "archive",
    summary: "What was set aside, oldest first, and when it leaves",
    query: pageSchema,
    answer: archiveAnswer,
    run: ({ query }) => {
      const page = read(query);
      return {
        retentionDays: control.settings.operational.archive_retention_days,
        totals: control.store.archive.totals(),
        files: page.files.map((each) => fileJson(control, each)),
        next: page.next,
      };
    },
  });

  addApiRoute(app, {
    method: "POST",
    url: "/api/restore",
    tag: "archive",
    summary: "Asks for the originals of all films that match",
    about: "They are brought back one after the other, also after a restart. Give a filter, or `all: true`.",
    status: 202,
    body: restoreSchema,
    answer: restoreAnswer,
    run: ({ body }) => ({ asked: control.restoreAll(toRestoreFilter(body)) }),
  });

  app.get("/archive", async (request, reply) => {
    const view = { control, now: now(), page: read(request.query) };
    const markup = archivePage(files, view, doneNotice(request.query));
    return sendPage(reply, markup);
  });

  app.get("/restore", async (request, reply) => {
    const input = parseInput(assetQuerySchema, request.query);
    const markup = restoreAllPage(files, control, input);
    return sendPage(reply, markup);
  });

  app.post("/restore", async (request, reply) => {
    const asked = restoreAll(request.body);
    return wantsPage(request)
      ? reply.redirect("/archive?done=restoreAll", 303)
      : reply.code(202).send({ asked });
  });
};
