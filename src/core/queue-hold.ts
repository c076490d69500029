/** Whether the queue gives out work: it runs, or a person holds it. */

/**
 * `paused` and `draining` do the same: nothing new is begun, and what is in work goes on to its end. They differ in what
 * the person waits for. Who pauses goes on later; who drains wants to hear when nothing is in work any more, to switch
 * the machine off. Neither ends by itself. New films go on being found and assessed.
 */
export const HOLD_KINDS = ["paused", "draining"] as const;
export type HoldKind = (typeof HOLD_KINDS)[number];

/** Where the wish came from. */
export const HOLDERS = ["page", "api", "cli"] as const;
export type Holder = (typeof HOLDERS)[number];

export type Hold = {
  readonly kind: "running" | HoldKind;
  /** What the person said; null when that was nothing. */
  readonly why: string | null;
  /** Epoch ms; null while the queue runs. */
  readonly since: number | null;
  readonly by: Holder | null;
};

export const RUNNING: Hold = { kind: "running", why: null, since: null, by: null };

const films = (count: number): string => (count === 1 ? "1 film" : `${count} films`);

/** The hold in a sentence; `inWork` is how many films are being worked on. */
export const holdSentence = ({ kind, why }: Hold, inWork: number): string => {
  if (kind === "running") return "The queue runs.";
  const reason = why === null ? "" : ` (${why})`;
  if (inWork === 0 && kind === "draining")
    return `The queue has stopped${reason}: nothing is in work, and nothing is begun until you resume it.`;
  const rest = inWork === 0 ? "" : `; ${films(inWork)} in work ${inWork === 1 ? "goes" : "go"} on to the end`;
  return `The queue is ${kind === "paused" ? "paused" : "finishing"}${reason}: nothing new is begun${rest}.`;
};
