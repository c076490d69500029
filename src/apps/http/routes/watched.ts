import type { FastifyInstance } from "fastify";
import { readinessOf } from "../../readiness.ts";
import { createScrape } from "../../scrape.ts";
import type { Face } from "../face.ts";

/** For those who watch the program: whether it is alive, whether it is ready, and its figures. */
export const addWatchedRoutes = (app: FastifyInstance, { control, said, metrics, now }: Face): void => {
  /** Who watches asks often, and from one address. */
  const config = { rateLimit: false };

  // That it is answered says it all: the event loop turns.
  app.get("/healthz", { config }, async (_, reply) => {
    reply.header("cache-control", "no-store");
    return { status: "ok", version: control.overview().version };
  });

  app.get("/readyz", { config }, async (_, reply) => {
    const found = await readinessOf(control);
    reply.code(found.isReady ? 200 : 503).header("cache-control", "no-store");
    return { status: found.isReady ? "ready" : "not-ready", checks: found.checks };
  });

  const scrape = createScrape({ control, said, metrics, now });
  app.get("/metrics", { config }, async (_, reply) =>
    reply
      .type(metrics.contentType)
      .header("cache-control", "no-store")
      .send(await scrape()),
  );
};
