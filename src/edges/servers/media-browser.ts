/**
 * Jellyfin and Emby, which are alike. Sources: `LibraryController.PostUpdatedMedia` (the folder is looked through after the
 * server's own delay, 204), `LibraryStructureController`, `SystemController` and `ItemRefreshController` of
 * github.com/jellyfin/jellyfin; dev.emby.media/reference/RestAPI, LibraryService and LibraryStructureService.
 */
import { z } from "zod";
import type { DeliveryFailure, DeliveryOutcome } from "../../core/delivery.ts";
import { liesIn } from "../../core/path-map.ts";
import { CLIENT, found, type Read, readAnswer, remembered, type Server, serverAt } from "./server.ts";

const system = z.object({ ServerName: z.string().default(""), Version: z.string() });
const folder = z.object({ Locations: z.array(z.string()).nullish() });
const folders = z.union([
  z.array(folder),
  z.object({ Items: z.array(folder) }).transform(({ Items }) => Items),
]);

type Options = {
  readonly kind: "jellyfin" | "emby";
  readonly url: string;
  readonly key: string;
  readonly now: () => number;
};

const LABELS = { jellyfin: "Jellyfin", emby: "Emby" } as const;

/** Jellyfin takes the other ways only where the owner allows them; Emby documents its own header. */
const headersFor = (kind: Options["kind"], key: string): Readonly<Record<string, string>> =>
  kind === "jellyfin"
    ? { authorization: `MediaBrowser Token="${encodeURIComponent(key)}", Client="${CLIENT}"` }
    : { "x-emby-token": key };

/** `lookThrough`: a library of its own by its id, whole. */
export type MediaBrowser = Server & {
  readonly lookThrough: (id: string, signal: AbortSignal) => Promise<DeliveryOutcome>;
};

export const createMediaBrowser = ({ kind, url, key, now }: Options): MediaBrowser => {
  const label = LABELS[kind];
  const ask = serverAt(url, headersFor(kind, key));
  const locations = async (signal: AbortSignal): Promise<Read<readonly string[]>> => {
    const path = kind === "jellyfin" ? "/Library/VirtualFolders" : "/Library/VirtualFolders/Query";
    const read = readAnswer(folders, await ask({ path }, signal), label);
    return read.kind === "failed"
      ? read
      : { kind: "read", value: read.value.flatMap((each) => each.Locations ?? []) };
  };
  const known = remembered(locations, now);
  const send = async (
    path: string,
    body: object | undefined,
    signal: AbortSignal,
  ): Promise<DeliveryOutcome> => {
    const asked = await ask({ method: "POST", path, ...(body && { body }) }, signal);
    return asked.kind === "failed" ? asked : { kind: "arrived" };
  };

  return {
    look: async (signal) => {
      const read = readAnswer(system, await ask({ path: "/System/Info" }, signal), label);
      if (read.kind === "failed") return read;
      const at = await locations(signal);
      if (at.kind === "failed") return at;
      return { kind: "found", name: read.value.ServerName, version: read.value.Version, folders: at.value };
    },
    tell: async (changed, signal) => {
      const at = await found(known, (all) => all.find((each) => liesIn(changed, each)) ?? null, signal);
      if (at.kind === "failed") return at satisfies DeliveryFailure;
      if (at.value === null) return { kind: "unknown" };
      const body = { Updates: [{ Path: changed, UpdateType: "Modified" }] };
      return send("/Library/Media/Updated", body, signal);
    },
    lookThrough: (id, signal) =>
      send(`/Items/${encodeURIComponent(id)}/Refresh?Recursive=true`, undefined, signal),
  };
};
