import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { createFfmpeg } from "../../../edges/ffmpeg.ts";
import { createThumbnails } from "../../thumbnails.ts";
import type { Face } from "../face.ts";
import { parseInput } from "../input.ts";
import { assetOf } from "./assets.ts";

/** One picture with one thread takes a small part of this, also of an 8K film. */
const MEMORY_BYTES = 2 * 2 ** 30;
/** No film that is believed plays longer. */
const MINUTE_MAX = 7 * 24 * 60;

const atSchema = z.object({ at: z.coerce.number().int().min(0).max(MINUTE_MAX).optional() });

/** A screen without a picture. */
const NONE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180"><path fill="#1d2937" d="M0 0h320v180H0z"/><path fill="#516275" d="M138 66v48l44-24z"/></svg>`;

/** A small picture of a film; `?at=` names a minute. A drawing where none can be had. */
export const addThumbnailRoutes = (app: FastifyInstance, { control, now }: Face): void => {
  const thumbnails = createThumbnails({
    settings: () => control.settings,
    ffmpeg: createFfmpeg("ffmpeg", MEMORY_BYTES),
    now,
  });
  app.addHook("preClose", async () => thumbnails.close());

  app.get("/library/:id/thumbnail.jpg", async (request, reply) => {
    const { at } = parseInput(atSchema, request.query);
    const picture = await thumbnails.of(assetOf(control, request.params), at ?? null);
    if (picture === null)
      return reply.type("image/svg+xml").header("cache-control", "private, max-age=30").send(NONE);
    return reply.type("image/jpeg").header("cache-control", "private, max-age=3600").send(picture);
  });
};
