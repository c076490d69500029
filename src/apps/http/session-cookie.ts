/** The cookie of a session. Over https its name says that only https and this very host may set it. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { SESSION_MAX_MS } from "../../core/access.ts";

const NAMES = { http: "cvc_session", https: "__Host-cvc_session" } as const;

const isSecure = (request: FastifyRequest): boolean => request.protocol === "https";

const nameFor = (request: FastifyRequest): string => NAMES[isSecure(request) ? "https" : "http"];

/** `lax`: a link in a message leads to the page and not to the login; what changes something is checked by its origin too. */
const optionsFor = (request: FastifyRequest) =>
  ({ path: "/", httpOnly: true, sameSite: "lax", secure: isSecure(request) }) as const;

export const sessionSecretOf = (request: FastifyRequest): string | null =>
  request.cookies[nameFor(request)] ?? null;

export const setSession = (request: FastifyRequest, reply: FastifyReply, secret: string): void => {
  const maxAge = Math.floor(SESSION_MAX_MS / 1000);
  void reply.setCookie(nameFor(request), secret, { ...optionsFor(request), maxAge });
};

export const clearSession = (request: FastifyRequest, reply: FastifyReply): void => {
  void reply.clearCookie(nameFor(request), optionsFor(request));
};
