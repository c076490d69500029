import { basename } from "node:path";
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../../core/problem.ts";
import { MAX_SUBTITLE_BYTES } from "../../../core/subtitle-text.ts";
import { openInside } from "../../../edges/film-file.ts";
import { addRawRoute } from "../api-route.ts";
import type { Face } from "../face.ts";
import { idSchema, trackSchema } from "../input.ts";
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

/** What can be met where a file is sent. */
const PROBLEMS = [
  ...(["asset-not-found", "state-refuses"] as const),
  ...(["file-missing", "file-unreadable", "permission-denied", "io-error"] as const),
] as const;

/**
 * Films by their number, in byte ranges, as a player asks for them, and their subtitles. Sent from the file that was
 * opened and looked at: whoever serves by a path opens what has its name by then.
 */
export const addVideoRoutes = (app: FastifyInstance, { control }: Face): void => {
  const playable = (id: number) => {
    const asset = assetOf(control, { id });
    const found = playableOf(control, asset);
    if (!found) throw new Problem("state-refuses", `It is ${asset.state}: there is no file yet that plays.`);
    return { asset, ...found };
  };

  const sendFilm = async (
    id: number,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const { path, root } = playable(id);
    const file = await openNamed(path, root);
    const { size } = await file.stat();
    const part = partOf(request.headers.range, size);
    // No cache that others share may keep what was let out to one.
    void reply
      .header("cache-control", "private")
      .header("accept-ranges", "bytes")
      .type(/\.webm$/i.test(path) ? "video/webm" : "video/mp4");
    if (part === null || request.method === "HEAD") await file.close();
    if (part === null)
      return reply.code(416).header("content-range", `bytes */${size}`).send(Readable.from([]));
    if (request.headers.range && part.end - part.start + 1 < size)
      void reply.code(206).header("content-range", `bytes ${part.start}-${part.end}/${size}`);
    void reply.header("content-length", part.end - part.start + 1);
    return reply.send(request.method === "HEAD" ? Readable.from([]) : file.createReadStream(part));
  };
  addRawRoute(app, {
    method: "GET",
    url: "/api/assets/:id/video",
    tag: "films",
    summary: "The file that plays, or a range of its bytes",
    params: idSchema,
    headers: { range: "`bytes=FIRST-LAST`, as players ask" },
    contentType: "video/mp4",
    also: { 206: "The bytes asked for", 416: "There are no such bytes" },
    problems: PROBLEMS,
    run: ({ params }, request, reply) => sendFilm(params.id, request, reply),
  });

  const sendText = async (id: number, track: number, reply: FastifyReply): Promise<FastifyReply> => {
    const { asset, root } = playable(id);
    const text = textTracksOf(asset).find((each) => each.number === track);
    if (!text) throw new Problem("file-missing", "There are no such subtitles of ours.");
    const file = await openNamed(text.path, root);
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
  };
  addRawRoute(app, {
    method: "GET",
    url: "/api/assets/:id/subtitles/:track",
    tag: "films",
    summary: "Subtitles that were written beside a film, as WebVTT",
    about:
      "`track` is the place of the file in `sidecarPaths`; only files of this program that end in `.vtt` are given.",
    params: trackSchema,
    contentType: "text/vtt; charset=utf-8",
    problems: PROBLEMS,
    run: ({ params }, _, reply) => sendText(params.id, params.track, reply),
  });
};
