import type { FastifyInstance } from "fastify";
import { Problem } from "../../../core/problem.ts";
import type { Asset } from "../../../edges/store/asset-row.ts";
import { actOnAll, matching } from "../../bulk.ts";
import type { Control } from "../../control.ts";
import { bulkAnswer, filmAnswer, filmsAnswer } from "../answers/film.ts";
import { filmDetailAnswer } from "../answers/film-detail.ts";
import { addApiRoute } from "../api-route.ts";
import { assetDetailJson, assetJson } from "../asset-json.ts";
import type { Face } from "../face.ts";
import {
  assetQuerySchema,
  bulkSchema,
  idSchema,
  parseInput,
  prioritySchema,
  toAssetQuery,
  toFilter,
} from "../input.ts";

const DEFAULT_LIMIT = 50;

/** The asset of a request's `:id`. Throws Problem `usage-invalid` or `asset-not-found`. */
export const assetOf = (control: Control, params: unknown): Asset => {
  const { id } = parseInput(idSchema, params);
  const asset = control.store.assets.byId(id);
  if (!asset) throw new Problem("asset-not-found", `There is no film with the number ${id}.`);
  return asset;
};

const ACTIONS = {
  reprocess: "Puts a film back into the queue",
  cancel: "Stops the work on a film",
  restore: "Brings the original of a film back",
  ignore: "Keeps a film as it is",
} as const;

const ABOUT: Readonly<Record<keyof typeof ACTIONS, string>> = {
  reprocess: "A film that waits starts now; one that is kept as it is is so no longer.",
  cancel:
    "What was made is thrown away. A result that waits to be put in its place is given up; the original stays.",
  restore: "Answered when it is back, which may take as long as copying the film does.",
  ignore:
    "It is not converted until it is re-processed, whatever is scanned or set, as long as its content is the same.",
};

/** The assets and what may be done with one of them. */
export const addAssetRoutes = (app: FastifyInstance, { control }: Face): void => {
  addApiRoute(app, {
    method: "GET",
    url: "/api/assets",
    tag: "films",
    summary: "The films that match, a page at a time",
    about:
      "The cursor is `next` of the page before, with the same sort. One of another sort gives the first page.",
    query: assetQuerySchema,
    answer: filmsAnswer,
    run: ({ query }) => {
      const { assets, next, total, isTotalExact } = control.store.assets.page(
        toAssetQuery(query, query.limit ?? DEFAULT_LIMIT),
      );
      return {
        assets: assets.map((each) => assetJson(control, each)),
        next,
        total,
        totalIsExact: isTotalExact,
      };
    },
  });

  addApiRoute(app, {
    method: "POST",
    url: "/api/assets/bulk",
    tag: "films",
    summary: "Does one thing with every film that matches",
    about:
      "With `dryRun` they are only counted. Films whose state does not allow it are refused, and so are those kept as they are.",
    body: bulkSchema,
    answer: bulkAnswer,
    run: async ({ body: { action, filter, dryRun } }) => {
      if (dryRun) {
        const { total, states } = control.store.assets.states(toFilter(filter));
        return { matched: total, states, done: 0, refused: 0, refusals: [] };
      }
      const { ids, states } = matching(control, toFilter(filter));
      return { matched: ids.length, states, ...(await actOnAll(control, action, ids)) };
    },
  });

  addApiRoute(app, {
    method: "GET",
    url: "/api/assets/:id",
    tag: "films",
    summary: "One film: streams, verdict, plan, history, attempts",
    params: idSchema,
    answer: filmDetailAnswer,
    problems: ["asset-not-found"],
    run: ({ params }) => assetDetailJson(control, assetOf(control, params)),
  });

  for (const action of ["reprocess", "cancel", "restore", "ignore"] as const)
    addApiRoute(app, {
      method: "POST",
      url: `/api/assets/:id/${action}`,
      tag: action === "restore" ? "archive" : "films",
      summary: ACTIONS[action],
      about: ABOUT[action],
      params: idSchema,
      answer: filmAnswer,
      problems: ["asset-not-found", "state-refuses", ...(action === "restore" ? RESTORE_PROBLEMS : [])],
      run: async ({ params }) => ({ asset: assetJson(control, await control[action](params.id)) }),
    });

  addApiRoute(app, {
    method: "POST",
    url: "/api/assets/:id/priority",
    tag: "queue",
    summary: "Gives a queued film another place in its lane",
    about: "`up` and `down` move it by one place.",
    params: idSchema,
    body: prioritySchema,
    answer: filmAnswer,
    problems: ["asset-not-found", "state-refuses"],
    run: ({ params, body }) => ({ asset: assetJson(control, control.prioritise(params.id, body.where)) }),
  });
};

const RESTORE_PROBLEMS = ["restore-failed", "folder-away", "disk-full", "root-missing"] as const;
