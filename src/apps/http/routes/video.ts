import { lstat, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import { Problem } from "../../../core/problem.ts";
import type { Asset } from "../../../edges/store/asset-row.ts";
import type { Control } from "../../control.ts";
import type { Face } from "../face.ts";
import { assetOf } from "./assets.ts";

/** The file of a film that plays, and the folder it must lie in: the published one, or the film where it plays as it is. */
const playable = (control: Control, asset: Asset): { readonly path: string; readonly root: string } => {
  const library = control.settings.libraries[asset.library];
  const root = library?.root ?? "";
  if (asset.outcome === "converted" && asset.outputPath !== null)
    return { path: asset.outputPath, root: library && library.output !== "beside" ? library.output : root };
  if (asset.outcome === "direct-play" && library) return { path: join(root, asset.path), root };
  throw new Problem("state-refuses", `It is ${asset.state}: there is no file yet that plays.`);
};

/** A regular file that no link leads out of its folder to. */
const isInside = async (path: string, root: string): Promise<boolean> => {
  try {
    if (root === "" || !(await lstat(path)).isFile()) return false;
    return (await realpath(path)).startsWith(join(await realpath(root), "/"));
  } catch {
    return false;
  }
};

/** Films by their number, in byte ranges, as a player asks for them. */
export const addVideoRoutes = (app: FastifyInstance, { control }: Face): void => {
  void app.register(fastifyStatic, { serve: false, root: "/", dotfiles: "allow", etag: false });
  app.get("/api/assets/:id/video", async (request, reply) => {
    const { path, root } = playable(control, assetOf(control, request.params));
    if (!(await isInside(path, root))) throw new Problem("file-missing", basename(path));
    return reply.sendFile(basename(path), dirname(path), { acceptRanges: true });
  });
};
