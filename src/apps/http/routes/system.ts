import type { FastifyInstance } from "fastify";
import { keptOf } from "../../kept.ts";
import { checksAnswer, systemAnswer } from "../answers/system.ts";
import { addApiRoute } from "../api-route.ts";
import type { Face } from "../face.ts";
import { doneNotice } from "../pages/notice.ts";
import { checksSection, systemPage } from "../pages/system.ts";
import { wantsFragment, wantsPage } from "../problem-reply.ts";
import { sendPage } from "../send-page.ts";

/** The machine: how it stands, who works, and what the doctor says. */
export const addSystemRoutes = (app: FastifyInstance, { control, files, now, said }: Face): void => {
  /** The first who looks finds the doctor at work, not an empty place. */
  const checks = () => {
    const found = control.system.checks();
    if (found.at !== null || found.isRunning) return found;
    control.system.check();
    return control.system.checks();
  };

  app.get("/system", async (request, reply) => {
    const facts = await control.system.facts();
    const kept = await keptOf({ control, said, database: facts.database });
    const view = { control, now: now(), checks: checks(), facts, kept };
    return sendPage(reply, systemPage(files, view, doneNotice(request.query)));
  });
  app.get("/system/checks", async (_, reply) =>
    sendPage(reply, checksSection(control.system.checks(), now())),
  );

  app.post("/system/check", async (request, reply) => {
    control.system.check();
    if (wantsFragment(request)) return sendPage(reply, checksSection(control.system.checks(), now()));
    if (wantsPage(request)) return reply.redirect("/system?done=check#checks", 303);
    return reply.code(202).send(control.system.checks());
  });
  addApiRoute(app, {
    method: "POST",
    url: "/api/system/check",
    tag: "program",
    summary: "Starts the doctor's checks, unless they run",
    status: 202,
    answer: checksAnswer,
    run: () => {
      control.system.check();
      return control.system.checks();
    },
  });

  addApiRoute(app, {
    method: "GET",
    url: "/api/system",
    tag: "program",
    summary: "How the machine stands: card, encoders, disks, database, versions, servers, checks",
    about: "Asks the card (at most 4 s) and the disks (at most 3 s).",
    answer: systemAnswer,
    run: async () => {
      const facts = await control.system.facts();
      const kept = await keptOf({ control, said, database: facts.database });
      const servers = control.servers.states();
      return { ...facts, kept, servers, watching: control.watching(), checks: control.system.checks() };
    },
  });
};
