/** Looks at the machine, and says what rests and what goes on. Everything it asks ends in bounded time. */
import {
  type GuardState,
  HOTTER_BY,
  isFarTooHot,
  restingOf,
  restsOf,
  watchOver,
} from "../core/guardrails.ts";
import { counted } from "../core/human-text.ts";
import { gpuWords, lostCard } from "../core/nvidia-smi.ts";
import { Problem } from "../core/problem.ts";
import { SERVERS } from "../core/servers.ts";
import type { Snapshot, WorkLane } from "../core/snapshot.ts";
import type { Gpu } from "../edges/gpu.ts";
import { createLoadReader, readMemory } from "../edges/machine.ts";
import { askPlaying, PLAYERS } from "../edges/servers/playing.ts";
import type { Loop } from "./assess-loop.ts";
import { enginesOf } from "./card-places.ts";
import type { CardWatch } from "./card-watch.ts";
import { createPauseHistory } from "./pause-history.ts";
import type { Running } from "./running.ts";
import { createSensor, type Sensor } from "./sensor.ts";
import type { EncoderLook } from "./system-facts.ts";

const DISKS_MS = 15_000;
const MACHINE_MS = 10_000;
const PLAYING_MS = 15_000;
const LINES_MS = 5000;

/** Where the machine says how it is; others in tests. */
export type Machine = {
  readonly proc?: string;
  readonly cgroup?: string;
};

type Around = {
  readonly card: CardWatch;
  readonly lastLook: () => EncoderLook | null;
  readonly machine?: Machine;
};

export const createGuardrailsLoop = (running: Running, around: Around): Loop => {
  const { settings, pauses, limits, disks, now, log, signal } = running;
  const { operational } = settings;
  const { card } = around;
  const load = createLoadReader(around.machine?.proc);
  const every = (ms: number) => ({ now, every: () => ms });
  let large: { readonly at: number; readonly films: Snapshot["tooLarge"] } | null = null;
  /** It asks for the first film of each line, and every film that ends wakes all loops. */
  const tooLarge = (): Snapshot["tooLarge"] => {
    if (large === null || Math.abs(now() - large.at) >= LINES_MS)
      large = { at: now(), films: disks.tooLarge() };
    return large.films;
  };
  const sensors = {
    disks: createSensor(disks.read, {
      ...every(DISKS_MS),
      onRead: () => {
        large = null;
        running.wake();
      },
    }),
    load: createSensor(load, every(MACHINE_MS)),
    memory: createSensor(
      async () => readMemory(around.machine?.proc, around.machine?.cgroup),
      every(MACHINE_MS),
    ),
    playing: createPlayingSensor(running),
  };
  const lostCardNow = createLostCard(running, around);
  const history = createPauseHistory(running);
  let state: GuardState = [];

  const snapshot = (): Snapshot => ({
    cards: heatOf(running, card),
    cardLost: lostCardNow(),
    disks: disks.disks(),
    tooLarge: tooLarge(),
    otherLoadPercent: sensors.load.value(),
    memory: sensors.memory.value(),
    watching: sensors.playing.value() ?? [],
    failing: limits.failing(),
  });

  /** Whoever begins a film before the first look may begin it on a full disk. Every first look ends within seconds. */
  const unread = (): readonly WorkLane[] => {
    if (!sensors.disks.hasRead()) return ["copies", "encodes"];
    return sensors.playing.hasRead() && card.hasRead() ? [] : ["encodes"];
  };

  return {
    pump: () => {
      if (signal.aborted) return;
      card.pump();
      sensors.disks.pump();
      sensors.memory.pump();
      if (operational.max_other_load_percent > 0) sensors.load.pump();
      sensors.playing.pump();
      limits.setWaiting(unread());
      for (const { gpu } of enginesOf(running.encoder())) coolDown(running, gpu, card.readings(gpu?.index));
      state = watchOver(state, { snapshot: snapshot(), limits: operational, now: now() });
      pauses.setRests(restsOf(state));
      running.cards.setHot(
        new Set(
          restingOf(state, "card-too-hot")
            .filter((key) => key !== "")
            .map(Number),
        ),
      );
      const { began, ended } = history(pauses.unresolved());
      for (const { code, detail } of began) log.warn({ code, detail }, "work rests");
      if (ended > 0) log.info({ ended }, "work goes on");
      if (began.length + ended > 0) running.changed({ kind: "overview" });
      if (ended > 0) running.wake();
    },
    idle: async () => {
      for (const each of [card, ...Object.values(sensors)]) await each.idle();
    },
  };
};

/** The cards that encode, as far as they say how hot they are. */
const heatOf = ({ encoder }: Running, card: CardWatch): Snapshot["cards"] =>
  enginesOf(encoder()).flatMap(({ gpu }) => {
    const degrees = card.degrees(gpu?.index);
    const [key, name] = gpu === null ? ["", ""] : [String(gpu.index), gpuWords(gpu)];
    return degrees === null ? [] : [{ key, name, degrees }];
  });

/** Far too hot, and resting did not help: what encodes there goes back to the queue. `gpu` null: there is one card. */
const coolDown = (running: Running, gpu: Gpu | null, readings: readonly number[]): void => {
  const { operational } = running.settings;
  if (!isFarTooHot(readings, operational)) return;
  const degrees = readings.at(-1);
  const from = operational.gpu_temperature_cutoff + HOTTER_BY;
  const why = new Problem(
    "card-too-hot",
    `${gpu === null ? "It" : gpuWords(gpu)} had ${degrees} °C; running encodes are stopped from ${from} °C.`,
  );
  for (const id of running.encoding()) {
    if (running.progress.get(id)?.phase !== "converting") continue;
    if (gpu !== null && running.cards.of(id)?.gpu?.uuid !== gpu.uuid) continue;
    const cancel = running.cancels.get(id);
    if (cancel === undefined || cancel.signal.aborted) continue;
    running.log.warn({ assetId: id, degrees }, "too hot: an encode is stopped");
    cancel.abort(why);
  }
};

/** Who plays something, in words. What a server says that does not answer is logged once. */
const createPlayingSensor = ({ settings, now, log, signal }: Running): Sensor<readonly string[]> => {
  const failing = new Map<string, string>();
  const asked = settings.operational.pause_while_watching
    ? PLAYERS.filter((player) => settings[player].url !== "")
    : [];
  const read = async (player: (typeof PLAYERS)[number]): Promise<readonly string[]> => {
    const said = await askPlaying(player, settings, signal);
    const code = said.kind === "failed" ? said.code : "";
    if (said.kind === "failed" && failing.get(player) !== code && !signal.aborted)
      log.warn(
        { server: player, code, detail: said.detail },
        "who watches is not known: nothing rests for it",
      );
    failing.set(player, code);
    return said.kind === "read" && said.value > 0
      ? [`${SERVERS[player]} plays ${counted(said.value, "film")}`]
      : [];
  };
  const readAll = async () => (await Promise.all(asked.map(read))).flat();
  return createSensor(readAll, { now, every: () => PLAYING_MS });
};

/**
 * Whether a card that worked is gone. nvidia-smi may say so before any film meets it: then the encoder is tried at once, and
 * believed.
 */
const createLostCard = ({ encoder, probeEncoder }: Running, { card, lastLook }: Around) => {
  let hadCard = false;
  let asked = Number.NEGATIVE_INFINITY;
  return (): Snapshot["cardLost"] => {
    const { status, encoder: found } = encoder();
    const lost = card.lost();
    if (lost !== null && lost.since > asked) {
      asked = lost.since;
      probeEncoder();
    }
    if (found?.isHardware === true) {
      hadCard = true;
      const isProvenSince = (lastLook()?.at ?? 0) > (lost?.since ?? 0);
      return lost === null || isProvenSince ? null : { why: lost.why, stops: true };
    }
    if (!hadCard && lost === null) return null;
    if (status.kind === "found")
      return { why: lost?.why ?? "No encoder of a card works any more.", stops: false };
    return {
      why: lost?.why ?? (status.kind === "none" ? (lostCard(status.why) ?? status.why) : ""),
      stops: true,
    };
  };
};
