/** A walk by threads: one, and more when the disk answers slowly, as they share what is to be read. */
import { Worker } from "node:worker_threads";
import type { Ground, Slice, Work } from "./read-some.ts";
import type { Answer, Asked } from "./thread.ts";

/** As many calls wait for a slow disk at once. */
const THREADS_MAX = 4;
/** One that has nothing to do is kept for so long, as changes come one after another; ms. */
const REST_MS = 10_000;
/** Names live shortly; how many there are, in the largest folder, is not ours to limit. */
const LIMITS = { maxYoungGenerationSizeMb: 2 };

type Heard = (answer: Answer | Error) => void;

type Thread = {
  readonly worker: Worker;
  /** Who waits for its answer. */
  hear: Heard | null;
  rest: NodeJS.Timeout | undefined;
  /** It ended, or is about to. */
  isGone: boolean;
};

/** Threads that rest. */
const resting = new Set<Thread>();

const openThread = (): Thread => {
  const [rested] = resting;
  if (rested) {
    resting.delete(rested);
    clearTimeout(rested.rest);
    return rested;
  }
  const worker = new Worker(new URL("thread.ts", import.meta.url), { resourceLimits: LIMITS });
  const thread: Thread = { worker, hear: null, rest: undefined, isGone: false };
  const fail = (thrown: Error): void => {
    thread.isGone = true;
    resting.delete(thread);
    thread.hear?.(thrown);
  };
  worker.on("message", (answer: Answer) => thread.hear?.(answer));
  worker.on("error", fail);
  worker.on("exit", (code) => fail(new Error(`The thread that reads a library ended with ${code}.`)));
  return thread;
};

/** One that may hang in a call ends when that does; nobody waits for it. */
const drop = ({ worker }: Thread): void => {
  worker.unref();
  void worker.terminate();
};

const closeThread = (thread: Thread, isBusy: boolean): void => {
  thread.hear = null;
  if (isBusy || thread.isGone) {
    drop(thread);
    return;
  }
  thread.worker.unref();
  resting.add(thread);
  thread.rest = setTimeout(() => {
    if (resting.delete(thread)) drop(thread);
  }, REST_MS).unref();
};

type Place = { readonly thread: Thread; isBusy: boolean; isAsked: boolean; hasWork: boolean };

/**
 * Reads `work` and all that is below it, a slice at a time, each thread at most one ahead. Throws the reason of `signal` at once, though a
 * call of a thread hangs.
 */
export async function* readSlices(ground: Ground, work: Work, signal?: AbortSignal): AsyncGenerator<Slice> {
  const places: Place[] = [];
  const open: Work[] = [work];
  const heard: { readonly place: Place; readonly answer: Answer | Error }[] = [];
  let wake = (): void => {};
  const onAbort = (): void => wake();
  signal?.addEventListener("abort", onAbort);

  const addPlace = (): void => {
    const place: Place = { thread: openThread(), isBusy: false, isAsked: false, hasWork: false };
    place.thread.worker.ref();
    place.thread.hear = (answer) => {
      place.isBusy = false;
      heard.push({ place, answer });
      wake();
    };
    places.push(place);
  };
  const ask = (place: Place, shares: boolean): void => {
    const asked: Asked = {
      ground: place.isAsked ? null : ground,
      work: place.hasWork ? null : (open.pop() ?? null),
      shares,
    };
    place.isAsked = place.isBusy = place.hasWork = true;
    place.thread.worker.postMessage(asked);
  };
  const askAll = (): void => {
    for (const place of places)
      if (!place.isBusy && (place.hasWork || open.length > 0))
        ask(
          place,
          places.some((each) => !each.isBusy && each !== place && !each.hasWork),
        );
  };

  try {
    addPlace();
    askAll();
    while (heard.length > 0 || places.some((each) => each.isBusy)) {
      if (heard.length === 0 && !signal?.aborted)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      signal?.throwIfAborted();
      const next = heard.shift();
      if (!next) continue;
      const { place, answer } = next;
      if (answer instanceof Error) throw answer;
      place.hasWork = !answer.isDone;
      if (answer.shared) open.push(answer.shared);
      if (answer.isSlow && places.length < THREADS_MAX) addPlace();
      askAll();
      yield answer;
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    for (const { thread, isBusy } of places) closeThread(thread, isBusy);
  }
}
