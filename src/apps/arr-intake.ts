/** What Sonarr and Radarr tell by their webhook: the libraries in which something changed are looked through. */
import type { ArrChange } from "../core/arr-event.ts";
import { liesIn, toOurs } from "../core/path-map.ts";
import type { Running } from "./running.ts";

export type ArrHeard = {
  readonly kind: ArrChange["kind"];
  readonly server: ArrChange["server"];
  /** Those that are looked through. */
  readonly libraries: readonly string[];
  /** Folders as the server calls them that lie in no library of ours. */
  readonly outside: readonly string[];
  /** Epoch ms. */
  readonly at: number;
};

export type ArrIntake = {
  readonly hear: (change: ArrChange) => ArrHeard;
  /** The last that each of them told since the program started. */
  readonly heard: () => readonly ArrHeard[];
};

type Needs = Pick<Running, "settings" | "startScan" | "log" | "now">;

export const createArrIntake = ({ settings, startScan, log, now }: Needs): ArrIntake => {
  const last = new Map<ArrChange["server"], ArrHeard>();
  const libraryOf = (folder: string): string | null =>
    Object.entries(settings.libraries).find(([, { root }]) => liesIn(folder, root))?.[0] ?? null;
  return {
    hear: ({ server, kind, folders }) => {
      const placed = folders.map((theirs) => ({
        theirs,
        library: libraryOf(toOurs(settings[server].path_map, theirs)),
      }));
      const libraries = [...new Set(placed.map(({ library }) => library))].filter((each) => each !== null);
      const outside = placed.filter(({ library }) => library === null).map(({ theirs }) => theirs);
      for (const library of libraries) startScan(library);
      const heard = { kind, server, libraries, outside, at: now() };
      last.set(server, heard);
      log.info({ ...heard }, "told of changes");
      return heard;
    },
    heard: () => [...last.values()],
  };
};
