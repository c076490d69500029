import { basename } from "node:path";
import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { Problem } from "../../../core/problem.ts";
import { MAX_SUBTITLE_BYTES } from "../../../core/subtitle-text.ts";
import { openInside } from "../../../edges/film-file.ts";
import type { Face } from "../face.ts";
import { parseInput } from "../input.ts";
import { playableOf, textTracksOf } from "../playable.ts";
import { assetOf } from "./assets.ts";

type Part = { readonly start: number; readonly end: number };

/** What a player asks for of `size` bytes; all for no range and for several; null when there is nothing of it. */
const partOf = (range: string | undefined, size: number): Part | null => {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  if (size > 0 && first === "" && last === "") return { start: 0, end: size - 1 };
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return start <= end && start < size ? { start, end } : null;
};

/** Opens what may be sent; the answer names the file and not the folders it is in. */
const openNamed = (path: string, root: string) =>
  openInside(path, root).catch((thrown: unknown) => {
    throw thrown instanceof Problem ? new Problem(thrown.code, basename(path), thrown) : thrown;
  });

const trackSchema = z.object({ track: z.coerce.number().int().nonnegative().max(10_000) });

/**
 * Films by their number, in byte ranges, as a player asks for them, and their subtitles. Sent from the file that was
 * opened and looked at: whoever serves by a path opens what has its name by then.
 */
export const addVideoRoutes = (app: FastifyInstance, { control }: Face): void => {
  app.get("/api/assets/:id/video", async (request, reply) => {
    const asset = assetOf(control, request.params);
    const found = playableOf(control, asset);
    if (!found) throw new Problem("state-refuses", `It is ${asset.state}: there is no file yet that plays.`);
    const file = await openNamed(found.path, found.root);
    const { size } = await file.stat();
    const part = partOf(request.headers.range, size);
    void reply
      .header("accept-ranges", "bytes")
      .type(/\.webm$/i.test(found.path) ? "video/webm" : "video/mp4");
    if (part === null || request.method === "HEAD") await file.close();
    if (part === null)
      return reply.code(416).header("content-range", `bytes */${size}`).send(Readable.from([]));
    if (request.headers.range && part.end - part.start + 1 < size)
      void reply.code(206).header("content-range", `bytes ${part.start}-${part.end}/${size}`);
    void reply.header("content-length", part.end - part.start + 1);
    return reply.send(request.method === "HEAD" ? Readable.from([]) : file.createReadStream(part));
  });

  app.get("/api/assets/:id/subtitles/:track", async (request, reply) => {
    const asset = assetOf(control, request.params);
    const { track } = parseInput(trackSchema, request.params);
    const [found, text] = [
      playableOf(control, asset),
      textTracksOf(asset).find((each) => each.number === track),
    ];
    if (!found || !text) throw new Problem("file-missing", "There are no such subtitles of ours.");
    const file = await openNamed(text.path, found.root);
    try {
      if ((await file.stat()).size > MAX_SUBTITLE_BYTES)
        throw new Problem("file-missing", "The subtitles are too large.");
      return reply
        .type("text/vtt; charset=utf-8")
        .header("cache-control", "no-store")
        .send(await file.readFile());
    } finally {
      await file.close();
    }
  });
};
