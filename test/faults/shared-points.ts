/** What all threads of a child know together of the points that were met: a walk's calls are made in threads of their own. */
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";
import type { ErrorCode } from "./fault-plan.ts";

/** Points are told apart by a hash of their names, of which there are some hundred; two of one hash are counted as one, alike in each run. */
const SLOTS = 1 << 20;
const KEY = "cvc-fault-points";
const CODES: readonly ErrorCode[] = ["EIO", "ENOSPC", "EROFS", "ESTALE"];

/** Behind the slots: how many writing points were met, and whether a thread stands at a gate. */
const [WRITES, HELD] = [0, 1];

const slotOf = (name: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193) >>> 0;
  return (hash ^ (hash >>> 14)) & (SLOTS - 1);
};

export type SharedPoints = {
  /** Counts a point; the how manieth time it is. */
  readonly count: (name: string) => number;
  /** How many writing points there were, with this one. */
  readonly countWrite: () => number;
  /** The error with which a point goes on failing; null: none. */
  readonly failingWith: (name: string) => ErrorCode | null;
  readonly goOnFailing: (name: string, code: ErrorCode) => void;
  /** Every other thread stands still at its next point while `wait` goes on. */
  readonly hold: (wait: () => void) => void;
  readonly waitWhileHeld: () => void;
};

/** In the first thread makes what the others get as they are started. */
export const sharedPoints = (): SharedPoints => {
  const known = getEnvironmentData(KEY);
  const memory = known instanceof SharedArrayBuffer ? known : new SharedArrayBuffer(4 * (2 * SLOTS + 2));
  setEnvironmentData(KEY, memory);
  const counts = new Int32Array(memory, 0, SLOTS);
  const failing = new Int32Array(memory, 4 * SLOTS, SLOTS);
  const all = new Int32Array(memory, 8 * SLOTS, 2);
  return {
    count: (name) => Atomics.add(counts, slotOf(name), 1) + 1,
    countWrite: () => Atomics.add(all, WRITES, 1) + 1,
    failingWith: (name) => CODES[Atomics.load(failing, slotOf(name)) - 1] ?? null,
    goOnFailing: (name, code) => void Atomics.store(failing, slotOf(name), CODES.indexOf(code) + 1),
    hold: (wait) => {
      Atomics.add(all, HELD, 1);
      wait();
      Atomics.sub(all, HELD, 1);
      Atomics.notify(all, HELD);
    },
    waitWhileHeld: () => {
      for (let held = Atomics.load(all, HELD); held > 0; held = Atomics.load(all, HELD))
        Atomics.wait(all, HELD, held);
    },
  };
};
