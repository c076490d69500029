/**
 * Which queues a worker takes from. When what it is able to do changes, a lane moves to another queue while its films in work
 * go on; both queues together never have more in work than the lane has places.
 */
import type { WorkLane } from "../core/snapshot.ts";
import type { WorkResult } from "../core/work-order.ts";
import type { Intake, IntakeOptions, Taken } from "../edges/work-intake.ts";

const LANES = ["copies", "encodes"] as const satisfies readonly WorkLane[];

export type WorkerLanes = {
  /** From now on each lane takes from this queue; null: nothing. */
  readonly follow: (queues: Readonly<Record<WorkLane, string | null>>) => void;
  /** Tokens of what is in work. */
  readonly running: () => readonly string[];
  /** Stops one film, with the reason that its signal gives. */
  readonly stop: (token: string, reason: string) => void;
  /** Ends when nothing is in work any more and every queue was left. */
  readonly idle: () => Promise<void>;
};

type LaneOptions = {
  readonly slots: Readonly<Record<WorkLane, number>>;
  readonly open: (options: Pick<IntakeOptions, "queue" | "slots" | "handle">) => Intake;
  readonly work: (taken: Taken, stop: AbortSignal) => Promise<WorkResult>;
  /** What is in work changed. */
  readonly onChange: () => void;
};

export const createWorkerLanes = ({ slots, open, work, onChange }: LaneOptions): WorkerLanes => {
  const running = new Map<string, { readonly stop: AbortController; readonly intake: object }>();
  const lanes = LANES.map((lane) => createLane(lane, slots[lane]));
  return {
    follow: (queues) => {
      for (const lane of lanes) lane.follow(queues[lane.name]);
    },
    running: () => [...running.keys()],
    stop: (token, reason) => running.get(token)?.stop.abort(reason),
    idle: async () => void (await Promise.all(lanes.map((each) => each.idle()))),
  };

  function createLane(name: WorkLane, places: number) {
    let wanted: string | null = null;
    let current: { readonly intake: Intake; readonly key: object } | null = null;
    const leaving = new Map<object, Promise<void>>();
    const settle = (): void => {
      if (current !== null && current.intake.queue !== wanted) {
        const { intake, key } = current;
        current = null;
        const left = intake.close().finally(() => {
          leaving.delete(key);
          settle();
        });
        leaving.set(key, left);
      }
      const busy = [...running.values()].filter(({ intake }) => leaving.has(intake)).length;
      const free = places - busy;
      if (current !== null) current.intake.setSlots(Math.max(1, free));
      else if (wanted !== null && free > 0) current = begin(wanted, free);
    };
    const begin = (queue: string, free: number) => {
      const key = {};
      const handle = async (taken: Taken): Promise<WorkResult> => {
        const stop = new AbortController();
        running.set(taken.id, { stop, intake: key });
        onChange();
        try {
          return await work(taken, stop.signal);
        } finally {
          running.delete(taken.id);
          settle();
          onChange();
        }
      };
      return { intake: open({ queue, slots: free, handle }), key };
    };
    return {
      name,
      follow: (queue: string | null): void => {
        wanted = places > 0 ? queue : null;
        settle();
      },
      idle: async (): Promise<void> => {
        while (leaving.size > 0) await Promise.all(leaving.values());
      },
    };
  }
};
