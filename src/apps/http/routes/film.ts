import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Face } from "../face.ts";
import { type Html, markupOf } from "../html.ts";
import { parseInput } from "../input.ts";
import { filmPage, filmPart } from "../pages/film.ts";
import { type FilmView, livePart, PART_NAMES, versionOf } from "../pages/film-part.ts";
import { doneNotice } from "../pages/notice.ts";
import { assetOf } from "./assets.ts";

const partSchema = z.object({ name: z.enum(PART_NAMES) });
const versionSchema = z.object({ is: z.string().max(100).optional() });

const send = (reply: FastifyReply, markup: Html): FastifyReply =>
  reply.type("text/html; charset=utf-8").header("cache-control", "no-store").send(markupOf(markup));

const viewOf = ({ control, now }: Face, request: FastifyRequest): FilmView => ({
  control,
  now: now(),
  asset: assetOf(control, request.params),
});

/** The page of a film, and its parts, which it asks for again by what it has of them. */
export const addFilmRoutes = (app: FastifyInstance, face: Face): void => {
  app.get("/library/:id", async (request, reply) => {
    // Before the film is read: a change that comes between is then told again rather than lost.
    const lastEventId = face.live.lastId();
    return send(reply, filmPage(face.files, viewOf(face, request), lastEventId, doneNotice(request.query)));
  });

  app.get("/library/:id/parts/:name", async (request, reply) => {
    const view = viewOf(face, request);
    const { name } = parseInput(partSchema, request.params);
    const { is } = parseInput(versionSchema, request.query);
    const part = filmPart(name, view);
    // Nothing is replaced by the same: what a person opened, selected or plays stays as it is.
    return versionOf(part) === is ? reply.code(204).send() : send(reply, livePart(view.asset, name, part));
  });
};
