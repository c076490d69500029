import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Face } from "../face.ts";
import { libraryQuerySchema, parseInput, toAssetQuery } from "../input.ts";
import { filmList, USUAL_SORT } from "../pages/film-list.ts";
import { libraryPage } from "../pages/library.ts";
import { type LibraryView, libraryUrl } from "../pages/library-view.ts";
import { doneNotice } from "../pages/notice.ts";
import { summary } from "../pages/summary.ts";
import { wantsFragment } from "../problem-reply.ts";
import { sendPage } from "../send-page.ts";

const PAGE_SIZE = 50;

const viewOf = ({ control, now, live }: Face, request: FastifyRequest): LibraryView => {
  const input = parseInput(libraryQuerySchema, request.query);
  const query = toAssetQuery({ ...input, sort: input.sort ?? USUAL_SORT }, input.limit ?? PAGE_SIZE);
  const isByShow = input.group === "show";
  return {
    control,
    now: now(),
    // Before the rows are read: a change that comes between is then told again rather than lost.
    lastEventId: live.lastId(),
    input,
    page: control.store.assets.page(isByShow ? { ...query, cursor: "", limit: 1 } : query),
    shows: isByShow ? control.store.assets.shows(query) : null,
  };
};

/** The library, and the parts of it that the page asks for again when something changes. */
export const addLibraryRoutes = (app: FastifyInstance, face: Face): void => {
  app.get("/library", async (request, reply) => {
    const view = viewOf(face, request);
    // The address that the page then has, without the fields of the form that are empty.
    if (wantsFragment(request)) void reply.header("hx-push-url", libraryUrl("/library", view.input));
    return sendPage(reply, libraryPage(face.files, view, doneNotice(request.query)));
  });
  app.get("/library/films", async (request, reply) => sendPage(reply, filmList(viewOf(face, request))));
  app.get("/library/summary", async (request, reply) => {
    const input = parseInput(libraryQuerySchema, request.query);
    return sendPage(reply, summary(face.control, input));
  });
};
