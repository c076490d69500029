import type { FastifyInstance } from "fastify";
import { Problem } from "../../../core/problem.ts";
import type { Asset } from "../../../edges/store/asset-row.ts";
import { actOnAll, matching } from "../../bulk.ts";
import type { Control } from "../../control.ts";
import { assetDetailJson, assetJson } from "../asset-json.ts";
import type { Face } from "../face.ts";
import { assetQuerySchema, bulkSchema, idSchema, parseInput, toAssetQuery, toFilter } from "../input.ts";

const DEFAULT_LIMIT = 50;

/** The asset of a request's `:id`. Throws Problem `usage-invalid` or `asset-not-found`. */
export const assetOf = (control: Control, params: unknown): Asset => {
  const { id } = parseInput(idSchema, params);
  const asset = control.store.assets.byId(id);
  if (!asset) throw new Problem("asset-not-found", `There is no film with the number ${id}.`);
  return asset;
};

/** The assets and what may be done with one of them. */
export const addAssetRoutes = (app: FastifyInstance, { control }: Face): void => {
  app.get("/api/assets", async (request) => {
    const input = parseInput(assetQuerySchema, request.query);
    const page = control.store.assets.page(toAssetQuery(input, input.limit ?? DEFAULT_LIMIT));
    return {
      assets: page.assets.map((each) => assetJson(control, each)),
      next: page.next,
      total: page.total,
      totalIsExact: page.isTotalExact,
    };
  });

  app.post("/api/assets/bulk", async (request) => {
    const { action, filter, dryRun } = parseInput(bulkSchema, request.body);
    const { ids, states } = matching(control, toFilter(filter));
    const result = dryRun ? { done: 0, refused: 0, refusals: [] } : await actOnAll(control, action, ids);
    return { matched: ids.length, states, ...result };
  });

  app.get("/api/assets/:id", async (request) => assetDetailJson(control, assetOf(control, request.params)));

  for (const action of ["reprocess", "cancel", "restore"] as const)
    app.post(`/api/assets/:id/${action}`, async (request) => {
      const { id } = parseInput(idSchema, request.params);
      return { asset: assetJson(control, await control[action](id)) };
    });
};
