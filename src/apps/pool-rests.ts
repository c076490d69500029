/** Pools whose workers could not work at the moment. */
import type { Problem } from "../core/problem.ts";
import { WAIT_MS } from "./pauses.ts";

const REST_MAX_MS = 15 * 60_000;

/** They are given nothing for a while, each time longer. */
export const createRests = (now: () => number) => {
  const resting = new Map<string, { readonly until: number; readonly times: number }>();
  return {
    note: (queue: string, { code }: Problem): boolean => {
      if (!OF_THE_WORKER.has(code)) return false;
      const before = resting.get(queue);
      if (before && before.until > now()) return true;
      const times = before && now() - before.until < REST_MAX_MS ? before.times + 1 : 0;
      resting.set(queue, { until: now() + Math.min(REST_MAX_MS, WAIT_MS * 2 ** times), times });
      return true;
    },
    isResting: (queue: string): boolean => (resting.get(queue)?.until ?? 0) > now(),
  };
};

/** Met on a worker's machine these are of its mount, its network, its disk, its card or its ffmpeg. */
const OF_THE_WORKER: ReadonlySet<string> = new Set([
  "root-missing",
  "root-empty",
  "root-other-device",
  "folder-away",
  "folder-not-writable",
  "file-missing",
  "file-unreadable",
  "permission-denied",
  "io-error",
  "disk-full",
  "encoder-unavailable",
  "gpu-failed",
  "encoder-sessions-spent",
  "ffmpeg-missing",
  "worker-sees-other",
  "order-refused",
  "transfer-failed",
  "transfer-damaged",
  "transfer-out-of-step",
  "work-unknown",
  "scratch-full",
]);
