/** The figures of this moment, for Prometheus: read from tables that are kept as things happen, no film is looked at. */
import type { Card } from "../core/nvidia-smi.ts";
import type { KeptLog } from "../edges/kept-log.ts";
import type { Metrics } from "../edges/metrics.ts";
import type { Control } from "./control.ts";
import { type Kept, keptOf } from "./kept.ts";
import { readinessOf } from "./readiness.ts";
import type { SystemFacts } from "./system-facts.ts";
import { WORKER_STATES, workersOf } from "./workers.ts";

type Asked = {
  readonly control: Control;
  readonly said: KeptLog;
  readonly metrics: Metrics;
  readonly now: () => number;
};

/** Cards and disks may take seconds to answer: who scrapes gets what they said the last time, at most this old. */
const MACHINE_KEPT_MS = 10_000;
/** Except for the first time. */
const FIRST_MS = 1000;

type Machine = { readonly facts: SystemFacts; readonly kept: readonly Kept[]; readonly isReady: boolean };

/** Gives the last answer and asks anew when it is old; null while there is none. */
const lately = <T>(ask: () => Promise<T>, now: () => number): (() => Promise<T | null>) => {
  let last: T | null = null;
  let askedAt: number | null = null;
  return async () => {
    if (askedAt !== null && now() - askedAt < MACHINE_KEPT_MS && now() >= askedAt) return last;
    askedAt = now();
    const asked = ask().then(
      (answer) => {
        last = answer;
      },
      () => {},
    );
    if (last === null)
      await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, FIRST_MS).unref())]);
    return last;
  };
};

const YES = 1;
const seconds = (at: number): number => at / 1000;

const setQueue = ({ control, metrics }: Asked): void => {
  const { store } = control;
  for (const { library, state, work, films } of store.figures.films())
    metrics.set("cvc_films", { library, state, work: work || "unknown" }, films);
  const failed = store.assets.count({ state: "Failed" }).facets()?.problem ?? {};
  for (const [code, films] of Object.entries(failed))
    if (films > 0) metrics.set("cvc_films_failed", { code }, films);
  for (const { lane, queued, held, running, places, pause } of control.lanes()) {
    metrics.set("cvc_queue_films", { lane, state: "waiting" }, Math.max(0, queued - held));
    metrics.set("cvc_queue_films", { lane, state: "held" }, held);
    metrics.set("cvc_queue_films", { lane, state: "running" }, running.length);
    metrics.set("cvc_queue_slots", { lane }, places);
    if (pause) metrics.set("cvc_queue_paused", { lane, code: pause.code }, YES);
  }
  metrics.set("cvc_queue_held", {}, control.hold().kind === "running" ? 0 : YES);
  const { encoder, pauses } = control.overview();
  const waiting = new Map<string, number>();
  for (const { code, films } of pauses) waiting.set(code, (waiting.get(code) ?? 0) + films);
  for (const [code, films] of waiting) metrics.set("cvc_pause_films", { code }, films);
  if (encoder.kind === "found")
    metrics.set("cvc_encoder_info", { encoder: encoder.codec, hardware: String(encoder.isHardware) }, YES);
};

const setLibraries = ({ control, metrics }: Asked): void => {
  const names = new Set(Object.keys(control.settings.libraries));
  for (const { library, fileCount, seenAt, problemCode } of control.store.roots.all()) {
    if (!names.has(library)) continue;
    metrics.set("cvc_library_files", { library }, fileCount);
    if (seenAt !== null) metrics.set("cvc_library_scan_timestamp_seconds", { library }, seconds(seenAt));
    if (problemCode !== null) metrics.set("cvc_library_problem", { library, code: problemCode }, YES);
  }
  for (const { library, mode } of control.watching())
    metrics.set("cvc_library_watch_info", { library, mode }, YES);
};

const setTold = ({ control, metrics }: Asked): void => {
  for (const { kind, name, waiting, problem } of control.store.deliveries.targets()) {
    metrics.set("cvc_deliveries_waiting", { kind, name }, waiting);
    if (problem) metrics.set("cvc_delivery_failing", { kind, name, code: problem.code }, YES);
  }
};

const setWorkers = ({ control, metrics }: Asked): void => {
  const workers = workersOf(control);
  for (const state of WORKER_STATES)
    metrics.set("cvc_workers", { state }, workers.filter((each) => each.elsewhere?.state === state).length);
  for (const { name, lanes } of workers)
    for (const { lane, running } of lanes)
      metrics.set("cvc_worker_jobs", { worker: name, lane }, running.length);
};

const setCard = (metrics: Metrics, card: Card, at: number): void => {
  const labels = { gpu: String(at), name: card.name };
  const figures = [
    ["cvc_gpu_temperature_celsius", card.temperatureCelsius],
    ["cvc_gpu_utilization_ratio", card.usedPercent === null ? null : card.usedPercent / 100],
    ["cvc_gpu_memory_used_bytes", card.memoryUsedBytes],
    ["cvc_gpu_memory_size_bytes", card.memoryTotalBytes],
    ["cvc_gpu_encoder_sessions", card.encodes],
  ] as const;
  for (const [name, value] of figures) if (value !== null) metrics.set(name, labels, value);
};

const setMachine = ({ metrics, control }: Asked, { facts, kept, isReady }: Machine): void => {
  const { versions, cards, disks, database } = facts;
  const { program, node, sqlite, ffmpeg } = versions;
  metrics.set("cvc_build_info", { version: program, node, sqlite, ffmpeg: ffmpeg ?? "" }, YES);
  metrics.set("cvc_ready", {}, isReady ? YES : 0);
  if (cards.kind === "cards") for (const [at, card] of cards.cards.entries()) setCard(metrics, card, at);
  for (const { folders, space } of disks)
    for (const { what: place } of space === null ? [] : folders) {
      metrics.set("cvc_disk_size_bytes", { place }, space?.totalBytes ?? 0);
      metrics.set("cvc_disk_free_bytes", { place }, space?.freeBytes ?? 0);
    }
  metrics.set("cvc_database_size_bytes", {}, database.sizeBytes);
  const [newest] = database.backups;
  if (newest) metrics.set("cvc_backup_timestamp_seconds", {}, seconds(newest.madeAt));
  const trouble = control.store.database.trouble();
  if (trouble) metrics.set("cvc_database_trouble", { code: trouble.code }, YES);
  for (const { what, bytes, limitBytes } of kept) {
    if (bytes !== null) metrics.set("cvc_kept_bytes", { what }, bytes);
    if (limitBytes !== null) metrics.set("cvc_kept_limit_bytes", { what }, limitBytes);
  }
};

/** Gives all figures as text. */
export const createScrape = (asked: Asked): (() => Promise<string>) => {
  const { control, said, metrics, now } = asked;
  const machine = lately(async (): Promise<Machine> => {
    const [facts, { isReady }] = await Promise.all([control.system.facts(), readinessOf(control)]);
    const { database } = facts;
    return { facts, isReady, kept: await keptOf({ control, said, database }) };
  }, now);
  return async () => {
    const found = await machine();
    metrics.clearGauges();
    setQueue(asked);
    setLibraries(asked);
    setTold(asked);
    setWorkers(asked);
    if (found) setMachine(asked, found);
    metrics.set("cvc_database_free_bytes", {}, control.store.database.room().freeBytes);
    metrics.set("cvc_log_lost_lines", {}, said.facts().lost);
    return metrics.text();
  };
};
