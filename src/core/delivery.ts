/** Deliveries to other programs: what an answer means, and when the next try is due. */
import type { DeliveryProblemCode } from "./delivery-problems.ts";
import { retryDelaySeconds } from "./lifecycle.ts";

export type DeliveryFailure = {
  readonly kind: "failed";
  readonly code: DeliveryProblemCode;
  readonly detail: string;
  /** What the other program asks for. */
  readonly retryAfterMs?: number;
};
export type DeliveryOutcome = { readonly kind: "arrived" } | DeliveryFailure;

/** What is tried no longer than this: who reads of it later has looked by then. */
export const DELIVERY_MAX_AGE_MS = 3 * 86_400_000;
export const DELIVERY_MAX_ATTEMPTS = 100;

const HOUR_MS = 3600_000;
const RETRY_AFTER_MAX_MS = 6 * HOUR_MS;

/** An HTTP answer as an outcome. Redirects are not followed: a secret could go with them. `detail`: what the answer says. */
export const outcomeOfAnswer = ({
  status,
  detail,
  retryAfterMs,
}: {
  readonly status: number;
  readonly detail: string;
  readonly retryAfterMs: number | null;
}): DeliveryOutcome => {
  if (status >= 200 && status < 300) return { kind: "arrived" };
  const said = `It answered ${status}${detail === "" ? "" : `: ${detail}`}.`;
  const wait = retryAfterMs === null ? {} : { retryAfterMs };
  return { kind: "failed", code: codeOfStatus(status), detail: said, ...wait };
};

const codeOfStatus = (status: number): DeliveryProblemCode => {
  if (status === 429) return "target-busy";
  if (status === 401 || status === 403 || status === 407) return "target-refuses";
  if ((status >= 300 && status < 400) || status === 404 || status === 405 || status === 410)
    return "target-not-found";
  // 424: somebody behind it failed, as Apprise has it.
  return status === 408 || status === 424 || status === 425 || status >= 500
    ? "target-unreachable"
    : "message-refused";
};

/** `Retry-After` of an answer in ms: seconds, or a date (`now`: epoch ms); null when it says nothing. */
export const retryAfterMs = (header: string | null, parseDate: (text: string) => number, now: number) => {
  if (header === null) return null;
  const ms = /^\d+(\.\d+)?$/.test(header.trim()) ? Number(header) * 1000 : parseDate(header) - now;
  return Number.isFinite(ms) && ms >= 0 ? Math.ceil(Math.min(ms, RETRY_AFTER_MAX_MS)) : null;
};

/** Whether a person has to change something first. Asked again all the same, as it may be changed over there. */
const needsPerson = (code: DeliveryProblemCode): boolean =>
  code === "target-refuses" || code === "target-not-found";

/**
 * How long the target rests after its `failures`-th failure in a row; ms. `chance` (0 to 1) spreads the tries of many that
 * failed at the same moment.
 */
export const restMs = (failure: DeliveryFailure, failures: number, chance: number): number => {
  if (failure.code === "message-refused") return 0;
  const own = needsPerson(failure.code) ? HOUR_MS : retryDelaySeconds(failures) * 1000;
  return Math.max(1000, failure.retryAfterMs ?? Math.round(own * (0.75 + chance / 2)));
};

/** Whether this delivery is tried no more. */
export const isGivenUp = (
  { createdAt, attempts }: { readonly createdAt: number; readonly attempts: number },
  { code }: DeliveryFailure,
  now: number,
): boolean =>
  code === "message-refused" || attempts >= DELIVERY_MAX_ATTEMPTS || now - createdAt >= DELIVERY_MAX_AGE_MS;
