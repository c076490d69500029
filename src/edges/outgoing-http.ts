/** Requests to the other programs that the settings name: bounded in time and size, and never led elsewhere. */
import {
  type DeliveryFailure,
  type DeliveryOutcome,
  outcomeOfAnswer,
  retryAfterMs,
} from "../core/delivery.ts";
import { visibleText } from "../core/human-text.ts";

export type OutgoingRequest = {
  readonly method?: "GET" | "POST" | "PUT";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

export type OutgoingAnswer = {
  readonly status: number;
  /** Its beginning. */
  readonly text: string;
  readonly retryAfterMs: number | null;
};

const ANSWER_MAX_BYTES = 256 * 1024;
const DETAIL_MAX = 200;

const beginningOf = async (response: Response, maxBytes: number, signal: AbortSignal): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (response.body)
    for await (const chunk of response.body) {
      signal.throwIfAborted();
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes >= maxBytes) break;
    }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString("utf8");
};

/** `fetch` takes no address with a name and password in it. */
const withoutLogin = (url: string) => {
  const found = new URL(url);
  const login = `${decodeURIComponent(found.username)}:${decodeURIComponent(found.password)}`;
  found.username = "";
  found.password = "";
  const authorization: Readonly<Record<string, string>> =
    login === ":" ? {} : { authorization: `Basic ${Buffer.from(login).toString("base64")}` };
  return { href: found.href, authorization };
};

/** Else `fetch` refuses it with a sentence that holds the value, which may be a secret. */
const requireSendable = (headers: Readonly<Record<string, string>>): void => {
  if (Object.values(headers).some((each) => !/^[ -~\u0080-\u00ff]*$/.test(each.trim())))
    throw new Error("the key has a character that no key can have");
};

/**
 * One request, and the beginning of its answer. Redirects are not followed: the headers and the address may be secrets.
 * Throws what `fetch` throws.
 */
export const outgoing = async (
  { url, ...request }: OutgoingRequest,
  signal: AbortSignal,
  maxBytes = ANSWER_MAX_BYTES,
): Promise<OutgoingAnswer> => {
  const { href, authorization } = withoutLogin(url);
  const headers = { ...authorization, ...request.headers };
  requireSendable(headers);
  const response = await fetch(href, { ...request, headers, redirect: "manual", signal });
  return {
    status: response.status,
    text: await beginningOf(response, maxBytes, signal),
    retryAfterMs: retryAfterMs(response.headers.get("retry-after"), Date.parse, Date.now()),
  };
};

/** What most programs call the words in their JSON. */
const wordsIn = (text: string): string => {
  try {
    const value: unknown = JSON.parse(text);
    const words = ["message", "error", "detail"].map((key) => Object(value)[key]);
    return words.find((each) => typeof each === "string") ?? text;
  } catch {
    return text;
  }
};

/** What an answer says for people to read; nothing of a page. */
const said = (text: string): string =>
  /^\s*</.test(text) ? "" : visibleText(wordsIn(text).replaceAll(/\s+/g, " ").trim().slice(0, DETAIL_MAX));

/** Why nothing was answered, without the address, which may be a secret. */
export const reasonOf = (thrown: unknown): string => {
  const inner = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  if (!(inner instanceof Error)) return String(inner);
  if (inner.name === "TimeoutError") return "It took too long to answer.";
  const code = "code" in inner ? String(inner.code) : "";
  return `There was no answer (${code || visibleText(inner.message).slice(0, DETAIL_MAX)}).`;
};

/** What an answer says, or why there is none. */
export type Asked =
  | { readonly kind: "answered"; readonly status: number; readonly text: string }
  | DeliveryFailure;

/** The text of a good answer (its first `maxBytes`); any other, and none at all, is a failure with a reason. */
export const askOut = async (
  request: OutgoingRequest,
  signal: AbortSignal,
  maxBytes?: number,
): Promise<Asked> => {
  try {
    const { status, text, retryAfterMs } = await outgoing(request, signal, maxBytes);
    const outcome = outcomeOfAnswer({ status, detail: said(text), retryAfterMs });
    return outcome.kind === "arrived" ? { kind: "answered", status, text } : outcome;
  } catch (thrown) {
    return { kind: "failed", code: "target-unreachable", detail: reasonOf(thrown) };
  }
};

/** What sending came to. */
export const sendOut = async (request: OutgoingRequest, signal: AbortSignal): Promise<DeliveryOutcome> => {
  const asked = await askOut(request, signal);
  return asked.kind === "answered" ? { kind: "arrived" } : asked;
};
