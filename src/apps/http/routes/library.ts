import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Face } from "../face.ts";
import { type Html, markupOf } from "../html.ts";
import { assetQuerySchema, parseInput, toAssetQuery } from "../input.ts";
import { filmList } from "../pages/film-list.ts";
import { libraryPage } from "../pages/library.ts";
import type { LibraryView } from "../pages/library-view.ts";
import { doneNotice } from "../pages/notice.ts";
import { summary } from "../pages/summary.ts";

const PAGE_SIZE = 50;

const send = (reply: FastifyReply, markup: Html): FastifyReply =>
  reply.type("text/html; charset=utf-8").header("cache-control", "no-store").send(markupOf(markup));

const viewOf = ({ control, now, live }: Face, request: FastifyRequest): LibraryView => {
  const input = parseInput(assetQuerySchema, request.query);
  return {
    control,
    now: now(),
    // Before the rows are read: a change that comes between is then told again rather than lost.
    lastEventId: live.lastId(),
    input,
    page: control.store.assets.page(toAssetQuery(input, input.limit ?? PAGE_SIZE)),
  };
};

/** The library, and the parts of it that the page asks for again when something changes. */
export const addLibraryRoutes = (app: FastifyInstance, face: Face): void => {
  app.get("/", async (_, reply) => reply.redirect("/library", 302));

  app.get("/library", async (request, reply) =>
    send(reply, libraryPage(face.files, viewOf(face, request), doneNotice(request.query))),
  );
  app.get("/library/films", async (request, reply) => send(reply, filmList(viewOf(face, request))));
  app.get("/library/summary", async (request, reply) => {
    const input = parseInput(assetQuerySchema, request.query);
    return send(reply, summary(face.control, input));
  });
};
