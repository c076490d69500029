/** Keeps other sites out: there is no login, so whoever can make a browser send a request could otherwise use it. */
import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import { Problem } from "../../core/problem.ts";

const LOCAL = new Set(["localhost", "127.0.0.1", "[::1]"]);

const hostNameOf = (host: string): string | null => {
  try {
    const url = new URL(`http://${host}`);
    return url.username === "" && url.pathname === "/" && url.search === "" ? url.hostname : null;
  } catch {
    return null;
  }
};

/** A name that an attacker's DNS could point here is not one of ours; an address is what was typed. */
const isOurName = (host: string, allowed: ReadonlySet<string>): boolean => {
  const name = hostNameOf(host);
  if (name === null) return false;
  return LOCAL.has(name) || allowed.has(name) || isIP(name.replaceAll(/[[\]]/g, "")) !== 0;
};

type Allowed = {
  /** Names by which we may be called. */
  readonly allowedHosts: readonly string[];
  /** Sites whose pages may use the API. */
  readonly corsOrigins: readonly string[];
};

/**
 * Throws Problem `request-refused` for a Host that is not ours (DNS rebinding) and for a change of state that a page
 * of another site sent (cross-site request forgery). Programs, which send neither header, pass.
 */
export const guardRequest = (request: FastifyRequest, { allowedHosts, corsOrigins }: Allowed): void => {
  const host = request.headers.host ?? "";
  const allowed = new Set(allowedHosts.map((each) => each.toLowerCase()));
  if (!isOurName(host, allowed)) throw new Problem("request-refused", `Host: ${host}`);
  const { origin } = request.headers;
  // What the settings allow, and for programs alone: a form of another site stays refused.
  if (origin !== undefined && corsOrigins.includes(origin) && request.url.startsWith("/api/")) return;
  if (request.method === "GET" || request.method === "HEAD") return;
  if (request.headers["sec-fetch-site"] === "cross-site")
    throw new Problem("request-refused", "Sec-Fetch-Site: cross-site");
  if (origin === undefined) return;
  const from = URL.canParse(origin) ? new URL(origin).host : null;
  if (from !== new URL(`http://${host}`).host) throw new Problem("request-refused", `Origin: ${origin}`);
};
