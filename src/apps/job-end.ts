/** How an attempt ended. */
import { isRestCode } from "../core/guardrail-problems.ts";
import { Problem } from "../core/problem.ts";
import type { JobOutcome } from "../edges/store/jobs.ts";

/** Why it was ended from here: by a person, with the program, or by a guardrail, whose problem is the signal's reason. */
export const abortedProblem = ({ aborted, reason }: AbortSignal): Problem | null => {
  if (!aborted) return null;
  return reason instanceof Problem
    ? reason
    : new Problem(reason === "shutdown" ? "interrupted" : "cancelled");
};

export const outcomeOf = (problem: Problem | null): JobOutcome => {
  if (problem === null) return "done";
  if (problem.code === "cancelled") return "cancelled";
  return problem.code === "interrupted" || isRestCode(problem.code) ? "interrupted" : "failed";
};
