import type { FastifyInstance } from "fastify";
import { showsAnswer } from "../answers/shows.ts";
import { addApiRoute } from "../api-route.ts";
import type { Face } from "../face.ts";
import { assetQuerySchema, toAssetQuery } from "../input.ts";

const DEFAULT_LIMIT = 50;

/** Series with their seasons, by name. */
export const addShowRoutes = (app: FastifyInstance, { control }: Face): void =>
  addApiRoute(app, {
    method: "GET",
    url: "/api/shows",
    tag: "films",
    summary: "The series that have films that match, a page at a time",
    about: "By name. The films of one are `GET /api/assets?show=NAME`.",
    query: assetQuerySchema.omit({ sort: true, order: true }),
    answer: showsAnswer,
    run: ({ query }) => control.store.assets.shows(toAssetQuery(query, query.limit ?? DEFAULT_LIMIT)),
  });
