import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { MOMENTS } from "../../../core/frame-pairs.ts";
import { Problem } from "../../../core/problem.ts";
import { SIDES } from "../../../edges/picture-cache.ts";
import { picturesAnswer, picturesJson } from "../answers/pictures.ts";
import { addApiRoute } from "../api-route.ts";
import type { Face } from "../face.ts";
import { idSchema, parseInput } from "../input.ts";
import { filmPage, filmPart } from "../pages/film.ts";
import { type FilmView, livePart, PART_NAMES, versionOf } from "../pages/film-part.ts";
import { DONE, doneNotice, notice } from "../pages/notice.ts";
import { wantsFragment } from "../problem-reply.ts";
import { sendPage } from "../send-page.ts";
import { assetOf } from "./assets.ts";

const pictureSchema = z.object({
  moment: z.coerce
    .number()
    .int()
    .min(0)
    .max(MOMENTS - 1),
  side: z.enum(SIDES),
});
const partSchema = z.object({ name: z.enum(PART_NAMES) });
const versionSchema = z.object({ is: z.string().max(100).optional() });

const viewOf = ({ control, now }: Face, request: FastifyRequest): FilmView => ({
  control,
  now: now(),
  asset: assetOf(control, request.params),
});

/** The page of a film, and its parts, which it asks for again by what it has of them. */
export const addFilmRoutes = (app: FastifyInstance, face: Face): void => {
  const comparedOf = (id: number) =>
    picturesJson(id, face.control.pictures.of(assetOf(face.control, { id })));

  app.get("/library/:id", async (request, reply) => {
    // Before the film is read: a change that comes between is then told again rather than lost.
    const lastEventId = face.live.lastId();
    return sendPage(
      reply,
      filmPage(face.files, viewOf(face, request), lastEventId, doneNotice(request.query)),
    );
  });

  app.get("/library/:id/parts/:name", async (request, reply) => {
    const view = viewOf(face, request);
    const { name } = parseInput(partSchema, request.params);
    const { is } = parseInput(versionSchema, request.query);
    const part = filmPart(name, view);
    // Nothing is replaced by the same: what a person opened, selected or plays stays as it is.
    return versionOf(part) === is
      ? reply.code(204).send()
      : sendPage(reply, livePart(view.asset, name, part));
  });

  // By a form alone: looking at a page, here or from another site, makes nothing.
  app.post("/library/:id/pictures", async (request, reply) => {
    const asset = assetOf(face.control, request.params);
    face.control.pictures.start(asset);
    return wantsFragment(request)
      ? sendPage(reply, notice("done", DONE.pictures))
      : reply.redirect(`/library/${asset.id}?done=pictures#film-pictures`, 303);
  });

  app.get("/library/:id/pictures/:moment/:side", async (request, reply) => {
    const { moment, side } = parseInput(pictureSchema, request.params);
    const picture = await face.control.pictures.picture(assetOf(face.control, request.params), moment, side);
    if (!picture) throw new Problem("file-missing", "There is no such picture.");
    // The address names the comparison it is of.
    return reply
      .type("image/jpeg")
      .header("cache-control", "private, max-age=86400, immutable")
      .send(picture);
  });

  addApiRoute(app, {
    method: "GET",
    url: "/api/assets/:id/pictures",
    tag: "films",
    summary: "Pictures of a converted film beside those of its original, and their likeness",
    about: "Asking makes nothing; what was made is kept for a while.",
    params: idSchema,
    answer: picturesAnswer,
    problems: ["asset-not-found"],
    run: ({ params: { id } }) => comparedOf(id),
  });

  addApiRoute(app, {
    method: "POST",
    url: "/api/assets/:id/pictures",
    tag: "films",
    summary: "Begins to make the pictures of a comparison",
    about: "They are made after everything else that the machine does; GET says how far they are.",
    status: 202,
    params: idSchema,
    answer: picturesAnswer,
    problems: ["asset-not-found", "state-refuses", "pictures-not-made"],
    run: ({ params: { id } }) => {
      face.control.pictures.start(assetOf(face.control, { id }));
      return comparedOf(id);
    },
  });
};
