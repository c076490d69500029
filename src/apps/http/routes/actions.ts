/** The forms of the pages, which are also the form posts of the original program: `/scan`, `/reprocess/:id`. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { assetJson, queueJson } from "../asset-json.ts";
import type { Face } from "../face.ts";
import { markupOf } from "../html.ts";
import { holdSchema, idSchema, parseInput, prioritySchema, scanSchema } from "../input.ts";
import { DONE, type Done, notice } from "../pages/notice.ts";
import { wantsFragment, wantsPage } from "../problem-reply.ts";
import { HOLD_VERBS, holdQueue } from "./queue.ts";

/** Back to the page the form stood on, when that is one of ours; only path and query are taken from the header. */
const backTo = (request: FastifyRequest, done: Done): string => {
  const { referer } = request.headers;
  const url = new URL(referer && URL.canParse(referer) ? referer : "http://localhost/library");
  const isOurs = /^\/(?:library(?:\/\d+)?|queue|activity|stats|system)?$/.test(url.pathname);
  const query = new URLSearchParams(isOurs ? url.search : "");
  query.set("done", done);
  return `${isOurs ? url.pathname : "/library"}?${query}`;
};

const answer = (request: FastifyRequest, reply: FastifyReply, done: Done, body: unknown): FastifyReply => {
  if (wantsFragment(request))
    return reply.type("text/html; charset=utf-8").send(markupOf(notice("done", DONE[done])));
  if (wantsPage(request)) return reply.redirect(backTo(request, done), 303);
  return reply.send(body);
};

export const addActionRoutes = (app: FastifyInstance, { control }: Face): void => {
  app.post("/queue/try-again", async (request, reply) => {
    control.tryAgain();
    return answer(request, reply, "tryAgain", {});
  });

  app.post("/scan", async (request, reply) => {
    const { library } = parseInput(scanSchema, request.body);
    return answer(request, reply, "scan", { scanning: control.startScan(library ?? null) });
  });

  for (const action of ["reprocess", "cancel", "restore", "ignore"] as const)
    app.post(`/${action}/:id`, async (request, reply) => {
      const { id } = parseInput(idSchema, request.params);
      const asset = await control[action](id);
      return answer(request, reply, action, { asset: assetJson(control, asset) });
    });

  app.post("/priority/:id", async (request, reply) => {
    const { id } = parseInput(idSchema, request.params);
    const { where } = parseInput(prioritySchema, request.body);
    return answer(request, reply, "priority", { asset: assetJson(control, control.prioritise(id, where)) });
  });

  for (const verb of HOLD_VERBS)
    app.post(`/queue/${verb}`, async (request, reply) => {
      const { reason } = parseInput(holdSchema, request.body);
      holdQueue(control, verb, reason, "page");
      return answer(request, reply, verb, queueJson(control));
    });
};
