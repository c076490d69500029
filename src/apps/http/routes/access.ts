import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { PASSWORD_MAX, SCOPES } from "../../../core/access.ts";
import type { Face } from "../face.ts";
import { idSchema, optional, parseInput } from "../input.ts";
import { type AccessView, accessPage } from "../pages/access.ts";
import { doneNotice } from "../pages/notice.ts";
import { sendPage } from "../send-page.ts";
import { setSession } from "../session-cookie.ts";
import type { Who } from "../who.ts";
import { askedAgain, newPasswordSchema, visitorOf } from "./login.ts";

const current = z
  .string()
  .max(4 * PASSWORD_MAX)
  .default("");
const passwordSchema = newPasswordSchema.extend({ current });
const removeSchema = z.object({ current });
const DAYS_MAX = 3650;
const tokenSchema = z.object({
  name: z.string().trim().min(1).max(80),
  scope: z.enum(SCOPES),
  days: optional(z.coerce.number().int().min(1).max(DAYS_MAX)),
});

/** The guard of the server lets nobody through without. */
const whoOf = ({ who }: FastifyRequest): Who => who ?? { kind: "anybody", scope: "read" };

/** The page of access, and what its forms do. */
export const addAccessRoutes = (app: FastifyInstance, { access, files, now }: Face): void => {
  const page = (request: FastifyRequest, more: Partial<AccessView> = {}) =>
    accessPage(
      files,
      { access, who: whoOf(request), now: now(), made: null, issue: null, ...more },
      doneNotice(request.query),
    );
  /** Does what a form asks for, or shows the page with what is wrong. */
  const attempt = async (
    request: FastifyRequest,
    reply: FastifyReply,
    work: () => Promise<FastifyReply>,
  ): Promise<FastifyReply> => {
    try {
      return await work();
    } catch (thrown) {
      return askedAgain(thrown, request, reply, (issue) => page(request, { issue }));
    }
  };

  app.get("/access", async (request, reply) => sendPage(reply, page(request)));

  app.post("/access/password", (request, reply) => {
    const { current: old, ...wanted } = parseInput(passwordSchema, request.body);
    return attempt(request, reply, async () => {
      const session = await access.changePassword(old, wanted, visitorOf(request));
      request.log.info({ address: request.ip }, "the password was set");
      setSession(request, reply, session);
      return reply.redirect("/access?done=passwordSet", 303);
    });
  });

  app.post("/access/password/remove", (request, reply) => {
    const { current: old } = parseInput(removeSchema, request.body);
    return attempt(request, reply, async () => {
      await access.removePassword(old, visitorOf(request));
      request.log.warn({ address: request.ip }, "the password was removed");
      return reply.redirect("/access?done=passwordRemoved", 303);
    });
  });

  app.post("/access/sessions/end", async (request, reply) => {
    const who = whoOf(request);
    access.endSessionsBut(who.kind === "session" ? who.id : null);
    return reply.redirect("/access?done=sessionsEnded", 303);
  });
  app.post("/access/sessions/:id/end", async (request, reply) => {
    access.endSession(parseInput(idSchema, request.params).id);
    return reply.redirect("/access?done=sessionsEnded", 303);
  });

  app.post("/access/tokens", (request, reply) => {
    const { name, scope, days } = parseInput(tokenSchema, request.body);
    return attempt(request, reply, async () => {
      const secret = access.makeToken(name, scope, days ?? null);
      request.log.info({ address: request.ip, name, scope }, "a token was made");
      return sendPage(reply, page(request, { made: { name, secret } }));
    });
  });
  app.post("/access/tokens/:id/revoke", async (request, reply) => {
    access.revokeToken(parseInput(idSchema, request.params).id);
    return reply.redirect("/access?done=tokenRevoked#tokens", 303);
  });
};
