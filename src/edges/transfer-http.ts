/** One question of a worker to its orchestrator, asked again until it is answered or there is no sense in asking. */
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { isProblemCode, Problem, type ProblemCode } from "../core/problem.ts";
import { BLOCK_MAX_BYTES, retryMs } from "../core/transfer.ts";

export type Answer = { readonly headers: Headers; readonly bytes: Uint8Array<ArrayBuffer> };

type Question = {
  readonly method?: "GET" | "PUT" | "POST";
  /** Below `/api/work/`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | string;
  /** Throws Problem transfer-damaged for an answer that has to be given again. */
  readonly check?: (answer: Answer) => Promise<void>;
};

/** Throws Problem transfer-failed, work-unknown, and those of `PASSED`. */
export type AskWork = (question: Question, signal: AbortSignal) => Promise<Answer>;

/** How long it is asked again without an answer, ms. */
export type Patience = { readonly away: number; readonly unknown: number };

/**
 * An orchestrator that is updated, or a router that is, is back after some minutes. One that was restarted knows what it
 * gave out as soon as it has opened its database and reached Redis.
 */
const PATIENCE: Patience = { away: 600_000, unknown: 120_000 };
/** Of one block: at less than 1 Mb/s no film is fetched. */
const BLOCK_MS = 60_000;

/** What is said of the film or of the disk it is on, and not of the way there. */
const PASSED: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  ...(["work-over", "source-changed", "transfer-out-of-step", "result-too-large", "disk-full"] as const),
  ...(["file-missing", "file-unreadable", "folder-not-writable", "folder-away"] as const),
  ...(["permission-denied", "io-error"] as const),
]);

const AGAIN: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  ...(["work-unknown", "transfer-damaged", "too-many-requests", "restarting", "internal"] as const),
]);

const problemSchema = z.looseObject({ code: z.string(), detail: z.string().default("") });

export const askWork = (baseUrl: string, apiToken: string | null, patience: Patience = PATIENCE): AskWork => {
  const once = async ({ method = "GET", path, headers, body, check }: Question, signal: AbortSignal) => {
    const response = await fetch(new URL(`/api/work/${path}`, baseUrl), {
      method,
      headers: {
        ...headers,
        "accept-encoding": "identity",
        ...(apiToken === null ? {} : { authorization: `Bearer ${apiToken}` }),
      },
      ...(body === undefined ? {} : { body }),
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(BLOCK_MS)]),
    });
    if (Number(response.headers.get("content-length")) > BLOCK_MAX_BYTES) {
      await response.body?.cancel();
      throw new Problem("transfer-failed", "The answer is larger than any that was asked for.");
    }
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (!response.ok) throw refused(response.status, bytes);
    const answer = { headers: response.headers, bytes };
    await check?.(answer);
    return answer;
  };

  return async (question, signal) => {
    const begun = Date.now();
    for (let failed = 0; ; failed++) {
      signal.throwIfAborted();
      try {
        return await once(question, signal);
      } catch (thrown) {
        signal.throwIfAborted();
        const isOurs = thrown instanceof Problem;
        if (isOurs && !AGAIN.has(thrown.code)) throw thrown;
        const limitMs = isOurs && thrown.code === "work-unknown" ? patience.unknown : patience.away;
        const waitMs = retryMs(failed);
        if (Date.now() + waitMs - begun > limitMs)
          throw isOurs && thrown.code === "work-unknown"
            ? thrown
            : new Problem("transfer-failed", `${new URL(baseUrl).origin}: ${reasonOf(thrown)}`, thrown);
        await setTimeout(waitMs, undefined, { signal }).catch(() => {});
      }
    }
  };
};

/** What the orchestrator, or something before it, said instead of an answer. */
const refused = (status: number, bytes: Uint8Array): Problem => {
  const parsed = problemSchema.safeParse(parseJson(bytes));
  const { code, detail } = parsed.data ?? { code: "", detail: "" };
  if (isProblemCode(code) && (PASSED.has(code) || AGAIN.has(code))) return new Problem(code, detail);
  // A proxy in front whose other side is away.
  if (code === "" && status >= 500) return new Problem("internal", `status ${status}`);
  return new Problem(
    "transfer-failed",
    `The answer was ${status}${code === "" ? "" : ` (${code})`}. ${detail}`.trim(),
  );
};

const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
};

/** fetch says only "fetch failed"; what happened is its cause. */
const reasonOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return String(thrown);
  const { cause } = thrown;
  return cause instanceof Error && cause.message !== "" ? cause.message : thrown.message;
};
