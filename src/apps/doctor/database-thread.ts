/** The database's findings from a thread of their own: the page and the work go on while all of it is read. */
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { databaseFindings } from "./database.ts";
import type { Finding } from "./finding.ts";

/** The same as `databaseFindings`. Throws what the thread threw, and when it is ended by `signal`. */
export const databaseFindingsAside = (directory: string, signal?: AbortSignal): Promise<readonly Finding[]> =>
  new Promise((resolve, reject) => {
    const thread = new Worker(new URL(import.meta.url), { workerData: { directory } });
    const end = (): void => void thread.terminate();
    if (signal?.aborted) end();
    signal?.addEventListener("abort", end, { once: true });
    thread.once("message", resolve);
    thread.once("error", reject);
    thread.once("exit", (code) => {
      signal?.removeEventListener("abort", end);
      reject(new Error(`The thread that reads the database ended with ${code}.`));
    });
  });

if (!isMainThread && typeof workerData?.directory === "string")
  parentPort?.postMessage([...databaseFindings(workerData.directory)]);
