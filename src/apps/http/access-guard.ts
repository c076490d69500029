/** The door: what a route asks of whoever calls it, and where those are sent who may not. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { allows, type Scope } from "../../core/access.ts";
import { Problem } from "../../core/problem.ts";
import type { Face } from "./face.ts";
import { wantsFragment, wantsPage } from "./problem-reply.ts";
import { type Who, whoSends } from "./who.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who sends it; null on routes that are open to everybody. */
    who: Who | null;
  }
}

/** Open to everybody: what the login itself needs, and what a container's health check asks. They tell nothing. */
const OPEN: ReadonlySet<string> = new Set([
  ...["/assets/:name", "/favicon.ico", "/login", "/welcome", "/healthz", "/readyz"],
]);

/** Pages of what only an admin may; the API says it route by route. */
const ADMIN_PAGES = /^\/(?:settings|setup|access)(?:\/|$)/;

const HERE = "http://localhost";

type Route = {
  readonly url?: string | undefined;
  readonly method: string;
  /** What its declaration says. */
  readonly scope?: Scope | undefined;
};

/** What a route asks of whoever calls it; null: nothing. */
export const scopeOf = ({ url = "", method, scope }: Route): Scope | null => {
  if (OPEN.has(url)) return null;
  if (scope !== undefined) return scope;
  if (ADMIN_PAGES.test(url)) return "admin";
  return method === "GET" || method === "HEAD" ? "read" : "operate";
};

/** Where a person logs in, and comes back from: the page itself, also where a part or a form of it was asked for. */
const loginFor = ({ access }: Face, request: FastifyRequest): string => {
  if (!access.hasPassword()) return "/welcome";
  const { referer, "hx-current-url": current } = request.headers;
  const from = request.method === "GET" && !wantsFragment(request) ? request.url : (current ?? referer);
  const { pathname, search } = new URL(from && URL.canParse(String(from), HERE) ? String(from) : "/", HERE);
  return pathname === "/" && search === ""
    ? "/login"
    : `/login?${new URLSearchParams({ next: pathname + search })}`;
};

const refuse = (face: Face, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const isPage =
    wantsPage(request) ||
    (request.routeOptions.config.api?.contentType === "text/html" &&
      (request.headers.accept ?? "").includes("text/html"));
  // htmx would put the login into the place of a part of the page.
  if (wantsFragment(request)) void reply.header("hx-redirect", loginFor(face, request));
  else if (isPage) return reply.redirect(loginFor(face, request), 303);
  void reply.header("www-authenticate", 'Bearer realm="Chromecast Video Converter"');
  const detail = face.access.hasPassword() ? "" : "No password is set yet: open the page and set one.";
  throw new Problem("login-needed", detail);
};

/** Lets a request in, or answers it. Throws Problem login-needed, token-refused, scope-missing. */
export const guardAccess =
  (face: Face) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const { url, config } = request.routeOptions;
    const needs = scopeOf({ url, method: request.method, scope: config.api?.scope });
    if (needs === null) return undefined;
    if (url === "/metrics" && face.control.settings.server.open_metrics) return undefined;
    const who = whoSends(face, request);
    if (who === null) return refuse(face, request, reply);
    if (!allows(who.scope, needs))
      throw new Problem("scope-missing", `It may ${who.scope}; this asks for ${needs}.`);
    request.who = who;
    return undefined;
  };
