/**
 * Sonarr and Radarr, versions 3 and later, whose APIs are both called v3. Sources: sonarr.tv/docs/api and
 * radarr.video/docs/api (`system/status`, `rootfolder`, `series`, `movie`, `command`); `RescanSeriesCommand` and
 * `RescanMovieCommand` of github.com/Sonarr/Sonarr and github.com/Radarr/Radarr.
 */
import { z } from "zod";
import type { DeliveryOutcome } from "../../core/delivery.ts";
import { liesIn } from "../../core/path-map.ts";
import { found, type Read, readAnswer, remembered, type Server, serverAt } from "./server.ts";

const status = z.object({
  appName: z.string(),
  version: z.string(),
  instanceName: z.string().default(""),
});
const rootFolders = z.array(z.object({ path: z.string() }));
const titles = z.array(z.object({ id: z.number().int(), path: z.string().default("") }));
type Title = z.output<typeof titles>[number];

const KINDS = {
  sonarr: {
    label: "Sonarr",
    list: "/api/v3/series",
    command: (id: number) => ({ name: "RescanSeries", seriesId: id }),
  },
  radarr: {
    label: "Radarr",
    list: "/api/v3/movie?excludeLocalCovers=true",
    command: (id: number) => ({ name: "RescanMovie", movieId: id }),
  },
} as const;

/** The series or film in whose folder a folder lies: of two, the inner. */
const titleOf = (all: readonly Title[], folder: string): Title | null =>
  all
    .filter(({ path }) => path !== "" && liesIn(folder, path))
    .toSorted((one, other) => other.path.length - one.path.length)[0] ?? null;

export const createArr = ({
  kind,
  url,
  key,
  now,
}: {
  readonly kind: keyof typeof KINDS;
  readonly url: string;
  readonly key: string;
  readonly now: () => number;
}): Server => {
  const { label, list, command } = KINDS[kind];
  const ask = serverAt(url, { "x-api-key": key });
  const roots = async (signal: AbortSignal): Promise<Read<readonly string[]>> => {
    const read = readAnswer(rootFolders, await ask({ path: "/api/v3/rootfolder" }, signal), label);
    return read.kind === "failed" ? read : { kind: "read", value: read.value.map((each) => each.path) };
  };
  const knownRoots = remembered(roots, now);
  const knownTitles = remembered<readonly Title[]>(
    async (signal) => readAnswer(titles, await ask({ path: list }, signal), label),
    now,
  );

  return {
    look: async (signal) => {
      const read = readAnswer(status, await ask({ path: "/api/v3/system/status" }, signal), label);
      if (read.kind === "failed") return read;
      const { appName, version, instanceName } = read.value;
      if (appName !== label)
        return { kind: "failed", code: "target-not-found", detail: `It is ${appName} that answers there.` };
      const at = await roots(signal);
      if (at.kind === "failed") return at;
      return { kind: "found", name: instanceName || appName, version, folders: at.value };
    },
    tell: async (folder, signal): Promise<DeliveryOutcome | { readonly kind: "unknown" }> => {
      // Lists of titles are long, and most folders are of the other kind of library.
      const root = await found(knownRoots, (all) => all.find((each) => liesIn(folder, each)) ?? null, signal);
      if (root.kind === "failed") return root;
      if (root.value === null) return { kind: "unknown" };
      const title = await found(knownTitles, (all) => titleOf(all, folder), signal);
      if (title.kind === "failed") return title;
      if (title.value === null) return { kind: "unknown" };
      const body = command(title.value.id);
      const asked = await ask({ method: "POST", path: "/api/v3/command", body }, signal);
      return asked.kind === "failed" ? asked : { kind: "arrived" };
    },
  };
};
