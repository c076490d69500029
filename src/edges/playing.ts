/** Asks Jellyfin, Emby and Plex who plays a film. */
import { filmsPlaying } from "../core/playing.ts";
import type { Settings } from "../core/settings.ts";
import { outgoing } from "./outgoing-http.ts";

export const PLAYERS = ["jellyfin", "emby", "plex"] as const;
export type Player = (typeof PLAYERS)[number];

export type Playing =
  | { readonly kind: "films"; readonly films: number }
  | { readonly kind: "unknown"; readonly why: string };

const ANSWER_MS = 5000;
/** What one client plays is some 50 kB, with all that stands in line behind it. */
const ANSWER_MAX_BYTES = 8 * 2 ** 20;
/** Clients that Jellyfin heard of in this time; one that plays says so every ten seconds. */
const ACTIVE_SECONDS = 120;

const requestOf = (player: Player, { jellyfin, emby, plex }: Settings) => {
  const under = (base: string, path: string): string => `${base.replace(/\/+$/, "")}${path}`;
  const sessions = `/Sessions?activeWithinSeconds=${ACTIVE_SECONDS}`;
  if (player === "plex")
    return { url: under(plex.url, "/status/sessions"), headers: { "X-Plex-Token": plex.token } };
  return player === "emby"
    ? { url: under(emby.url, sessions), headers: { "X-Emby-Token": emby.api_key } }
    : {
        url: under(jellyfin.url, sessions),
        headers: { Authorization: `MediaBrowser Token="${jellyfin.api_key}"` },
      };
};

/** How many films one server plays now; never throws, and never waits longer than five seconds. */
export const askPlaying = async (
  player: Player,
  settings: Settings,
  signal: AbortSignal,
  answerMs = ANSWER_MS,
): Promise<Playing> => {
  try {
    const { url, headers } = requestOf(player, settings);
    const { status, text } = await outgoing(
      { url, headers: { ...headers, Accept: "application/json" }, answerMaxBytes: ANSWER_MAX_BYTES },
      AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
    );
    if (status !== 200) return { kind: "unknown", why: `it answered with status ${status}` };
    const films = filmsPlaying(player, JSON.parse(text));
    return films === null
      ? { kind: "unknown", why: "its answer says nothing of films" }
      : { kind: "films", films };
  } catch (thrown) {
    return {
      kind: "unknown",
      why: thrown instanceof SyntaxError ? "its answer is no JSON" : "it does not answer",
    };
  }
};
