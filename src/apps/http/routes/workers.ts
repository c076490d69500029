import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { Problem } from "../../../core/problem.ts";
import type { Control } from "../../control.ts";
import { type Worker, workersOf } from "../../workers.ts";
import { workersAnswer } from "../answers/system.ts";
import { addApiRoute } from "../api-route.ts";
import type { Face } from "../face.ts";
import { type Html, html } from "../html.ts";
import { workersSection } from "../pages/workers.ts";
import { wantsFragment, wantsPage } from "../problem-reply.ts";
import { sendPage } from "../send-page.ts";

const workerJson = ({ name, encoder, lanes, elsewhere }: Worker) => ({
  name,
  elsewhere,
  encoder,
  lanes: lanes.map(({ lane, slots, running }) => ({
    lane,
    slots,
    running: running.map(({ asset, progress }) => ({
      id: asset.id,
      library: asset.library,
      path: asset.path,
      work: asset.work,
      progress,
    })),
  })),
});

const workersJson = (control: Control) => {
  const redis = control.elsewhere?.redis();
  const { state } = redis ?? {};
  return {
    redis:
      redis && state
        ? { address: redis.address, state: state.kind, why: "why" in state ? state.why : "" }
        : null,
    workers: workersOf(control).map(workerJson),
  };
};

const named = z.object({ name: z.string().min(1).max(200) });
const DOES = { pause: true, resume: false } as const;

/** Who converts, on this machine and elsewhere, and who of them is paused. */
export const addWorkerRoutes = (app: FastifyInstance, { control, now }: Face): void => {
  const fragment = (): Html => workersSection(control, now()) ?? html``;
  const pause = (name: string, isPaused: boolean): void => {
    if (control.elsewhere === null) throw new Problem("worker-not-found", name);
    control.elsewhere.pause(name, isPaused);
  };
  addApiRoute(app, {
    method: "GET",
    url: "/api/workers",
    tag: "queue",
    summary: "Who converts, and what runs",
    answer: workersAnswer,
    run: () => workersJson(control),
  });
  app.get("/system/workers", async (_, reply) => sendPage(reply, fragment()));
  for (const verb of ["pause", "resume"] as const) {
    addApiRoute(app, {
      method: "POST",
      url: `/api/workers/:name/${verb}`,
      tag: "queue",
      summary: verb === "pause" ? "Gives a worker no films any more" : "Gives a worker films again",
      about:
        verb === "pause"
          ? "What it works on goes on to its end. It stays paused over restarts, until it is resumed."
          : "It may be given films at once.",
      params: named,
      problems: ["worker-not-found"],
      answer: workersAnswer,
      run: ({ params }) => {
        pause(params.name, DOES[verb]);
        return workersJson(control);
      },
    });
    app.post(`/system/workers/:name/${verb}`, async (request, reply) => {
      pause(named.parse(request.params).name, DOES[verb]);
      if (wantsFragment(request)) return sendPage(reply, fragment());
      if (wantsPage(request)) return reply.redirect("/system#workers", 303);
      return reply.code(204).send();
    });
  }
};
