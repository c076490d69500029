import type { FastifyReply } from "fastify";
import { type Html, markupOf } from "./html.ts";

/** Answers with a page or a part of one, which nobody keeps: the next reader gets it as it is then. */
export const sendPage = (reply: FastifyReply, markup: Html): FastifyReply =>
  reply.type("text/html; charset=utf-8").header("cache-control", "no-store").send(markupOf(markup));
