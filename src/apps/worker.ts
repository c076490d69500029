/** A worker: takes orders of an orchestrator through Redis, converts, and answers. It keeps no database and publishes nothing. */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { WorkLane } from "../core/snapshot.ts";
import { HEARTBEAT_MS, LOCK_MS, PROTOCOL, SILENT_MS, type WorkerHello } from "../core/work-order.ts";
import { createFfprobe } from "../edges/ffprobe.ts";
import { connectRedis, type RedisConnection, type RedisState, shownAddress } from "../edges/redis.ts";
import { openWorkBoard } from "../edges/work-board.ts";
import { openIntake } from "../edges/work-intake.ts";
import { queueOf } from "../edges/work-keys.ts";
import { createCardPlaces } from "./card-places.ts";
import { VERSION } from "./version.ts";
import { type AbilityOptions, createWorkerAbility, type WorkerAbility } from "./worker-ability.ts";
import { createHeeding } from "./worker-heed.ts";
import { type WorkerTools, workOn } from "./worker-job.ts";
import { type Course, createWorkerLanes } from "./worker-lanes.ts";
import type { Reach } from "./worker-reach.ts";

export type WorkerOptions = Omit<AbilityOptions, "now" | "signal" | "onChange" | "cardCutoff"> & {
  readonly redis: string;
  readonly name: string;
  readonly reach: Reach;
  /** Called at each heartbeat, whether Redis answers or not. */
  readonly onAlive?: (redis: RedisState) => void;
  /** Others than these in tests. */
  readonly lockMs?: number;
  readonly heartbeatMs?: number;
};

export type RunningWorker = {
  readonly hello: () => WorkerHello;
  /**
   * Takes nothing new, gives back what is not done within `graceMs`, and leaves. Called again with less it hurries. Ends when
   * all is answered or cannot be.
   */
  readonly end: (graceMs: number) => Promise<void>;
};

/** What is stopped has this long to be answered, and Redis to be told. */
const LEAVE_MS = 10_000;
const ANSWER_LOOK_MS = 200;

/** Throws Problem settings-invalid. That Redis is away is no problem: it is waited for. */
export const startWorker = (options: WorkerOptions): RunningWorker => {
  const { redis, name, reach, log, heartbeatMs = HEARTBEAT_MS, lockMs = LOCK_MS } = options;
  const [id, startedAt, ending] = [randomUUID(), Date.now(), new AbortController()];
  let isDraining = false;
  const onChange = (): void => void say();
  const cardCutoff = (): number | null => heeding.cardCutoff();
  const ability = createWorkerAbility({
    ...options,
    ...{ now: Date.now, signal: ending.signal, onChange, cardCutoff },
  });
  const connection = openConnection(options);
  const isAnswering = (): boolean => connection.state().kind === "ready";
  const tools = toolsOf(options, ability, isAnswering);
  const lanes = createWorkerLanes({
    open: (intake) =>
      openIntake({ ...intake, connection, lockMs, onError: (err) => log.debug({ err }, "Redis said") }),
    work: (taken, stop) => workOn(tools, taken, stop),
    onChange,
  });
  const heeding = createHeeding({ lanes, reach, log, onLooked: onChange });
  const board = openWorkBoard(redis, `cvc worker ${name}`, (control) => {
    if (control.kind === "cancel") lanes.stop(control.token, "cancelled");
    if (control.kind === "libraries") heeding.lookAgain();
    if (control.kind === "libraries" || (control.kind === "wish" && control.name === name)) void beat();
  });
  const hello = (): WorkerHello => ({
    ...{ protocol: PROTOCOL, version: VERSION, id, name, startedAt, at: Date.now() },
    ...ability.now(),
    libraries: reach.libraries(),
    access: reach.access,
    running: lanes.running(),
    state: isDraining ? "draining" : heeding.rests() ? "paused" : "working",
  });
  /** Takes from the queues of what it is able to do now, and says so. */
  const say = async (): Promise<void> => {
    if (ending.signal.aborted) return;
    tools.cards.setHot(ability.hot());
    const now = hello();
    // While Redis is away no queue can be left.
    if (isDraining || isAnswering())
      lanes.follow({ copies: courseOf("copies", now), encodes: courseOf("encodes", now) });
    await board.say(now, SILENT_MS).catch(() => {});
  };
  const beat = async (): Promise<void> => {
    if (ending.signal.aborted) return;
    ability.pump();
    options.onAlive?.(board.state());
    const notes = await board.read(name, lanes.running()).catch(() => null);
    if (notes !== null) heeding.heed(notes);
    await say();
  };
  const timer = setInterval(() => void beat(), heartbeatMs);
  void beat();
  const leave = async (): Promise<void> => {
    isDraining = true;
    log.info({ running: lanes.running().length }, "ends: takes nothing new");
    await say();
    const unanswerable = async (): Promise<void> => {
      while (isAnswering() || lanes.running().length > 0)
        await wait(ANSWER_LOOK_MS, undefined, { ref: false });
    };
    await Promise.race([lanes.idle(), unanswerable()]);
    // It must not say once more that it is there after it took its name off.
    clearInterval(timer);
    ending.abort("shutdown");
    await board.leave(id).catch(() => {});
  };
  let left: Promise<void> | null = null;
  return {
    hello,
    end: async (graceMs) => {
      left ??= leave();
      await Promise.race([left, wait(graceMs, undefined, { ref: false })]);
      for (const token of lanes.running()) lanes.stop(token, "shutdown");
      await Promise.race([left, wait(LEAVE_MS, undefined, { ref: false })]);
      clearInterval(timer);
      ending.abort("shutdown");
      await ability.idle();
      board.close();
      connection.close();
    },
  };
};

const toolsOf = (
  { name, ffmpeg, reach, log }: WorkerOptions,
  ability: WorkerAbility,
  isAnswering: () => boolean,
): WorkerTools => ({
  ...{ name, ffmpeg, reach, log },
  ffprobe: createFfprobe(),
  cards: createCardPlaces({ encoder: ability.encoder, now: Date.now }),
  probeEncoder: ability.probe,
  answering: async (signal) => {
    while (!isAnswering() && !signal.aborted) await wait(ANSWER_LOOK_MS);
  },
});

const courseOf = (lane: WorkLane, hello: WorkerHello): Course =>
  hello.state === "working" && hello.libraries.length > 0
    ? { queue: queueOf(lane, hello), slots: hello.slots[lane] }
    : null;

/** For taking and answering; how it stands is said once at each change. */
const openConnection = ({ redis, name, log }: WorkerOptions): RedisConnection =>
  connectRedis(redis, {
    use: "blocking",
    name: `cvc worker ${name}`,
    onState: (state) => {
      if ("why" in state) log.warn({ redis: shownAddress(redis), why: state.why }, "Redis is away");
      else log.info({ redis: shownAddress(redis) }, "Redis answers");
    },
  });
