/** Begins small: the queue is held as soon as a few films are in work or done, so that a person can look at them. */
import type { Control } from "./control.ts";

/** Pauses the queue with `reason` once `films` different films were begun; the returned function forgets it. */
export const holdAfter = (control: Control, films: number, reason: string): (() => void) => {
  const begun = new Set(control.store.assets.inState("Processing").map(({ id }) => id));
  const stop = control.subscribe((change) => {
    if (change.kind !== "asset" || control.store.assets.byId(change.assetId)?.state !== "Processing") return;
    begun.add(change.assetId);
    if (begun.size < films) return;
    stop();
    control.pauseQueue(reason, "page");
  });
  return stop;
};
