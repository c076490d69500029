/** Keeps other sites out: whoever can make a browser send a request could otherwise do what its owner may. */
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

/**
 * A name that an attacker's DNS could point here is not one of ours; an address is what was typed. Nobody on the internet
 * owns a name without a dot or in `.local`; where a password is asked for, as our cookie is bound to the name, they pass too.
 */
const isOurName = (host: string, { allowedHosts, isGuarded }: Allowed): boolean => {
  const name = hostNameOf(host);
  if (name === null) return false;
  if (LOCAL.has(name) || isIP(name.replaceAll(/[[\]]/g, "")) !== 0) return true;
  if (allowedHosts.some((each) => each.toLowerCase() === name)) return true;
  return isGuarded && (!name.includes(".") || name.endsWith(".local"));
};

type Allowed = {
  /** Names by which we may be called. */
  readonly allowedHosts: readonly string[];
  /** Sites whose pages may use the API. */
  readonly corsOrigins: readonly string[];
  /** Who sends it has to show who they are. */
  readonly isGuarded: boolean;
  /** A trusted proxy sends it, which knows the names it answers to. */
  readonly isByProxy: boolean;
};

/**
 * Throws Problem `request-refused` for a Host that is not ours (DNS rebinding) and for a change of state that a page
 * of another site sent (cross-site request forgery). Programs, which send neither header, pass.
 */
export const guardRequest = (request: FastifyRequest, allowed: Allowed): void => {
  const { corsOrigins, isGuarded, isByProxy } = allowed;
  // What a trusted proxy was asked for, else the header itself.
  const { host } = request;
  if (!(isGuarded && isByProxy && hostNameOf(host) !== null) && !isOurName(host, allowed))
    throw new Problem("request-refused", `Host: ${host}`);
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
