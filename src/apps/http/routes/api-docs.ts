import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { VERSION } from "../../version.ts";
import { type ApiDescription, addApiRoute, addRawRoute } from "../api-route.ts";
import type { Face } from "../face.ts";
import { markupOf } from "../html.ts";
import { type OpenApi, openApiDocument } from "../openapi.ts";
import { apiDocsPage } from "../pages/api-docs.ts";

/** The description of the API, for programs and for people. `described` is read when it is first asked for. */
export const addApiDocsRoutes = (
  app: FastifyInstance,
  { files }: Face,
  described: readonly ApiDescription[],
): void => {
  let made: OpenApi | null = null;
  const document = (): OpenApi => {
    made ??= openApiDocument(described, VERSION);
    return made;
  };

  addApiRoute(app, {
    method: "GET",
    url: "/api/openapi.json",
    tag: "description",
    summary: "This description as an OpenAPI 3.1 document",
    answer: z.looseObject({ openapi: z.literal("3.1.0"), paths: z.record(z.string(), z.unknown()) }),
    run: document,
  });

  addRawRoute(app, {
    method: "GET",
    url: "/api/docs",
    tag: "description",
    summary: "This description as a page",
    contentType: "text/html",
    run: (_, __, reply) =>
      reply.type("text/html; charset=utf-8").send(markupOf(apiDocsPage(files, document()))),
  });
};
