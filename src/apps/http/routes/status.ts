import type { FastifyInstance } from "fastify";
import { librarySentence } from "../../../core/library-sentence.ts";
import { statusJson } from "../asset-json.ts";
import type { Face } from "../face.ts";
import { parseInput, scanSchema } from "../input.ts";

/** Whether it is alive, how it stands, and the start of a scan. */
export const addStatusRoutes = (app: FastifyInstance, { control }: Face): void => {
  app.get("/healthz", async () => ({ status: "ok", version: control.overview().version }));

  app.get("/api/status", async () => {
    const { head, rest } = librarySentence(control.store.assets.counts().state);
    return statusJson(control, `${[head, ...rest].join("; ")}.`);
  });

  app.post("/api/scan", async (request, reply) => {
    const { library } = parseInput(scanSchema, request.body);
    return reply.code(202).send({ scanning: control.startScan(library ?? null) });
  });
};
