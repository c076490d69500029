import type { FastifyInstance, FastifyReply } from "fastify";
import { type Worker, workersOf } from "../../workers.ts";
import type { Face } from "../face.ts";
import { type Html, markupOf } from "../html.ts";
import { doneNotice } from "../pages/notice.ts";
import { checksSection, systemPage } from "../pages/system.ts";
import { wantsFragment, wantsPage } from "../problem-reply.ts";

const send = (reply: FastifyReply, markup: Html): FastifyReply =>
  reply.type("text/html; charset=utf-8").header("cache-control", "no-store").send(markupOf(markup));

const workerJson = ({ name, encoder, lanes }: Worker) => ({
  name,
  encoder,
  lanes: lanes.map(({ lane, max, running }) => ({
    lane,
    max,
    running: running.map(({ asset, progress }) => ({
      id: asset.id,
      library: asset.library,
      path: asset.path,
      work: asset.work,
      progress,
    })),
  })),
});

/** The machine: how it stands, who works, and what the doctor says. */
export const addSystemRoutes = (app: FastifyInstance, { control, files, now }: Face): void => {
  const { system } = control;
  /** The first who looks finds the doctor at work, not an empty place. */
  const checks = () => {
    const found = system.checks();
    if (found.at !== null || found.isRunning) return found;
    system.check();
    return system.checks();
  };

  app.get("/system", async (request, reply) => {
    const view = { control, now: now(), checks: checks(), facts: await system.facts() };
    return send(reply, systemPage(files, view, doneNotice(request.query)));
  });
  app.get("/system/checks", async (_, reply) => send(reply, checksSection(system.checks(), now())));

  app.post("/system/check", async (request, reply) => {
    system.check();
    if (wantsFragment(request)) return send(reply, checksSection(system.checks(), now()));
    if (wantsPage(request)) return reply.redirect("/system?done=check#checks", 303);
    return reply.code(202).send(system.checks());
  });
  app.post("/api/system/check", async (_, reply) => {
    system.check();
    return reply.code(202).send(system.checks());
  });

  app.get("/api/system", async () => ({ ...(await system.facts()), checks: system.checks() }));
  app.get("/api/workers", async () => ({ workers: workersOf(control).map(workerJson) }));
};
