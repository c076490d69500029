/** What any server of the household is asked: how it stands, and to look at a folder again. */
import type { z } from "zod";
import type { DeliveryFailure, DeliveryOutcome } from "../../core/delivery.ts";
import { type Asked, askOut, type OutgoingRequest } from "../outgoing-http.ts";

export type ServerFacts = {
  readonly kind: "found";
  /** What it calls itself. */
  readonly name: string;
  readonly version: string;
  /** Of its libraries, as it writes them. */
  readonly folders: readonly string[];
};

export type Server = {
  readonly look: (signal: AbortSignal) => Promise<ServerFacts | DeliveryFailure>;
  /** `folder` as the server calls it. `unknown`: it keeps nothing there. */
  readonly tell: (
    folder: string,
    signal: AbortSignal,
  ) => Promise<DeliveryOutcome | { readonly kind: "unknown" }>;
};

/** Who we say we are: the name under which a server lists us. */
export const CLIENT = "Chromecast Video Converter";

/** What other programs of that name leave in a list of titles: some 8 kB each, of ten thousand. */
const ANSWER_MAX_BYTES = 96 * 1024 * 1024;

export type ServerRequest = Omit<OutgoingRequest, "url" | "body"> & {
  readonly path: string;
  readonly body?: object;
};
export type AskServer = (request: ServerRequest, signal: AbortSignal) => Promise<Asked>;

/** Requests to the server at `url`, which may have a path of its own, as behind a proxy. */
export const serverAt =
  (url: string, headers: Readonly<Record<string, string>>): AskServer =>
  async ({ path, body, ...request }, signal) => {
    if (!/^https?:\/\//.test(url) || !URL.canParse(url))
      return {
        kind: "failed",
        code: "target-not-found",
        detail: `${url} is no address, as http://nas:8096.`,
      };
    return askOut(
      {
        ...request,
        url: url.replace(/\/+$/, "") + path,
        headers: {
          accept: "application/json",
          "user-agent": CLIENT,
          ...headers,
          ...(body && { "content-type": "application/json" }),
        },
        ...(body && { body: JSON.stringify(body) }),
      },
      signal,
      ANSWER_MAX_BYTES,
    );
  };

export type Read<T> = { readonly kind: "read"; readonly value: T } | DeliveryFailure;

/** What `schema` finds in an answer; anything else is that of another program, as a proxy's page for signing in. */
export const readAnswer = <T extends z.ZodType>(
  schema: T,
  asked: Asked,
  label: string,
): Read<z.output<T>> => {
  if (asked.kind === "failed") return asked;
  const parsed = schema.safeParse(parsedText(asked.text));
  return parsed.success
    ? { kind: "read", value: parsed.data }
    : { kind: "failed", code: "target-not-found", detail: `What answers there is not ${label}.` };
};

const parsedText = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/**
 * An answer is used so long, and asked for again when what was looked for is not in it and it is this old; ms. Ten thousand films
 * of Radarr are 76 MB, for which everything else waits some tenths of a second.
 */
const KEPT_MS = 6 * 3600_000;
const MISSED_MS = 30_000;

export type Remembered<T> = (isOld: boolean, signal: AbortSignal) => Promise<Read<T>>;

/** The last good answer to `ask`; `isOld`: what was looked for is not in it. */
export const remembered = <T>(
  ask: (signal: AbortSignal) => Promise<Read<T>>,
  now: () => number,
): Remembered<T> => {
  let kept: { readonly at: number; readonly answer: Read<T> } | null = null;
  return async (isOld, signal) => {
    const age = kept === null ? Number.POSITIVE_INFINITY : now() - kept.at;
    if (kept !== null && age >= 0 && age < (isOld ? MISSED_MS : KEPT_MS)) return kept.answer;
    const answer = await ask(signal);
    if (answer.kind === "read") kept = { at: now(), answer };
    return answer;
  };
};

/** What `find` finds in the answer, looked for once more in a fresh one. */
export const found = async <T, F>(
  answers: Remembered<T>,
  find: (value: T) => F | null,
  signal: AbortSignal,
): Promise<Read<F | null>> => {
  for (const isOld of [false, true]) {
    const answer = await answers(isOld, signal);
    if (answer.kind === "failed") return answer;
    const value = find(answer.value);
    if (value !== null || isOld) return { kind: "read", value };
  }
  return { kind: "read", value: null };
};
