/** What a worker does about the notes that an orchestrator leaves for it. */
import type { WorkerWish } from "../core/work-order.ts";
import type { Log } from "../edges/log.ts";
import type { Notes } from "../edges/work-board.ts";
import type { WorkerLanes } from "./worker-lanes.ts";
import type { Reach } from "./worker-reach.ts";

/** Libraries that are reached now may not be a minute later; one that is not may be any moment. */
const LOOK_MS = { all: 60_000, some: 5_000 };
const NOBODY_WISHES: WorkerWish = { isPaused: false, refusal: "" };

export type Heeding = {
  /** A person paused it, or the orchestrator cannot speak with it. */
  readonly rests: () => boolean;
  /** Celsius from which a card takes no film; null: the orchestrator did not say. */
  readonly cardCutoff: () => number | null;
  readonly heed: (notes: Notes) => void;
  /** The libraries are looked at with the next notes, however lately they were. */
  readonly lookAgain: () => void;
};

/** `onLooked` is called when it is known anew which libraries are reached. */
export const createHeeding = ({
  lanes,
  reach,
  log,
  onLooked,
}: {
  readonly lanes: Pick<WorkerLanes, "stop">;
  readonly reach: Reach;
  readonly log: Log;
  readonly onLooked: () => void;
}): Heeding => {
  let wish = NOBODY_WISHES;
  let looked = { text: "", at: Number.NEGATIVE_INFINITY };
  let isLooking = false;
  const look = async ({ libraries }: Notes): Promise<void> => {
    const text = JSON.stringify(libraries ?? []);
    const everyMs = reach.libraries().length < (libraries ?? []).length ? LOOK_MS.some : LOOK_MS.all;
    if (isLooking || (text === looked.text && performance.now() - looked.at < everyMs)) return;
    isLooking = true;
    looked = { text, at: performance.now() };
    await reach.look(libraries ?? []);
    isLooking = false;
    onLooked();
  };
  return {
    rests: () => wish.isPaused || wish.refusal !== "",
    cardCutoff: () => wish.cardCutoff ?? null,
    heed: (notes) => {
      for (const token of notes.cancelled) lanes.stop(token, "cancelled");
      const next = notes.wish ?? NOBODY_WISHES;
      if (next.refusal !== "" && next.refusal !== wish.refusal)
        log.error({ why: next.refusal }, "the orchestrator gives this worker nothing; it waits");
      if (next.isPaused !== wish.isPaused) log.info(next.isPaused ? "paused by a person" : "goes on");
      wish = next;
      void look(notes);
    },
    lookAgain: () => {
      looked = { ...looked, at: Number.NEGATIVE_INFINITY };
    },
  };
};
