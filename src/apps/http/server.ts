/** The HTTP face: pages for people, an API for programs, on one port. */

import { randomBytes } from "node:crypto";
import cookie from "@fastify/cookie";
import cors from "@fastify/cors";
import formbody from "@fastify/formbody";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from "fastify";
import { Problem } from "../../core/problem.ts";
import { createKeptLog } from "../../edges/kept-log.ts";
import { createMetrics } from "../../edges/metrics.ts";
import { openAccessStoreInMemory } from "../../edges/store/access-store.ts";
import { createAccess } from "../access.ts";
import type { Control } from "../control.ts";
import { createSettingsEditor } from "../settings-editor.ts";
import { FIXED_SETTINGS } from "../settings-source.ts";
import { guardAccess } from "./access-guard.ts";
import type { ApiDescription } from "./api-route.ts";
import type { Face, ServerOptions } from "./face.ts";
import { openLive } from "./live.ts";
import { onError, onNotFound } from "./problem-reply.ts";
import { readPublicFiles } from "./public-files.ts";
import { guardRequest } from "./request-guard.ts";
import { watchRequests } from "./request-watch.ts";
import { addAccessRoutes } from "./routes/access.ts";
import { addActionRoutes } from "./routes/actions.ts";
import { addActivityRoutes } from "./routes/activity.ts";
import { addApiDocsRoutes } from "./routes/api-docs.ts";
import { addArchiveRoutes } from "./routes/archive.ts";
import { addArrRoutes } from "./routes/arr-events.ts";
import { addAssetRoutes } from "./routes/assets.ts";
import { addEventRoutes } from "./routes/events.ts";
import { addFilmRoutes } from "./routes/film.ts";
import { addHomeRoutes } from "./routes/home.ts";
import { addLibraryRoutes } from "./routes/library.ts";
import { addLibraryBulkRoutes } from "./routes/library-bulk.ts";
import { addLoginRoutes } from "./routes/login.ts";
import { addLogRoutes } from "./routes/logs.ts";
import { addNotificationRoutes } from "./routes/notifications.ts";
import { addPublicRoutes } from "./routes/public.ts";
import { addQueueRoutes } from "./routes/queue.ts";
import { addQueuePageRoutes } from "./routes/queue-page.ts";
import { addSettingsRoutes } from "./routes/settings.ts";
import { addSettingsPages } from "./routes/settings-pages.ts";
import { addSetupRoutes } from "./routes/setup.ts";
import { addShowRoutes } from "./routes/shows.ts";
import { addStatsRoutes } from "./routes/stats.ts";
import { addStatusRoutes } from "./routes/status.ts";
import { addStreamRoutes } from "./routes/streams.ts";
import { addSystemRoutes } from "./routes/system.ts";
import { addThumbnailRoutes } from "./routes/thumbnail.ts";
import { addVideoRoutes } from "./routes/video.ts";
import { addWatchedRoutes } from "./routes/watched.ts";
import { addWorkFileRoutes } from "./routes/work-files.ts";
import { addWorkerRoutes } from "./routes/workers.ts";
import { isGuarded, isTrusted } from "./who.ts";

/** Nobody sends more than a filter or a library's name. */
const BODY_MAX_BYTES = 16 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

/** A house full of open pages asks some twenty times a second; a program that goes wrong, thousands of times. */
const REQUESTS_MAX = 1200;
const REQUESTS_WINDOW_MS = 10_000;
/** Addresses that are remembered. */
const ADDRESSES_MAX = 1000;

/** Everything from this server alone; no inline script, no inline style. Tabler draws its arrows as data: pictures. */
const POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", "data:"],
  mediaSrc: ["'self'"],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

/** The server, ready to listen or to be injected into; closing it ends the streams too. */
export const buildServer = (control: Control, options: ServerOptions = {}): FastifyInstance => {
  const app: FastifyInstance = Fastify({
    ...(options.logger ? { loggerInstance: options.logger } : { logger: false }),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: "requestId" }),
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    trustProxy: (address: string) => isTrusted(control.settings, address),
    genReqId: () => randomBytes(6).toString("hex"),
    routerOptions: { maxParamLength: 100 },
  });
  const now = options.now ?? Date.now;
  const files = readPublicFiles();
  const editor = createSettingsEditor({ control, source: options.settings ?? FIXED_SETTINGS, now });
  const access = options.access ?? createAccess({ store: openAccessStoreInMemory(), now });
  const said = options.said ?? createKeptLog(now);
  const metrics = options.metrics ?? createMetrics();
  const face: Face = { control, now, files, live: openLive(control, now), said, metrics, editor, access };

  const corsOrigins = control.settings.server.cors_origins;
  app.addHook("onRequest", async (request) =>
    guardRequest(request, {
      allowedHosts: [...(options.allowedHosts ?? []), ...control.settings.server.allowed_hosts],
      corsOrigins,
      isGuarded: isGuarded(face, request),
      isByProxy: isTrusted(control.settings, request.socket.remoteAddress),
    }),
  );
  watchRequests(app, face.metrics);
  app.addHook("preClose", async () => face.live.close());
  app.setErrorHandler(onError(face));
  app.setNotFoundHandler(onNotFound(face));
  addPlugins(app, corsOrigins);
  const described: ApiDescription[] = [];
  app.addHook("onRoute", ({ config }) => {
    if (config?.api && !described.includes(config.api)) described.push(config.api);
  });
  // Registered after helmet and cors, so that every one of them has their headers.
  void app.register((routes, _, done) => {
    // After the limit of requests, and before anything of the body is read.
    routes.addHook("preParsing", guardAccess(face));
    addLoginRoutes(routes, face);
    addAccessRoutes(routes, face);
    addPublicRoutes(routes, face);
    addHomeRoutes(routes, face);
    addStatusRoutes(routes, face);
    addEventRoutes(routes, face);
    addWatchedRoutes(routes, face);
    addAssetRoutes(routes, face);
    addShowRoutes(routes, face);
    addQueueRoutes(routes, face);
    addQueuePageRoutes(routes, face);
    addArchiveRoutes(routes, face);
    addStreamRoutes(routes, face);
    addArrRoutes(routes, face);
    addLibraryBulkRoutes(routes, face);
    addLibraryRoutes(routes, face);
    addFilmRoutes(routes, face);
    addActionRoutes(routes, face);
    addVideoRoutes(routes, face);
    addActivityRoutes(routes, face);
    addLogRoutes(routes, face);
    addSystemRoutes(routes, face);
    addWorkerRoutes(routes, face);
    addNotificationRoutes(routes, face);
    addStatsRoutes(routes, face);
    addWorkFileRoutes(routes, face);
    addThumbnailRoutes(routes, face);
    addSetupRoutes(routes, face);
    addSettingsRoutes(routes, face);
    addSettingsPages(routes, face);
    addApiDocsRoutes(routes, face, described);
    done();
  });
  return app;
};

/** What is asked of every request before its route, and said with every answer. */
const addPlugins = (app: FastifyInstance, corsOrigins: readonly string[]): void => {
  void app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: POLICY },
    // Plain http on a home network: these headers would only be refused with a warning there.
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    referrerPolicy: { policy: "same-origin" },
  });
  void app.register(rateLimit, {
    max: REQUESTS_MAX,
    timeWindow: REQUESTS_WINDOW_MS,
    cache: ADDRESSES_MAX,
    errorResponseBuilder: (_, { after }) => new Problem("too-many-requests", `Go on in ${after}.`),
  });
  if (corsOrigins.length > 0) void app.register(cors, () => corsFor(corsOrigins));
  void app.register(cookie);
  app.decorateRequest("who", null);
  void app.register(formbody, { bodyLimit: BODY_MAX_BYTES });
};

type CorsAnswer = (
  error: Error | null,
  options: { readonly origin: string[] | false; readonly [key: string]: unknown },
) => void;

/** Pages of these sites may use the API, and nothing else of ours. */
const corsFor =
  (origins: readonly string[]) =>
  (request: FastifyRequest, answer: CorsAnswer): void =>
    answer(null, {
      origin: request.url.startsWith("/api/") ? [...origins] : false,
      methods: ["GET", "HEAD", "POST", "PUT"],
      exposedHeaders: ["etag", "retry-after"],
      maxAge: 600,
    });
