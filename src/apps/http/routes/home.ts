import type { FastifyInstance } from "fastify";
import type { Face } from "../face.ts";
import { HOME_REGIONS, homePage } from "../pages/home.ts";
import type { HomeView } from "../pages/home-view.ts";
import { doneNotice } from "../pages/notice.ts";
import { sendPage } from "../send-page.ts";
import { needsSetup } from "./setup.ts";

/** The front page, and the parts of it that it asks for again when something changes. */
export const addHomeRoutes = (app: FastifyInstance, face: Face): void => {
  const { control, editor, files, live, now } = face;
  const view = (): HomeView => ({ control, now: now(), isSample: editor.source.kind() === "sample" });
  app.get("/", async (request, reply) => {
    if (needsSetup(face) && !view().isSample) return reply.redirect("/setup", 302);
    const lastEventId = live.lastId();
    return sendPage(reply, homePage(files, view(), lastEventId, doneNotice(request.query)));
  });
  for (const [name, region] of Object.entries(HOME_REGIONS))
    app.get(`/home/${name}`, async (_, reply) => sendPage(reply, region(view())));
};
