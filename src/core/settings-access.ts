/** The part `server` of the settings: by which names it is reached, and who stands before it. */
import { z } from "zod";

const origin = z
  .string()
  .regex(
    /^https?:\/\/[^\s/*]+$/,
    "must be the address of a site, as https://home.example:8123, without a path",
  );

const hostName = z
  .string()
  .max(253)
  .regex(
    /^[a-z0-9]([\w.-]*[a-z0-9])?$/i,
    "must be a name alone, as films.example.org, without port and path",
  );

/** `/0` would be everybody. */
const proxy = z
  .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
    error: "must be an address or a network, as 172.18.0.2 or 172.18.0.0/16",
  })
  .refine((value) => !value.endsWith("/0"), "names everybody: name the proxy alone");

/** Headers that anybody sends say nothing about who it is. */
const USUAL =
  /^(?:accept.*|authorization|connection|content.*|cookie|host|origin|referer|sec-.*|user-agent)$/i;

const authHeader = z
  .string()
  .regex(/^(?:[a-z][a-z0-9-]{0,63})?$/i, "must be the name of a header, as Remote-User")
  .refine((value) => !USUAL.test(value), "is sent by everybody: name the header that the proxy sets");

export const server = z
  .strictObject({
    cors_origins: z.array(origin).max(100).default([]),
    allowed_hosts: z.array(hostName).max(100).default([]),
    trusted_proxies: z.array(proxy).max(100).default([]),
    auth_header: authHeader.default(""),
    open_metrics: z.boolean().default(false),
  })
  .refine(({ auth_header, trusted_proxies }) => auth_header === "" || trusted_proxies.length > 0, {
    path: ["auth_header"],
    error: "also needs server.trusted_proxies: else anybody could send this header",
  });
