/**
 * Which queues a worker takes from. When what it is able to do changes, a lane moves to another queue while its films in work
 * go on; both queues together never have more in work than the lane has places.
 */
import type { WorkLane } from "../core/snapshot.ts";
import type { WorkResult } from "../core/work-order.ts";
import type { Intake, IntakeOptions, Taken } from "../edges/work-intake.ts";

/** The queue that a lane takes from, and how many films of it at once; null: nothing new. */
export type Course = { readonly queue: string; readonly slots: number } | null;

export type WorkerLanes = {
  readonly follow: (courses: Readonly<Record<WorkLane, Course>>) => void;
  /** Tokens of what is in work. */
  readonly running: () => readonly string[];
  /** Stops one film, with the reason that its signal gives. */
  readonly stop: (token: string, reason: string) => void;
  /** Ends when nothing is in work any more and every queue was left. */
  readonly idle: () => Promise<void>;
};

type LaneOptions = {
  readonly open: (options: Pick<IntakeOptions, "queue" | "slots" | "handle">) => Intake;
  readonly work: (taken: Taken, stop: AbortSignal) => Promise<WorkResult>;
  /** What is in work changed. */
  readonly onChange: () => void;
};

type Lane = { readonly follow: (course: Course) => void; readonly idle: () => Promise<void> };

export const createWorkerLanes = (options: LaneOptions): WorkerLanes => {
  const stops = new Map<string, AbortController>();
  const work = async (taken: Taken): Promise<WorkResult> => {
    const stop = new AbortController();
    stops.set(taken.id, stop);
    options.onChange();
    try {
      return await options.work(taken, stop.signal);
    } finally {
      stops.delete(taken.id);
      options.onChange();
    }
  };
  const lanes = {
    copies: createLane(options.open, work),
    encodes: createLane(options.open, work),
  } satisfies Record<WorkLane, Lane>;
  return {
    follow: ({ copies, encodes }) => {
      lanes.copies.follow(copies);
      lanes.encodes.follow(encodes);
    },
    running: () => [...stops.keys()],
    stop: (token, reason) => stops.get(token)?.abort(reason),
    idle: async () => void (await Promise.all([lanes.copies.idle(), lanes.encodes.idle()])),
  };
};

/** An intake, and how many films it has in work. */
type Post = { readonly intake: Intake; busy: number };

const createLane = (open: LaneOptions["open"], work: (taken: Taken) => Promise<WorkResult>): Lane => {
  let course: Course = null;
  let current: Post | null = null;
  const leaving = new Map<Post, Promise<void>>();
  const begin = ({ queue }: NonNullable<Course>, slots: number): Post => {
    const post: Post = {
      busy: 0,
      intake: open({
        queue,
        slots,
        handle: async (taken) => {
          post.busy += 1;
          try {
            return await work(taken);
          } finally {
            post.busy -= 1;
            settle();
          }
        },
      }),
    };
    return post;
  };
  const settle = (): void => {
    if (current !== null && current.intake.queue !== course?.queue) {
      const left = current;
      current = null;
      leaving.set(
        left,
        left.intake.close().finally(() => {
          leaving.delete(left);
          settle();
        }),
      );
    }
    if (course === null) return;
    const free = course.slots - [...leaving.keys()].reduce((sum, { busy }) => sum + busy, 0);
    // BullMQ counts from one: what comes while the old queue's films fill all places waits a little in the new one.
    if (current !== null) current.intake.setSlots(Math.max(1, free));
    else if (free > 0) current = begin(course, free);
  };
  return {
    follow: (next) => {
      course = next !== null && next.slots > 0 ? next : null;
      settle();
    },
    idle: async () => {
      while (leaving.size > 0) await Promise.all(leaving.values());
    },
  };
};
