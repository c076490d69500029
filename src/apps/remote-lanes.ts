/**
 * Other machines that convert: what Redis and they say is read here, films are handed to them by pools, and what nobody
 * waits for any more is swept. SQLite stays the truth; all that is in Redis can be lost at any moment.
 */
import { Problem } from "../core/problem.ts";
import type { WorkLane } from "../core/snapshot.ts";
import { SILENT_MS } from "../core/work-order.ts";
import { freePools, type Pool, poolsOf } from "../core/work-pools.ts";
import { type RedisState, shownAddress } from "../edges/redis.ts";
import { queueOf } from "../edges/work-keys.ts";
import { createWorkQueue, type WorkQueue } from "../edges/work-queue.ts";
import type { Loop } from "./assess-loop.ts";
import { createFilmsOut, type FilmsOut } from "./films-out.ts";
import { librariesSaid } from "./libraries-said.ts";
import { createRests } from "./pool-rests.ts";
import { sweepQueue } from "./remote-sweep.ts";
import type { Running } from "./running.ts";
import { createWorkerWatch, type SeenWorker, type WorkerWatch } from "./worker-watch.ts";

export type RemoteOptions = {
  /** Of Redis; it may hold a password. */
  readonly address: string;
  /** How long a result may not be seen from here; another in tests; ms. */
  readonly patienceMs?: number;
  /** After so long without a word a worker is believed gone; another in tests; ms. */
  readonly silentMs?: number;
};

/** What the faces may ask of the workers elsewhere. */
export type RemoteWorkers = {
  /** Where Redis is, as it may be shown, and whether it answers. */
  readonly redis: () => { readonly address: string; readonly state: RedisState };
  readonly list: () => readonly SeenWorker[];
  /** Films they take at once in a lane, all together. */
  readonly slots: (lane: WorkLane) => number;
  /** Whether a film is with them, or waits for one of them. */
  readonly isOut: (assetId: number) => boolean;
  /** Throws Problem worker-not-found. */
  readonly pause: (name: string, isPaused: boolean) => void;
  /** Redis does not answer, or takes nothing; null: all is well. */
  readonly problem: () => Problem | null;
};

export type RemoteLanes = Loop &
  RemoteWorkers & {
    /** Pools of a lane that may be given a film now, the freest first. */
    readonly free: (lane: WorkLane) => readonly Pool[];
    readonly films: FilmsOut;
  };

const LOOK_MS = 2_000;
const LIBRARIES_MS = 60_000;
const SWEEP_MS = 30_000;
/** As long as Redis keeps what nobody fetched. */
const SWEPT_MS = 7 * 86_400_000;
/** A share of another machine may be that late: attributes of folders are kept for a minute by NFS. */
const PATIENCE_MS = 65_000;

export const createRemoteLanes = (running: Running, options: RemoteOptions): RemoteLanes => {
  const { settings, now, log, signal } = running;
  const { address, patienceMs = PATIENCE_MS, silentMs = SILENT_MS } = options;
  const rests = createRests(now);
  let answersSince: number | null = null;
  let looking: Promise<void> | null = null;
  const last = { look: 0, libraries: 0, sweep: 0, ready: 0 };

  const onState = (state: RedisState): void => {
    const redis = shownAddress(address);
    if (state.kind === "refuses") {
      // What is out is looked at on: to be read it still is.
      log.warn({ redis, why: state.why }, "Redis takes nothing: other machines are given nothing");
    } else if (state.kind === "ready") {
      answersSince = now();
      Object.assign(last, { look: 0, libraries: 0, sweep: 0 });
      watch.backAgain();
      log.info({ redis }, "Redis answers");
    } else if (answersSince !== null) {
      answersSince = null;
      log.warn({ redis, ...state }, "Redis is away: other machines are given nothing");
    }
    running.changed({ kind: "overview" });
    running.wake();
  };
  const queue = createWorkQueue(address, {
    onState,
    onEvent: ({ token, news }) => {
      const each = films.all().get(token);
      if (each) each.nudge(news);
      else if (news === null) last.sweep = 0;
    },
  });
  const watch = createWorkerWatch(running, queue, silentMs);
  const refuses = (): boolean => queue.state().kind === "refuses";
  const pools = (lane: WorkLane): readonly Pool[] =>
    poolsOf(lane, watch.ready(), {
      gpuOnly: settings.operational.gpu_only,
      queueOf: (hello) => queueOf(lane, hello),
    });
  const films = createFilmsOut(running, {
    ...{ queue, pools, rests, refuses, patienceMs, silentMs },
    answersSince: () => answersSince,
    signOf: watch.signOf,
    fetches: watch.fetches,
  });

  const look = async (): Promise<void> => {
    if (answersSince === null) return;
    await watch.hear(await queue.hellos());
    running.wake();
    // It may be Redis that takes nothing of theirs: what is written next tells.
    const ready = watch.ready().length;
    if (queue.mayTry() || ready < last.ready) last.libraries = 0;
    last.ready = ready;
    if (now() - last.libraries >= LIBRARIES_MS) {
      last.libraries = now();
      await queue.sayLibraries(librariesSaid(running));
    }
    if (now() - last.sweep < SWEEP_MS) return;
    last.sweep = now();
    // No job names the pool of those who were given a part of its film.
    const there = pools("encodes").map((each) => each.queue);
    await sweepAll(running, queue, there, (token) => films.all().has(token));
  };

  return {
    pump: () => {
      if (signal.aborted || looking !== null || now() - last.look < LOOK_MS) return;
      last.look = now();
      looking = look()
        .catch((thrown: unknown) => log.debug({ err: thrown }, "Redis was asked in vain"))
        .finally(() => {
          looking = null;
        });
    },
    idle: async () => {
      await looking;
      await films.idle();
      await queue.close();
    },
    ...facesOf({ address, queue, watch, pools, isThere: () => answersSince !== null && !refuses() }, () => {
      last.look = 0;
      running.wake();
    }),
    films,
    isOut: (assetId) => [...films.all().values()].some((each) => each.assetId === assetId),
    free: (lane) =>
      answersSince === null || refuses() || films.isFull()
        ? []
        : freePools(pools(lane), films.in).filter((each) => !rests.isResting(each.queue)),
  };
};

/** Of pools as well whose workers are gone: what they still brought lies there. */
const sweepAll = async (
  running: Running,
  queue: WorkQueue,
  there: readonly string[],
  isOut: (token: string) => boolean,
): Promise<void> => {
  const handed = running.store.jobs.poolsSince(running.now() - SWEPT_MS);
  for (const name of new Set([...handed, ...there])) await sweepQueue(running, queue, name, isOut);
};

const OF_STATE = { away: "redis-unreachable", refuses: "redis-refuses" } as const;

type Around = {
  readonly address: string;
  readonly queue: WorkQueue;
  readonly watch: WorkerWatch;
  readonly pools: (lane: WorkLane) => readonly Pool[];
  readonly isThere: () => boolean;
};

const facesOf = (
  { address, queue, watch, pools, isThere }: Around,
  lookNow: () => void,
): Omit<RemoteWorkers, "isOut"> => ({
  redis: () => ({ address: shownAddress(address), state: queue.state() }),
  list: watch.all,
  slots: (lane) => (isThere() ? pools(lane).reduce((sum, each) => sum + each.slots, 0) : 0),
  pause: (name, isPaused) => {
    if (!watch.pause(name, isPaused)) throw new Problem("worker-not-found", name);
    lookNow();
  },
  problem: () => {
    const state = queue.state();
    return "why" in state
      ? new Problem(OF_STATE[state.kind], `${shownAddress(address)}: ${state.why}`)
      : null;
  },
});
