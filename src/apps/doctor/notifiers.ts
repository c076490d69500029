/** What the doctor says of those who are told something. No message is sent. */
import { PROBLEMS } from "../../core/problem.ts";
import { checkNotifier } from "../../edges/notifier.ts";
import type { Notifier } from "../notifiers.ts";
import type { Finding } from "./finding.ts";

const CHECK_MAX_MS = 10_000;

export const notifierFinding = async (notifier: Notifier, signal?: AbortSignal): Promise<Finding> => {
  const check = `messages to ${notifier.name}`;
  const limit = AbortSignal.timeout(CHECK_MAX_MS);
  const outcome = await checkNotifier(notifier, signal ? AbortSignal.any([signal, limit]) : limit);
  return outcome.kind === "arrived"
    ? { check, state: "ok", detail: `${notifier.kind}, can be reached`, mend: "" }
    : { check, state: "note", detail: outcome.detail, mend: PROBLEMS[outcome.code].hint };
};
