import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { PROBLEMS } from "../../../core/problem.ts";
import type { NotifierView } from "../../notifiers.ts";
import { notifiersAnswer, testAnswer, testSchema } from "../answers/notifications.ts";
import { addApiRoute } from "../api-route.ts";
import type { Face } from "../face.ts";
import { parseInput } from "../input.ts";
import { messagesSection } from "../pages/messages.ts";
import { wantsFragment } from "../problem-reply.ts";
import { sendPage } from "../send-page.ts";

const BACK = ["/system", "/settings"] as const;
const formSchema = testSchema.extend({ back: z.enum(BACK).default("/settings") });

const notifierJson = ({ name, kind, events, state }: NotifierView) => ({
  name,
  kind,
  events,
  waiting: state?.waiting ?? 0,
  arrivedAt: state?.arrivedAt ?? null,
  problem: state?.problem
    ? {
        code: state.problem.code,
        sentence: `${PROBLEMS[state.problem.code].title} ${state.problem.detail}`,
        mend: PROBLEMS[state.problem.code].hint,
      }
    : null,
});

/** Who is told something. */
export const addNotificationRoutes = (app: FastifyInstance, { control, now }: Face): void => {
  app.post("/notifications/test", async (request, reply) => {
    const { name, back } = parseInput(formSchema, request.body);
    await control.notifiers.test(name);
    if (!wantsFragment(request)) return reply.redirect(`${back}#messages`, 303);
    return sendPage(reply, messagesSection(control.notifiers.list(), now(), back));
  });

  addApiRoute(app, {
    method: "GET",
    url: "/api/notifications",
    tag: "program",
    summary: "Who is told something, and how the last message to each went",
    answer: notifiersAnswer,
    run: () => ({ notifiers: control.notifiers.list().map(notifierJson) }),
  });

  addApiRoute(app, {
    method: "POST",
    url: "/api/notifications/test",
    tag: "program",
    summary: "Tells one of them that this is a test",
    about: "Waits for its answer, 15 s at most. The answer is good whether it arrived or not.",
    body: testSchema,
    answer: testAnswer,
    problems: ["usage-invalid"],
    run: async ({ body }) => {
      const { arrived, notifier } = await control.notifiers.test(body.name);
      return { arrived, notifier: notifierJson(notifier) };
    },
  });
};
