/** How long work of the queue will take, by what this machine did lately. */
import { type Amount, type QueuedWork, type Seconds, timeOf } from "../../../core/queue-time.ts";
import type { Control } from "../../control.ts";

export type TimeFor = (work: QueuedWork, amount: Amount) => Seconds;

/** Reads the speed of each kind of work once, when it is first asked for. */
export const queueTimes = (control: Control): TimeFor => {
  const { encoder } = control.overview();
  const isHardware = encoder.kind === "found" && encoder.isHardware;
  const codec = encoder.kind === "found" ? encoder.codec : "";
  const paces = new Map<QueuedWork, ReturnType<Control["store"]["workload"]["pace"]>>();
  return (work, amount) => {
    if (!paces.has(work))
      paces.set(work, control.store.workload.pace(work, work === "video" ? codec : "copy"));
    return timeOf(work, amount, { pace: paces.get(work) ?? null, isHardware });
  };
};
