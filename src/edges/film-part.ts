/** Reads the index of an MP4 that we made, without another process. */
import type { PartFacts } from "../core/film-parts-checks.ts";
import { readFileStructure } from "./file-structure.ts";
import { openFilm } from "./film-file.ts";

/** The pictures of a part, or of a whole result. Throws Problem file-missing, file-unreadable, io-error. */
export const readPart = async (path: string): Promise<PartFacts> => {
  const { tracks } = await readFileStructure(await openFilm(path));
  const track = tracks.find((each) => each.kind === "video");
  const { avcc = null, packets = [] } = track ?? {};
  return { packets, headers: avcc && Buffer.from(avcc).toString("hex") };
};
