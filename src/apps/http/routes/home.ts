import type { FastifyInstance, FastifyReply } from "fastify";
import type { Face } from "../face.ts";
import { type Html, markupOf } from "../html.ts";
import { HOME_REGIONS, homePage } from "../pages/home.ts";
import { doneNotice } from "../pages/notice.ts";

const send = (reply: FastifyReply, markup: Html): FastifyReply =>
  reply.type("text/html; charset=utf-8").header("cache-control", "no-store").send(markupOf(markup));

/** The front page, and the parts of it that it asks for again when something changes. */
export const addHomeRoutes = (app: FastifyInstance, { control, files, live, now }: Face): void => {
  app.get("/", async (request, reply) => {
    const lastEventId = live.lastId();
    return send(reply, homePage(files, { control, now: now() }, lastEventId, doneNotice(request.query)));
  });
  for (const [name, region] of Object.entries(HOME_REGIONS))
    app.get(`/home/${name}`, async (_, reply) => send(reply, region({ control, now: now() })));
};
