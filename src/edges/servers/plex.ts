/**
 * Plex. Sources: "Plex Media Server URL Commands" (support.plex.tv/articles/201638786) for `/`, `/library/sections` and
 * the refresh of a section; its `path`, which makes it look at one folder, and answers in JSON: plexapi.dev.
 */
import { z } from "zod";
import { liesIn } from "../../core/path-map.ts";
import { CLIENT, found, type Read, readAnswer, remembered, type Server, serverAt } from "./server.ts";

const root = z.object({
  MediaContainer: z.object({ friendlyName: z.string().default(""), version: z.string() }),
});
const sections = z.object({
  MediaContainer: z.object({
    Directory: z
      .array(
        z.object({
          key: z.coerce.string(),
          Location: z.array(z.object({ path: z.string() })).default([]),
        }),
      )
      // A server without a library leaves it out.
      .default([]),
  }),
});
type Section = { readonly key: string; readonly folders: readonly string[] };

const LABEL = "Plex";

export const createPlex = ({
  url,
  token,
  now,
}: {
  readonly url: string;
  readonly token: string;
  readonly now: () => number;
}): Server => {
  const ask = serverAt(url, {
    "x-plex-token": token,
    "x-plex-product": CLIENT,
    "x-plex-client-identifier": "chromecast-video-converter",
  });
  const all = async (signal: AbortSignal): Promise<Read<readonly Section[]>> => {
    const read = readAnswer(sections, await ask({ path: "/library/sections" }, signal), LABEL);
    if (read.kind === "failed") return read;
    const value = read.value.MediaContainer.Directory.map(({ key, Location }) => ({
      key,
      folders: Location.map((each) => each.path),
    }));
    return { kind: "read", value };
  };
  const known = remembered(all, now);

  return {
    look: async (signal) => {
      const read = readAnswer(root, await ask({ path: "/" }, signal), LABEL);
      if (read.kind === "failed") return read;
      const { friendlyName, version } = read.value.MediaContainer;
      const at = await all(signal);
      if (at.kind === "failed") return at;
      return {
        kind: "found",
        name: friendlyName,
        version,
        folders: at.value.flatMap((each) => each.folders),
      };
    },
    tell: async (folder, signal) => {
      const holding = (of: readonly Section[]): readonly Section[] | null => {
        const some = of.filter(({ folders }) => folders.some((each) => liesIn(folder, each)));
        return some.length === 0 ? null : some;
      };
      const at = await found(known, holding, signal);
      if (at.kind === "failed") return at;
      if (at.value === null) return { kind: "unknown" };
      for (const { key } of at.value) {
        const path = `/library/sections/${encodeURIComponent(key)}/refresh?path=${encodeURIComponent(folder)}`;
        const asked = await ask({ path }, signal);
        if (asked.kind === "failed") return asked;
      }
      return { kind: "arrived" };
    },
  };
};
