/** What was asked and how it was answered: the id of a request in its answer, a line of the log, and figures. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Metrics } from "../../edges/metrics.ts";

/** What changes something is worth a line; what only looks is not, unless it is asked for. */
const levelOf = (method: string): "info" | "debug" =>
  method === "GET" || method === "HEAD" ? "debug" : "info";

/** Without what was asked for: a search may hold a film's name, and a token what opens a door, as that of a claim does too. */
const pathOf = (url: string): string =>
  (url.split("?")[0] ?? "").replace(/^(\/api\/work\/)[^/]+/, "$1\u2026");

/** To be called before any route is added. */
export const watchRequests = (app: FastifyInstance, metrics: Metrics): void => {
  app.addHook("onRequest", async (request: FastifyRequest, reply: FastifyReply) => {
    reply.header("x-request-id", request.id);
  });
  app.addHook("onResponse", async (request: FastifyRequest, reply: FastifyReply) => {
    const { method, url, ip } = request;
    const { statusCode: status, elapsedTime } = reply;
    // Methods are those of our routes; what met none has no pattern of its own.
    const route = request.routeOptions.url;
    metrics.observe(
      "cvc_http_request_seconds",
      {
        method: route === undefined ? "any" : method,
        route: route ?? "none",
        status: `${Math.floor(status / 100)}xx`,
      },
      elapsedTime / 1000,
    );
    request.log[levelOf(method)](
      { method, path: pathOf(url), status, ms: Math.round(elapsedTime), ip },
      "answered",
    );
  });
};
