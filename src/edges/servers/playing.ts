/**
 * Who plays a film. Sources: `SessionController` of github.com/jellyfin/jellyfin and SessionsService of dev.emby.media
 * (`NowPlayingItem` is there while a client plays); `/status/sessions` of Plex: plexapi.dev.
 */
import { z } from "zod";
import { SERVERS } from "../../core/servers.ts";
import type { Settings } from "../../core/settings.ts";
import { headersFor } from "./media-browser.ts";
import { plexHeaders } from "./plex.ts";
import { type Read, readAnswer, serverAt } from "./server.ts";

export const PLAYERS = ["jellyfin", "emby", "plex"] as const;
export type Player = (typeof PLAYERS)[number];

const NO_FILMS: ReadonlySet<string | null | undefined> = new Set(["Audio", "Photo", "track", "photo"]);

/** Films that run, not on pause; one entry a client, whether or not it plays. */
const sessions = z
  .array(
    z.object({
      NowPlayingItem: z.object({ MediaType: z.string().nullish() }).nullish(),
      PlayState: z.object({ IsPaused: z.boolean().nullish() }).nullish(),
    }),
  )
  .transform(
    (all) =>
      all.filter(
        ({ NowPlayingItem: item, PlayState: play }) =>
          item && !NO_FILMS.has(item.MediaType) && play?.IsPaused !== true,
      ).length,
  );

/** One entry a stream. */
const streams = z
  .object({
    MediaContainer: z.object({
      Metadata: z
        .array(
          z.object({
            type: z.string().nullish(),
            Player: z.object({ state: z.string().nullish() }).nullish(),
          }),
        )
        // Nobody plays anything.
        .default([]),
    }),
  })
  .transform(
    ({ MediaContainer: { Metadata } }) =>
      Metadata.filter(({ type, Player }) => !NO_FILMS.has(type) && Player?.state !== "paused").length,
  );

const ANSWER_MS = 5000;
/** Clients that were heard of in this time; one that plays says so every ten seconds. */
const SESSIONS = "/Sessions?activeWithinSeconds=120";

/** How many films a server plays now; never waits longer than five seconds. */
export const askPlaying = async (
  player: Player,
  settings: Settings,
  signal: AbortSignal,
): Promise<Read<number>> => {
  const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  if (player === "plex") {
    const { url, token } = settings.plex;
    const asked = await serverAt(url, plexHeaders(token))({ path: "/status/sessions" }, within);
    return readAnswer(streams, asked, SERVERS.plex);
  }
  const { url, api_key } = settings[player];
  const asked = await serverAt(url, headersFor(player, api_key))({ path: SESSIONS }, within);
  return readAnswer(sessions, asked, SERVERS[player]);
};
