/** The servers of a household as the form asks for them. */
import { type FieldKind, fieldsOf, type SettingField } from "./setting-field.ts";

const text = (example: string): FieldKind => ({ kind: "text", example });

type Server = {
  readonly name: string;
  readonly example: string;
  readonly tells: string;
  readonly key: "api_key" | "token";
  readonly keyLabel: string;
  readonly keyHelp: string;
};

const MEDIA = "Told of each folder in which a film of yours appears or goes.";
const ARR = "Told to look at a film again once it is converted.";

const SERVERS: Readonly<Record<string, Server>> = {
  jellyfin: {
    name: "Jellyfin",
    example: "http://nas:8096",
    tells: MEDIA,
    key: "api_key",
    keyLabel: "API key",
    keyHelp: "Made in Jellyfin under Dashboard, API Keys.",
  },
  emby: {
    name: "Emby",
    example: "http://nas:8096",
    tells: MEDIA,
    key: "api_key",
    keyLabel: "API key",
    keyHelp: "Made in Emby under Settings, Advanced, API Keys.",
  },
  plex: {
    name: "Plex",
    example: "http://nas:32400",
    tells: MEDIA,
    key: "token",
    keyLabel: "token",
    keyHelp: "The X-Plex-Token of the account that owns the server.",
  },
  sonarr: {
    name: "Sonarr",
    example: "http://nas:8989",
    tells: ARR,
    key: "api_key",
    keyLabel: "API key",
    keyHelp: "In Sonarr under Settings, General, Security.",
  },
  radarr: {
    name: "Radarr",
    example: "http://nas:7878",
    tells: ARR,
    key: "api_key",
    keyLabel: "API key",
    keyHelp: "In Radarr under Settings, General, Security.",
  },
};

export const SERVER_FIELDS: readonly SettingField[] = Object.entries(SERVERS).flatMap(
  ([prefix, { name, example, tells, key, keyLabel, keyHelp }]) =>
    fieldsOf("servers", `${prefix}.`, {
      url: { label: `${name}: address`, help: `Empty: none. ${tells}`, kind: text(example) },
      [key]: { label: `${name}: ${keyLabel}`, help: keyHelp, kind: { kind: "secret" } },
      path_map: {
        label: `${name}: folders that it calls otherwise`,
        help: "Your folder, a colon and a space, its folder; one a line. Empty: the same.",
        kind: { kind: "yaml", example: "/media/movies: /data/movies" },
      },
      ...(prefix === "jellyfin" && {
        libraries: {
          label: "Jellyfin: whole libraries",
          help: "The id of its library by the name of yours, one a line. It is looked through whole where its folders are not known.",
          kind: { kind: "yaml" as const, example: "movies: f137a2dd21bbc1b99aa5c0f6bf02a805" },
        },
      }),
    }),
);
