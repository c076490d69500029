/** A thread that reads a library for `threads.ts`: each message asks for one more slice, and each is answered by one. */
import { parentPort } from "node:worker_threads";
import { createReader, type Ground, type Reader, type Slice, type Work } from "./read-some.ts";

export type Asked = {
  /** The first of a walk says what is walked. */
  readonly ground: Ground | null;
  readonly work: Work | null;
  /** Another thread has nothing to do. */
  readonly shares: boolean;
};

export type Answer = Slice & { readonly isDone: boolean; readonly shared: Work | null };

let reader: Reader | null = null;

parentPort?.on("message", ({ ground, work, shares }: Asked) => {
  if (ground) reader = createReader(ground);
  if (reader === null) return;
  if (work) reader.add(work);
  const slice = reader.read();
  const shared = shares ? reader.share() : null;
  const answer: Answer = { ...slice, shared, isDone: reader.isDone() };
  parentPort?.postMessage(answer, [slice.numbers.buffer]);
});
