/** The servers of a household as the settings say them: Jellyfin, Emby and Plex, Sonarr and Radarr. */
import { z } from "zod";

/** Ours to theirs, as `{ /media/movies: /data/films }`: the longest that fits a path is used. */
const pathMap = z
  .record(
    z.string().regex(/^\//, "must begin with /: it is a folder as this program sees it"),
    z.string().min(1, "must be that folder as the server sees it"),
  )
  .default({});

const url = z
  .string()
  .regex(
    /^(https?:\/\/[^\s/?#]+[^\s?#]*)?$/,
    "must be the address of a server, as http://nas:8096; empty: none",
  )
  .default("");

const secret = z.string().default("");

const jellyfin = z.strictObject({
  // Files of the original may say anything here; what is no address is told when it is used.
  url: z.string().default(""),
  api_key: secret,
  path_map: pathMap,
  libraries: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
});

const withKey = z.strictObject({ url, api_key: secret, path_map: pathMap });

/** The schema of each server; a server without a `url` is not used. */
export const SERVER_SETTINGS = {
  jellyfin: jellyfin.nullish().transform((value) => value ?? jellyfin.parse({})),
  emby: withKey.prefault({}),
  plex: z.strictObject({ url, token: secret, path_map: pathMap }).prefault({}),
  sonarr: withKey.prefault({}),
  radarr: withKey.prefault({}),
} as const;

export type ServerName = keyof typeof SERVER_SETTINGS;
