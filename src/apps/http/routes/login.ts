import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { PASSWORD_MAX } from "../../../core/access.ts";
import { PROBLEMS, Problem } from "../../../core/problem.ts";
import type { Visitor } from "../../access.ts";
import type { Face } from "../face.ts";
import type { Html } from "../html.ts";
import { parseInput } from "../input.ts";
import { loginPage, welcomePage } from "../pages/login.ts";
import { wantsPage } from "../problem-reply.ts";
import { sendPage } from "../send-page.ts";
import { clearSession, sessionSecretOf, setSession } from "../session-cookie.ts";
import { isGuarded, whoSends } from "../who.ts";

const secret = z.string().max(4 * PASSWORD_MAX);
export const newPasswordSchema = z.object({ password: secret, again: secret });
const loginSchema = z.object({ password: secret, next: z.string().max(4000).default("/") });
const welcomeSchema = newPasswordSchema.extend({ code: z.string().max(100) });
const nextSchema = z.object({ next: z.string().max(4000).default("/") });

/** A path of this server, whatever it was asked to be. */
const ownPath = (next: string): string => {
  const here = "http://localhost";
  const url = URL.canParse(next, here) ? new URL(next, here) : new URL(here);
  // `/.//host` is a path here, and what is left of it another host.
  const isOwn = url.origin === here && next.startsWith("/") && !url.pathname.startsWith("//");
  return isOwn ? url.pathname + url.search : "/";
};

/** A proxy may say anything as an address. */
const ADDRESS_MAX = 100;

export const visitorOf = ({ ip, headers }: FastifyRequest): Visitor => ({
  address: ip.slice(0, ADDRESS_MAX),
  agent: headers["user-agent"] ?? "",
});

/** What was wrong with what a person sent, said above the form again; anything else is thrown. */
export const askedAgain = (
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  pageOf: (issue: string) => Html,
): FastifyReply => {
  if (!(thrown instanceof Problem) || PROBLEMS[thrown.code].http >= 500) throw thrown;
  const { code, detail } = thrown;
  const { title, hint, http } = PROBLEMS[code];
  if (code !== "password-unfit") request.log.warn({ address: request.ip, code }, "a login was refused");
  const [seconds] = code === "too-many-tries" ? (/\d+/.exec(detail) ?? []) : [];
  if (seconds) void reply.header("retry-after", seconds);
  if (!wantsPage(request)) throw thrown;
  return sendPage(reply.code(http), pageOf(detail === "" ? `${title} ${hint}` : `${title} ${detail}`));
};

/** The login, its end, and the first password. */
export const addLoginRoutes = (app: FastifyInstance, face: Face): void => {
  const { access, files } = face;
  const isIn = (request: FastifyRequest): boolean => whoSends(face, request) !== null;
  const begin = (
    request: FastifyRequest,
    reply: FastifyReply,
    session: string,
    next: string,
  ): FastifyReply => {
    request.log.info({ address: request.ip }, "logged in");
    setSession(request, reply, session);
    return wantsPage(request) ? reply.redirect(next, 303) : reply.send({});
  };

  app.get("/login", async (request, reply) => {
    const next = ownPath(parseInput(nextSchema, request.query).next);
    if (isIn(request)) return reply.redirect(next, 303);
    if (!access.hasPassword()) return reply.redirect("/welcome", 303);
    return sendPage(reply, loginPage(files, { next, issue: null }));
  });

  app.post("/login", async (request, reply) => {
    const { password, ...given } = parseInput(loginSchema, request.body);
    const next = ownPath(given.next);
    try {
      return begin(request, reply, await access.logIn(password, visitorOf(request)), next);
    } catch (thrown) {
      return askedAgain(thrown, request, reply, (issue) => loginPage(files, { next, issue }));
    }
  });

  app.get("/welcome", async (request, reply) => {
    if (access.hasPassword()) return reply.redirect("/login", 303);
    if (!isGuarded(face, request)) return reply.redirect("/access", 303);
    access.sayCode();
    return sendPage(reply, welcomePage(files, null));
  });

  app.post("/welcome", async (request, reply) => {
    const { code, ...wanted } = parseInput(welcomeSchema, request.body);
    try {
      return begin(request, reply, await access.setUp(code, wanted, visitorOf(request)), "/");
    } catch (thrown) {
      return askedAgain(thrown, request, reply, (issue) => welcomePage(files, issue));
    }
  });

  app.post("/logout", async (request, reply) => {
    const session = sessionSecretOf(request);
    if (session !== null) access.logOut(session);
    clearSession(request, reply);
    return reply.redirect("/login", 303);
  });
};
