/** Who sends a request, and what they may do. */
import { BlockList, isIPv6 } from "node:net";
import type { FastifyRequest } from "fastify";
import type { Scope } from "../../core/access.ts";
import { Problem } from "../../core/problem.ts";
import type { Settings } from "../../core/settings.ts";
import type { Face } from "./face.ts";
import { sessionSecretOf } from "./session-cookie.ts";

export type Who =
  /** Somebody on this machine, where no password is set. */
  | { readonly kind: "anybody"; readonly scope: Scope }
  | { readonly kind: "session"; readonly scope: Scope; readonly id: number }
  | { readonly kind: "token"; readonly scope: Scope; readonly name: string }
  /** Whom a trusted proxy names. */
  | { readonly kind: "proxy"; readonly scope: Scope; readonly name: string };

const NAME_MAX = 200;

const listsOf = new WeakMap<readonly string[], BlockList>();

const listOf = (proxies: readonly string[]): BlockList => {
  const known = listsOf.get(proxies);
  if (known) return known;
  const list = new BlockList();
  for (const each of proxies) {
    const [address = "", prefix] = each.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  listsOf.set(proxies, list);
  return list;
};

/** Whether the one at this address may speak for others. What a header says is an address may be none: then not. */
export const isTrusted = ({ server }: Settings, address: string | undefined): boolean =>
  address !== undefined &&
  server.trusted_proxies.length > 0 &&
  listOf(server.trusted_proxies).check(address, isIPv6(address) ? "ipv6" : "ipv4");

const FORWARDED = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];

/** Whether it came by way of another machine or program, as far as that says so. */
const isForwarded = ({ headers }: FastifyRequest): boolean =>
  FORWARDED.some((name) => headers[name] !== undefined);

/** Whether whoever sends this has to show who they are. */
export const isGuarded = ({ access }: Pick<Face, "access">, request: FastifyRequest): boolean =>
  access.isExposed || access.hasPassword() || isForwarded(request);

/** The token that is shown: as Bearer, or as the password of Basic, which is all that some programs can send. */
const shownToken = (
  header: string | undefined,
): { readonly secret: string; readonly isBearer: boolean } | null => {
  const [, kind = "", value = ""] = /^(Bearer|Basic) +(\S+)$/i.exec(header ?? "") ?? [];
  if (value === "") return null;
  if (kind.toLowerCase() === "bearer") return { secret: value, isBearer: true };
  const text = Buffer.from(value, "base64").toString("utf8");
  return { secret: text.slice(text.indexOf(":") + 1), isBearer: false };
};

/** Whom the proxy names that this came from; null when none does. */
const namedByProxy = ({ control }: Pick<Face, "control">, request: FastifyRequest): string | null => {
  const { auth_header } = control.settings.server;
  if (auth_header === "" || !isTrusted(control.settings, request.socket.remoteAddress)) return null;
  const value = request.headers[auth_header.toLowerCase()];
  return typeof value === "string" && value.trim() !== "" ? value.trim().slice(0, NAME_MAX) : null;
};

/**
 * Who sends this; null for one who has to log in. Throws Problem token-refused for a Bearer token that is not known. A Basic
 * one may be meant for a proxy on the way.
 */
export const whoSends = (face: Pick<Face, "access" | "control">, request: FastifyRequest): Who | null => {
  const { access } = face;
  const shown = shownToken(request.headers.authorization);
  const token = shown && access.tokenOf(shown.secret);
  if (token) return { kind: "token", scope: token.scope, name: token.name };
  if (!isGuarded(face, request)) return { kind: "anybody", scope: "admin" };
  if (shown?.isBearer) throw new Problem("token-refused");
  const secret = sessionSecretOf(request);
  const session = secret === null ? null : access.sessionOf(secret);
  if (session) return { kind: "session", scope: "admin", id: session.id };
  const name = namedByProxy(face, request);
  return name === null ? null : { kind: "proxy", scope: "admin", name };
};

/** Whom the history of the settings names: an address, where nobody has a name. */
export const senderOf = ({ who, ip }: FastifyRequest): string =>
  who?.kind === "token" ? `token ${who.name}` : who?.kind === "proxy" ? who.name : ip;

/** Whether one who was let in still would be: a stream goes on for days. */
export const isStillIn = (face: Pick<Face, "access" | "control">, request: FastifyRequest): boolean => {
  try {
    return whoSends(face, request) !== null;
  } catch {
    return false;
  }
};
