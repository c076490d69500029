/** What Sonarr and Radarr tell by their webhook: the libraries in which something changed are looked through. */
import { posix } from "node:path";
import type { ArrChange } from "../core/arr-event.ts";
import { liesIn, toOurs } from "../core/path-map.ts";
import type { Running } from "./running.ts";

export type ArrHeard = {
  readonly kind: ArrChange["kind"];
  readonly server: ArrChange["server"];
  /** Those that are looked through. */
  readonly libraries: readonly string[];
  /** The first folders, as the server calls them, that lie in no library of ours. */
  readonly outside: readonly string[];
  /** Epoch ms. */
  readonly at: number;
};

export type ArrIntake = {
  readonly hear: (change: ArrChange) => ArrHeard;
  /** The last that each of them told since the program started. */
  readonly heard: () => readonly ArrHeard[];
};

/** So many say enough. */
const OUTSIDE_MAX = 20;

type Needs = Pick<Running, "settings" | "log" | "now">;

/** Looks at folders of a library, by their paths in it. */
export type LookAt = (
  library: string,
  folders: readonly { readonly path: string; readonly isTree: boolean }[],
) => void;

export const createArrIntake = ({ settings, log, now }: Needs, lookAt: LookAt): ArrIntake => {
  const last = new Map<ArrChange["server"], ArrHeard>();
  const placeOf = (folder: string): { readonly library: string; readonly path: string } | null => {
    const found = Object.entries(settings.libraries).find(([, { root }]) => liesIn(folder, root));
    return found ? { library: found[0], path: posix.relative(found[1].root, folder) } : null;
  };
  return {
    hear: ({ server, kind, folders, isTree }) => {
      const dirty = new Map<string, Parameters<LookAt>[1][number][]>();
      const outside: string[] = [];
      for (const theirs of folders) {
        const place = placeOf(toOurs(settings[server].path_map, theirs));
        if (place === null) {
          outside.push(theirs);
          continue;
        }
        const of = dirty.get(place.library) ?? [];
        of.push({ path: place.path, isTree });
        dirty.set(place.library, of);
      }
      for (const [library, each] of dirty) lookAt(library, each);
      const libraries = [...dirty.keys()];
      const named = outside.slice(0, OUTSIDE_MAX);
      const heard = { kind, server, libraries, outside: named, at: now() };
      last.set(server, heard);
      log.info({ ...heard }, "told of changes");
      return heard;
    },
    heard: () => [...last.values()],
  };
};
