import type { FastifyInstance } from "fastify";
import { librarySentence } from "../../../core/library-sentence.ts";
import { scanAnswer, statusAnswer } from "../answers/status.ts";
import { addApiRoute } from "../api-route.ts";
import { statusJson } from "../asset-json.ts";
import type { Face } from "../face.ts";
import { scanSchema } from "../input.ts";

/** How it stands, and the start of a scan. */
export const addStatusRoutes = (app: FastifyInstance, { control }: Face): void => {
  addApiRoute(app, {
    method: "GET",
    url: "/api/status",
    tag: "program",
    summary: "How the libraries and the program stand",
    answer: statusAnswer,
    run: () => {
      const { head, rest } = librarySentence(control.store.assets.counts().state);
      return statusJson(control, `${[head, ...rest].join("; ")}.`);
    },
  });

  addApiRoute(app, {
    method: "POST",
    url: "/api/scan",
    tag: "program",
    summary: "Starts a scan of one library or of all",
    status: 202,
    body: scanSchema,
    answer: scanAnswer,
    problems: ["library-not-found"],
    run: ({ body: { library } }) => ({ scanning: control.startScan(library ?? null) }),
  });
};
