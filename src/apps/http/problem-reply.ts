/** The one error handler: a Problem becomes an RFC 9457 document, a page or a notice, whichever was asked for. */
import { STATUS_CODES } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { PROBLEMS, Problem, toProblem } from "../../core/problem.ts";
import { problemFacts } from "../../core/problem-tried.ts";
import type { Face } from "./face.ts";
import { markupOf } from "./html.ts";
import { notice } from "./pages/notice.ts";
import { problemPage } from "./pages/problem.ts";

export type ProblemDocument = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly hint: string;
  readonly tried: string;
  readonly retry: string;
  /** Of the request, as the log has it. */
  readonly requestId: string;
};

/** What the program did wrong itself is told in the log, not to the one who asked. */
const toDocument = ({ code, detail }: Problem, status: number, requestId: string): ProblemDocument => ({
  type: "about:blank",
  status,
  requestId,
  ...problemFacts(code, code === "internal" ? "" : detail),
});

export const wantsPage = (request: FastifyRequest): boolean =>
  !request.url.startsWith("/api/") && (request.headers.accept ?? "").includes("text/html");

export const wantsFragment = (request: FastifyRequest): boolean =>
  !request.url.startsWith("/api/") && request.headers["hx-request"] === "true";

const sendProblem = (
  face: Face,
  request: FastifyRequest,
  reply: FastifyReply,
  problem: Problem,
  status: number,
): FastifyReply => {
  const document = toDocument(problem, status, request.id);
  reply.code(status).header("cache-control", "no-store");
  if (wantsFragment(request))
    return reply.type("text/html; charset=utf-8").send(markupOf(notice("problem", noticeText(document))));
  if (wantsPage(request))
    return reply.type("text/html; charset=utf-8").send(markupOf(problemPage(face.files, document)));
  return reply.type("application/problem+json; charset=utf-8").send(JSON.stringify(document));
};

const noticeText = ({ title, detail, hint }: ProblemDocument): string =>
  detail === "" ? `${title} ${hint}` : detail;

/** The status that Fastify or a plug-in gave to a request it would not take (too large, no such media type, …). */
const refusedStatus = (thrown: unknown): number | null => {
  if (!(thrown instanceof Error) || !("statusCode" in thrown)) return null;
  const { statusCode } = thrown;
  return typeof statusCode === "number" && statusCode >= 400 && statusCode < 500 ? statusCode : null;
};

/** Answers any thrown thing. What is not a Problem is logged with its stack and answered as `internal`. */
export const onError =
  (face: Face) =>
  (thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const status = thrown instanceof Problem ? null : refusedStatus(thrown);
    if (status !== null) {
      const what = STATUS_CODES[status] ?? "refused";
      return sendProblem(face, request, reply, new Problem("usage-invalid", `${what}.`), status);
    }
    const problem = toProblem(thrown);
    if (problem.code === "internal") request.log.error({ err: thrown }, "request failed");
    return sendProblem(face, request, reply, problem, PROBLEMS[problem.code].http);
  };

export const onNotFound =
  (face: Face) =>
  (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const path = request.url.split("?")[0] ?? "";
    const problem = new Problem("usage-invalid", `There is nothing at ${request.method} ${path}.`);
    return sendProblem(face, request, reply, problem, 404);
  };
