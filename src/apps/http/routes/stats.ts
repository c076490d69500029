import type { FastifyInstance } from "fastify";
import { keptStats } from "../../stats.ts";
import { statsAnswer } from "../answers/stats.ts";
import { addApiRoute } from "../api-route.ts";
import type { Face } from "../face.ts";
import { statsPage } from "../pages/stats.ts";
import { sendPage } from "../send-page.ts";

/** Figures of the whole library, at most a minute old. */
export const addStatsRoutes = (app: FastifyInstance, { control, files, now }: Face): void => {
  const stats = keptStats(control, now);

  app.get("/stats", async (_, reply) => sendPage(reply, statsPage(files, stats())));

  addApiRoute(app, {
    method: "GET",
    url: "/api/stats",
    tag: "program",
    summary: "How much plays, what was saved, what was done, and how fast",
    about: "Gathered at most once a minute. Days are those of this machine's clock.",
    answer: statsAnswer,
    run: () => stats(),
  });
};
