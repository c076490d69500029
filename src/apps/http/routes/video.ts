import { basename, join } from "node:path";
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../../core/problem.ts";
import { openInside } from "../../../edges/film-file.ts";
import type { Asset } from "../../../edges/store/asset-row.ts";
import type { Control } from "../../control.ts";
import { addRawRoute } from "../api-route.ts";
import type { Face } from "../face.ts";
import { idSchema } from "../input.ts";
import { assetOf } from "./assets.ts";

/** The file of a film that plays, and the folder it must lie in: the published one, or the film where it plays as it is. */
const playable = (control: Control, asset: Asset): { readonly path: string; readonly root: string } => {
  const library = control.settings.libraries[asset.library];
  if (library && asset.outcome === "converted" && asset.outputPath !== null)
    return { path: asset.outputPath, root: library.output === "beside" ? library.root : library.output };
  if (library && asset.outcome === "direct-play")
    return { path: join(library.root, asset.path), root: library.root };
  throw new Problem("state-refuses", `It is ${asset.state}: there is no file yet that plays.`);
};

type Part = { readonly start: number; readonly end: number };

/** What a player asks for of `size` bytes; all for no range and for several; null when there is nothing of it. */
const partOf = (range: string | undefined, size: number): Part | null => {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  if (size > 0 && first === "" && last === "") return { start: 0, end: size - 1 };
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return start <= end && start < size ? { start, end } : null;
};

/**
 * Films by their number, in byte ranges, as a player asks for them. Sent from the file that was opened and looked at:
 * whoever serves by a path opens what has its name by then.
 */
export const addVideoRoutes = (app: FastifyInstance, { control }: Face): void => {
  const send = async (id: number, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { path, root } = playable(control, assetOf(control, { id }));
    const file = await openInside(path, root).catch((thrown: unknown) => {
      throw thrown instanceof Problem ? new Problem(thrown.code, basename(path), thrown) : thrown;
    });
    const { size } = await file.stat();
    const part = partOf(request.headers.range, size);
    void reply.header("accept-ranges", "bytes").type(/\.webm$/i.test(path) ? "video/webm" : "video/mp4");
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
    problems: [
      "asset-not-found",
      "state-refuses",
      "file-missing",
      "file-unreadable",
      "permission-denied",
      "io-error",
    ],
    run: ({ params }, request, reply) => send(params.id, request, reply),
  });
};
