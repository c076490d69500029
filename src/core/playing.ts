/** Who plays films, from what Jellyfin, Emby and Plex answer. */
import { z } from "zod";

/** Jellyfin and Emby, `GET /Sessions`: one entry a client, with `NowPlayingItem` while it plays something. */
const sessions = z.array(
  z.looseObject({
    NowPlayingItem: z.looseObject({ MediaType: z.string().nullish() }).nullish(),
    PlayState: z.looseObject({ IsPaused: z.boolean().nullish() }).nullish(),
  }),
);

/** Plex, `GET /status/sessions` with `Accept: application/json`: one entry a stream. */
const container = z.looseObject({
  MediaContainer: z.looseObject({
    Metadata: z
      .array(
        z.looseObject({
          type: z.string().nullish(),
          Player: z.looseObject({ state: z.string().nullish() }).nullish(),
        }),
      )
      .default([]),
  }),
});

/** How many films run, of an answer as JSON; null when that is no answer of theirs. What is paused and music are not counted. */
export const filmsPlaying = (server: "jellyfin" | "emby" | "plex", json: unknown): number | null => {
  if (server === "plex") {
    const parsed = container.safeParse(json);
    if (!parsed.success) return null;
    return parsed.data.MediaContainer.Metadata.filter(
      ({ type, Player }) => type !== "track" && type !== "photo" && Player?.state !== "paused",
    ).length;
  }
  const parsed = sessions.safeParse(json);
  if (!parsed.success) return null;
  return parsed.data.filter(
    ({ NowPlayingItem: item, PlayState: play }) =>
      item && item.MediaType !== "Audio" && item.MediaType !== "Photo" && play?.IsPaused !== true,
  ).length;
};
