/** The running orchestrator over HTTP, for the command line and the folder watcher. */
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { isProblemCode, Problem } from "../core/problem.ts";
import type { LibraryWatch } from "../core/watch-kinds.ts";

/** What the command line reads of an asset; further keys are passed on as they are. */
const assetSchema = z.looseObject({
  id: z.number(),
  library: z.string(),
  path: z.string(),
  state: z.string(),
  work: z.string().nullable(),
  why: z.string().nullable(),
  action: z.string().nullable(),
  problem: z.looseObject({ title: z.string() }).nullable(),
  progress: z.looseObject({ percent: z.number().nullable() }).nullable(),
});
export type RemoteAsset = z.output<typeof assetSchema>;

const pageSchema = z.looseObject({
  assets: z.array(assetSchema),
  next: z.string().nullable(),
  total: z.number(),
});
const changedSchema = z.looseObject({ asset: assetSchema });
const bulkSchema = z.looseObject({
  matched: z.number(),
  states: z.record(z.string(), z.number()),
  done: z.number(),
  refused: z.number(),
});
export type RemoteBulk = z.output<typeof bulkSchema>;
const scanSchema = z.looseObject({ scanning: z.array(z.string()) });
const statusSchema = z.looseObject({
  version: z.string(),
  sentence: z.string(),
  encoder: z.looseObject({ kind: z.string(), codec: z.string().optional(), why: z.string().optional() }),
  scanning: z.array(z.string()),
  rootProblems: z.array(z.looseObject({ library: z.string(), code: z.string(), detail: z.string() })),
  waiting: z.looseObject({ code: z.string(), sentence: z.string() }).nullable(),
  pauses: z.array(z.looseObject({ code: z.string(), sentence: z.string(), films: z.number() })),
  warnings: z.array(z.looseObject({ sentence: z.string() })),
  counts: z.looseObject({ state: z.record(z.string(), z.number()), total: z.number() }),
});
export type RemoteStatus = z.output<typeof statusSchema>;

const archivedSchema = z.looseObject({
  assetId: z.number(),
  path: z.string(),
  sizeBytes: z.number(),
  since: z.number(),
  leavesAt: z.number().nullable(),
  keptFor: z.string().nullable(),
});
export type RemoteArchived = z.output<typeof archivedSchema>;
const archiveSchema = z.looseObject({ files: z.array(archivedSchema), next: z.string().nullable() });

const queueSchema = z.looseObject({
  hold: z.looseObject({ kind: z.string(), sentence: z.string() }),
  lanes: z.array(
    z.looseObject({
      lane: z.string(),
      slots: z.number(),
      running: z.array(z.number()),
      queued: z.number(),
      held: z.number(),
      note: z.string().nullable(),
      pause: z.looseObject({ sentence: z.string() }).nullable(),
    }),
  ),
});
export type RemoteQueue = z.output<typeof queueSchema>;

const notifierSchema = z.looseObject({
  name: z.string(),
  problem: z.looseObject({ sentence: z.string(), mend: z.string() }).nullable(),
});
const notifiersSchema = z.looseObject({ notifiers: z.array(notifierSchema) });
const testedSchema = z.looseObject({ arrived: z.boolean(), notifier: notifierSchema });
export type RemoteNotifier = z.output<typeof notifierSchema>;

const problemSchema = z.looseObject({ code: z.string(), detail: z.string().default("") });

export type AssetSearch = {
  readonly state?: string;
  readonly reason?: string;
  readonly problem?: string;
  readonly q?: string;
  readonly library?: string;
};

/** What a folder watcher tells of one library. */
type FoldersTold = {
  readonly id?: string;
  readonly library: string;
  readonly folders: readonly string[];
  readonly trees: readonly string[];
  readonly watch?: LibraryWatch;
};

export type OrchestratorClient = {
  readonly status: () => Promise<RemoteStatus>;
  /** Starts a scan of one library or of all (null); the libraries being scanned. */
  readonly scan: (library: string | null) => Promise<readonly string[]>;
  /** All assets that match, page by page. */
  readonly assets: (search: AssetSearch) => AsyncGenerator<RemoteAsset>;
  /** All that lies in the archive, page by page, oldest first. */
  readonly archive: () => AsyncGenerator<RemoteArchived>;
  readonly act: (action: "reprocess" | "cancel" | "restore", id: number) => Promise<RemoteAsset>;
  /** How the queue stands; held or let run before, where a verb is given. */
  readonly queue: (verb?: "pause" | "drain" | "resume", reason?: string) => Promise<RemoteQueue>;
  /** Tells of folders in which something changed. */
  readonly tellFolders: (told: FoldersTold) => Promise<void>;
  readonly notifiers: () => Promise<readonly RemoteNotifier[]>;
  /** Sends one of them a test message, and waits for what comes of it. */
  readonly testNotifier: (name: string) => Promise<z.output<typeof testedSchema>>;
  /** Processes again every film that matches, or (`dryRun`) counts them. */
  readonly reprocessAll: (filter: AssetSearch, dryRun: boolean) => Promise<RemoteBulk>;
};

const PAGE_SIZE = 200;
/** Bringing an original back may copy a whole film, a bulk may be a whole library; other answers take milliseconds. */
const RETRIES_MAX = 5;
const TIMEOUT_MS = { answer: 30_000, restore: 600_000, bulk: 600_000 };

/**
 * A client of the orchestrator at `baseUrl`, which shows it `token`. Every function throws Problem `orchestrator-unreachable` when nobody (or
 * something else) answers there, and the Problem that the orchestrator answered with.
 */
export const connectOrchestrator = (baseUrl: string, token: string | null = null): OrchestratorClient => {
  const ask = async <T extends z.ZodType>(
    schema: T,
    method: "GET" | "POST",
    path: string,
    { body, timeoutMs = TIMEOUT_MS.answer }: { readonly body?: object; readonly timeoutMs?: number } = {},
  ): Promise<z.output<T>> => {
    if (!URL.canParse(baseUrl)) throw new Problem("usage-invalid", `${baseUrl} is not an address.`);
    const url = new URL(path, baseUrl);
    let answered = await send(url, { method, token, body, timeoutMs });
    // A bulk of single requests may be too fast for the other side, which says how long to wait.
    for (let left = RETRIES_MAX; answered.status === 429 && left > 0; left--) {
      await setTimeout(answered.retryAfterSeconds * 1000);
      answered = await send(url, { method, token, body, timeoutMs });
    }
    if (!answered.isOk) throw toRemoteProblem(baseUrl, answered);
    const parsed = schema.safeParse(answered.value);
    if (!parsed.success)
      throw unreachable(baseUrl, "it gave an answer that this program does not understand");
    return parsed.data;
  };
  return {
    status: () => ask(statusSchema, "GET", "/api/status"),
    scan: async (library) => {
      const { scanning } = await ask(scanSchema, "POST", "/api/scan", {
        body: library === null ? {} : { library },
      });
      return scanning;
    },
    async *assets(search) {
      const given = Object.entries(search).filter(([, value]) => value !== undefined);
      let cursor: string | null = "";
      while (cursor !== null) {
        const query = new URLSearchParams({ ...Object.fromEntries(given), limit: String(PAGE_SIZE), cursor });
        const page: z.output<typeof pageSchema> = await ask(pageSchema, "GET", `/api/assets?${query}`);
        yield* page.assets;
        cursor = page.next;
      }
    },
    async *archive() {
      for (let cursor: string | null = ""; cursor !== null; ) {
        const query = new URLSearchParams({ limit: String(PAGE_SIZE), cursor });
        const page: z.output<typeof archiveSchema> = await ask(archiveSchema, "GET", `/api/archive?${query}`);
        yield* page.files;
        cursor = page.next;
      }
    },
    act: async (action, id) => {
      const timeoutMs = action === "restore" ? TIMEOUT_MS.restore : TIMEOUT_MS.answer;
      const { asset } = await ask(changedSchema, "POST", `/api/assets/${id}/${action}`, { timeoutMs });
      return asset;
    },
    queue: (verb, reason) =>
      verb === undefined
        ? ask(queueSchema, "GET", "/api/queue?limit=1")
        : ask(queueSchema, "POST", `/api/queue/${verb}`, {
            body: { by: "cli", ...(reason === undefined ? {} : { reason }) },
          }),
    tellFolders: async (told) => {
      await ask(z.looseObject({}), "POST", "/api/events", { body: told });
    },
    notifiers: async () => (await ask(notifiersSchema, "GET", "/api/notifications")).notifiers,
    testNotifier: (name) => ask(testedSchema, "POST", "/api/notifications/test", { body: { name } }),
    reprocessAll: (filter, dryRun) =>
      ask(bulkSchema, "POST", "/api/assets/bulk", {
        body: { action: "reprocess", filter, dryRun },
        timeoutMs: TIMEOUT_MS.bulk,
      }),
  };
};

type Answer = {
  readonly isOk: boolean;
  readonly status: number;
  readonly value: unknown;
  readonly retryAfterSeconds: number;
};

type Request = {
  readonly method: string;
  readonly token: string | null;
  readonly body: object | undefined;
  readonly timeoutMs: number;
};

const send = async (url: URL, { method, token, body, timeoutMs }: Request): Promise<Answer> => {
  try {
    const response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body ? { "content-type": "application/json" } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    const retryAfterSeconds = Math.min(60, Number(response.headers.get("retry-after")) || 1);
    return { isOk: response.ok, status: response.status, value: parseJson(text), retryAfterSeconds };
  } catch (thrown) {
    throw unreachable(url.origin, reasonOf(thrown), thrown);
  }
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const unreachable = (at: string, why: string, cause?: unknown): Problem =>
  new Problem("orchestrator-unreachable", `${at}: ${why}.`, cause);

/** fetch says only "fetch failed"; what happened is its cause. */
const reasonOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.name === "TimeoutError") return "no answer in time";
  const { cause } = thrown;
  const code = cause instanceof Error && "code" in cause ? cause.code : null;
  if (code === "ECONNREFUSED") return "nothing listens there";
  return cause instanceof Error && cause.message !== "" ? cause.message : thrown.message;
};

const toRemoteProblem = (baseUrl: string, { status, value }: Answer): Problem => {
  const parsed = problemSchema.safeParse(value);
  if (!parsed.success || !isProblemCode(parsed.data.code))
    return unreachable(baseUrl, `something else answers there, with status ${status}`);
  return new Problem(parsed.data.code, parsed.data.detail);
};
