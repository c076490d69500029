/** The servers that the settings name: asked how they stand, and told of folders that changed. */
import type { DeliveryOutcome } from "../core/delivery.ts";
import { liesIn, toTheirs } from "../core/path-map.ts";
import { serverFinding } from "../core/server-finding.ts";
import { isArr, SERVERS, usedServers } from "../core/servers.ts";
import type { Settings } from "../core/settings.ts";
import type { ServerName } from "../core/settings-servers.ts";
import { createArr } from "../edges/servers/arr.ts";
import { createMediaBrowser } from "../edges/servers/media-browser.ts";
import { createPlex } from "../edges/servers/plex.ts";
import type { Server } from "../edges/servers/server.ts";
import type { TargetId } from "../edges/store/deliveries.ts";
import type { DeliveryTarget } from "./delivery-loop.ts";
import type { Finding } from "./doctor/finding.ts";
import type { Running } from "./running.ts";

/** Under which the outbox keeps what a server is to be told. */
export const serverTarget = (name: ServerName): TargetId => ({ kind: "server", name });

/** What waits for a server. */
export type FolderChanged = { readonly folder: string };

type Connected = Server & {
  /** Of a server that may be made to look through a whole library by its id. */
  readonly lookThrough?: (id: string, signal: AbortSignal) => Promise<DeliveryOutcome>;
};

const connect = (settings: Settings, name: ServerName, now: () => number): Connected => {
  switch (name) {
    case "jellyfin":
    case "emby":
      return createMediaBrowser({ kind: name, url: settings[name].url, key: settings[name].api_key, now });
    case "plex":
      return createPlex({ ...settings.plex, now });
    case "sonarr":
    case "radarr":
      return createArr({ kind: name, url: settings[name].url, key: settings[name].api_key, now });
  }
};

/** Ids of Jellyfin; files of the original have numbers here, which say nothing to it. */
const ITEM_ID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/** The id that the settings give for the library a folder lies in; null for none. */
const wholeLibrary = ({ libraries, jellyfin }: Settings, folder: string): string | null => {
  const holding = Object.entries(libraries).find(
    ([, { root, output }]) => liesIn(folder, root) || (output !== "beside" && liesIn(folder, output)),
  );
  const id = holding && Object.hasOwn(jellyfin.libraries, holding[0]) ? jellyfin.libraries[holding[0]] : "";
  return ITEM_ID.test(String(id)) ? String(id) : null;
};

const folderIn = (payload: unknown): string =>
  typeof payload === "object" && payload !== null && "folder" in payload ? String(payload.folder) : "";

/** The targets of the outbox. A folder that a server knows nothing of is none of its business. */
export const serverTargets = ({
  settings,
  now,
  unknownFolders,
}: Pick<Running, "settings" | "now" | "unknownFolders">): readonly DeliveryTarget[] =>
  usedServers(settings).map((name) => {
    const server = connect(settings, name, now);
    return {
      ...serverTarget(name),
      send: async ({ payload }, signal) => {
        const folder = folderIn(payload);
        const told = await server.tell(toTheirs(settings[name].path_map, folder), signal);
        if (told.kind === "arrived") unknownFolders.delete(name);
        if (told.kind !== "unknown") return told;
        const id = name === "jellyfin" ? wholeLibrary(settings, folder) : null;
        if (id !== null && server.lookThrough) return server.lookThrough(id, signal);
        // Sonarr knows no films and Radarr no series, which is as it should be.
        if (!isArr(name)) unknownFolders.set(name, folder);
        return { kind: "arrived" };
      },
    };
  });

/** Who looks waits so long for a server; ms. */
const LOOK_MAX_MS = 10_000;

/** How one server stands, asked now. */
export const lookAtServer = async (
  settings: Settings,
  name: ServerName,
  signal?: AbortSignal,
): Promise<Finding> => {
  const time = AbortSignal.timeout(LOOK_MAX_MS);
  const looked = await connect(settings, name, Date.now).look(
    signal ? AbortSignal.any([signal, time]) : time,
  );
  return { check: SERVERS[name], ...serverFinding(name, looked, settings) };
};

/** As `lookAtServer`, of settings that somebody is about to save. */
export const tryServer = async (settings: Settings, name: ServerName): Promise<Finding> =>
  settings[name].url === ""
    ? { check: SERVERS[name], state: "note", detail: "has no address that could be tried", mend: "" }
    : lookAtServer(settings, name);
