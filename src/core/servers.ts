/** The servers of a household that this program works beside: what they are called, and which of them are used. */
import type { Settings } from "./settings.ts";
import type { ServerName } from "./settings-servers.ts";

export const SERVERS: Readonly<Record<ServerName, string>> = {
  jellyfin: "Jellyfin",
  emby: "Emby",
  plex: "Plex",
  sonarr: "Sonarr",
  radarr: "Radarr",
};

export const SERVER_NAMES = Object.keys(SERVERS) as readonly ServerName[];

export const isUsed = (settings: Settings, name: ServerName): boolean => settings[name].url !== "";

/** Those with an address, in this order. */
export const usedServers = (settings: Settings): readonly ServerName[] =>
  SERVER_NAMES.filter((name) => isUsed(settings, name));

/** Those that fetch films; the others show them. */
export const isArr = (name: ServerName): name is "sonarr" | "radarr" =>
  name === "sonarr" || name === "radarr";
