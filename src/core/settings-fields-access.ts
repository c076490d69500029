/** The settings `server` as a person meets them. */
import { type SettingRow, SWITCH } from "./setting-field.ts";

export const SERVER_ROWS: Readonly<Record<string, SettingRow>> = {
  allowed_hosts: {
    label: "Names it may be opened by",
    help: "Besides localhost and addresses, in a browser. With one of them a password is asked for from the next start on.",
    kind: { kind: "list", example: "films.home.example" },
  },
  trusted_proxies: {
    label: "Reverse proxies",
    help: "Their addresses or networks. Only they are believed who a request is from, and that it came over https. With one of them a password is asked for from the next start on.",
    kind: { kind: "list", example: "172.18.0.0/16" },
  },
  auth_header: {
    label: "Header with the user's name",
    help: "As Authelia or Authentik set it. Whoever such a proxy names may do everything, without the password of this program. Needs the proxies above.",
    kind: { kind: "text", example: "Remote-User" },
    isRare: true,
  },
  open_metrics: {
    label: "Metrics without a token",
    help: "Whoever reaches the program may read /metrics. It names libraries, and no films.",
    kind: SWITCH,
    isRare: true,
  },
  cors_origins: {
    label: "Sites whose pages may use the API",
    help: "In a browser, with a token; where no password is set such a page may do what you may. Taken up at the next start of the program.",
    kind: { kind: "list", example: "https://home.example:8123" },
  },
};
