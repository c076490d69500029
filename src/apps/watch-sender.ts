/** Tells the orchestrator which folders are dirty, until it has heard it. */
import { setTimeout as pause } from "node:timers/promises";
import { ALL } from "../core/dirty-folders.ts";
import { toProblem } from "../core/problem.ts";
import type { LibraryWatch } from "../core/watch-kinds.ts";
import type { Log } from "../edges/log.ts";
import type { OrchestratorClient } from "../edges/orchestrator-client.ts";
import type { WatchBuffer } from "../edges/watch-buffer.ts";

type Deps = {
  readonly buffer: WatchBuffer;
  readonly client: Pick<OrchestratorClient, "tellFolders">;
  /** How each library is watched. */
  readonly statuses: () => readonly LibraryWatch[];
  readonly log: Log;
  readonly signal: AbortSignal;
};

export type WatchSender = {
  /** There is something to tell. */
  readonly wake: () => void;
  readonly idle: () => Promise<void>;
};

/** After the first failure, and at most; doubled each time. */
const BACK_OFF_MS = { first: 1000, max: 60_000 } as const;
/** How the watching stands is told this often, also when nothing happens. */
const ALIVE_MS = 60_000;

/** Begins at once and ends with `signal`; what was not heard stays in the buffer. */
export const createWatchSender = ({ buffer, client, statuses, log, signal }: Deps): WatchSender => {
  let wakeUp = new AbortController();
  let failing: string | null = null;
  const calm = (ms: number): Promise<unknown> =>
    pause(ms, undefined, { signal: AbortSignal.any([signal, wakeUp.signal]) }).catch(() => {});

  const tell = async (library: string): Promise<boolean> => {
    const watch = statuses().find((each) => each.library === library);
    const batch = buffer.next(library);
    const folders = batch?.folders ?? [];
    const pathsOf = (isTree: boolean) =>
      folders.filter((each) => each.isTree === isTree).map(({ path }) => path);
    try {
      await client.tellFolders({
        ...(batch ? { id: batch.id } : {}),
        library,
        folders: pathsOf(false),
        trees: pathsOf(true),
        ...(watch ? { watch } : {}),
      });
      if (batch) buffer.done(batch);
      if (failing !== null) log.info({ library }, "the orchestrator listens again");
      failing = null;
      return true;
    } catch (thrown) {
      const { code, detail } = toProblem(thrown);
      if (failing !== code)
        log.warn({ library, code, detail }, "the orchestrator does not listen; it is told later");
      failing = code;
      // It takes none of these paths: all of the library says the same.
      if (code === "usage-invalid" && batch && !batch.folders.includes(ALL)) buffer.add(library, [ALL]);
      return false;
    }
  };

  const run = async (): Promise<void> => {
    let backOffMs: number = BACK_OFF_MS.first;
    let aliveAt = 0;
    while (!signal.aborted) {
      wakeUp = new AbortController();
      const isTime = Date.now() - aliveAt >= ALIVE_MS;
      const libraries = isTime ? statuses().map((each) => each.library) : buffer.libraries();
      let isHeard = true;
      for (const library of libraries) if (!signal.aborted) isHeard = (await tell(library)) && isHeard;
      if (!isHeard) {
        await pause(backOffMs * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => {});
        backOffMs = Math.min(BACK_OFF_MS.max, backOffMs * 2);
        continue;
      }
      backOffMs = BACK_OFF_MS.first;
      if (isTime) aliveAt = Date.now();
      if (buffer.libraries().length === 0) await calm(ALIVE_MS);
    }
  };
  const running = run();
  return { wake: () => wakeUp.abort(), idle: () => running };
};
