import type { FastifyInstance } from "fastify";
import { Problem } from "../../../core/problem.ts";
import type { Face } from "../face.ts";

/** Our styles and scripts by their exact addresses; the name in the address is only looked up in a table. */
export const addPublicRoutes = (app: FastifyInstance, { files }: Face): void => {
  app.get("/assets/:name", { config: { rateLimit: false } }, async (request, reply) => {
    const file = files.byUrl(request.url.split("?")[0] ?? "");
    if (!file) throw new Problem("file-missing");
    const packed = (request.headers["accept-encoding"] ?? "").includes("gzip");
    reply
      .header("cache-control", "public, max-age=31536000, immutable")
      .header("vary", "accept-encoding")
      .type(file.type);
    if (packed) reply.header("content-encoding", "gzip");
    return reply.send(packed ? file.gzipped : file.bytes);
  });
  app.get("/favicon.ico", async (_, reply) => reply.redirect(files.urlOf("favicon.svg"), 302));
};
