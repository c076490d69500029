/** Which workers are there, since when one is silent, what each is told, and who is paused. */
import { counted } from "../core/human-text.ts";
import { mayWork, PROTOCOL, SILENT_MS, type WorkerHello, type WorkerWish } from "../core/work-order.ts";
import { jsonOrNull, readHello } from "../edges/work-messages.ts";
import type { WorkQueue } from "../edges/work-queue.ts";
import type { Running } from "./running.ts";

export type SeenWorker = {
  readonly hello: WorkerHello;
  /** By our clock: when it last said something new. */
  readonly heardAt: number;
  readonly isThere: boolean;
  readonly isPaused: boolean;
  /** Why it is given nothing; empty when all is well. */
  readonly refusal: string;
};

export type WorkerWatch = {
  /** What was read now; tells each what it does not know yet. */
  readonly hear: (hellos: readonly WorkerHello[]) => Promise<void>;
  /** Redis is back: nobody is silent for the time in which nobody could be heard, and all is told anew. */
  readonly backAgain: () => void;
  /** Workers that may be given films. */
  readonly ready: () => readonly WorkerHello[];
  /** Those that are there, and those that were lately. */
  readonly all: () => readonly SeenWorker[];
  /** By our clock: when a worker last said anew that it works on a film; null: none did. */
  readonly signOf: (token: string) => number | null;
  /** Whether one that fetches over HTTP says that it works on a film. */
  readonly fetches: (token: string) => boolean;
  /** False: there is none of that name. */
  readonly pause: (name: string, isPaused: boolean) => boolean;
};

/** What is stored of a worker is written this often; ms. */
const WRITTEN_MS = 60_000;
/** One that is gone is shown for so long, then only its pause is; ms. */
const SHOWN_MS = 86_400_000;

type Heard = { readonly hello: WorkerHello; readonly at: number };
type Deps = Pick<Running, "store" | "settings" | "now" | "log" | "changed">;

const refusalOf = ({ protocol, version }: WorkerHello): string =>
  protocol === PROTOCOL
    ? ""
    : `It speaks version ${protocol} of the protocol and this program ${PROTOCOL}: ${protocol < PROTOCOL ? `update the worker (it is ${version})` : "update this program"}.`;

/** One that is gone is shown until there is another of its name, or a day. */
const forgetSilent = (heard: Map<string, Heard>, now: number, isThere: (each: Heard) => boolean): void => {
  for (const [id, each] of heard) {
    if (isThere(each)) continue;
    const others = [...heard.values()].filter(({ hello }) => hello.name === each.hello.name);
    if (now - each.at > SHOWN_MS || others.some(({ at }) => at > each.at)) heard.delete(id);
  }
};

export const createWorkerWatch = (
  { store, settings, now, log, changed }: Deps,
  queue: Pick<WorkQueue, "wish">,
  silentMs = SILENT_MS,
): WorkerWatch => {
  /** By id. */
  const heard = new Map<string, Heard>();
  const signs = new Map<string, number>();
  const told = new Map<string, string>();
  const written = new Map<string, number>();
  let paused = new Set(store.workers.all().flatMap(({ name, isPaused }) => (isPaused ? [name] : [])));
  for (const { hello: said, lastSeen } of store.workers.all()) {
    const hello = readHello(jsonOrNull(said));
    if (hello !== null && now() - lastSeen < SHOWN_MS) heard.set(hello.id, { hello, at: lastSeen });
  }

  const isThere = ({ at }: Heard): boolean => now() - at < silentMs;
  const wishOf = (hello: WorkerHello): WorkerWish => ({
    isPaused: paused.has(hello.name),
    refusal: refusalOf(hello),
    cardCutoff: settings.operational.gpu_temperature_cutoff,
  });
  const write = (hello: WorkerHello): void => {
    written.set(hello.name, now());
    store.workers.seen({ name: hello.name, at: now(), hello: JSON.stringify(hello) });
  };
  const take = (hello: WorkerHello): void => {
    const before = heard.get(hello.id);
    // Its own clock may be any: what counts is that it says something new.
    if (before?.hello.at === hello.at) return;
    heard.set(hello.id, { hello, at: now() });
    for (const token of hello.running) signs.set(token, now());
    const isNew = before === undefined || !isThere(before);
    if (isNew) log.info({ worker: hello.name, encoder: hello.encoder?.codec ?? null }, "a worker is there");
    const isOther = before?.hello.state !== hello.state || isNew;
    if (isOther) changed({ kind: "overview" });
    if (isOther || now() - (written.get(hello.name) ?? 0) >= WRITTEN_MS) write(hello);
  };

  return {
    hear: async (hellos) => {
      const before = [...heard.values()].filter(isThere).length;
      for (const each of hellos) take(each);
      forgetSilent(heard, now(), isThere);
      for (const [token, at] of signs) if (now() - at > 10 * SILENT_MS) signs.delete(token);
      for (const hello of hellos) {
        const wish = wishOf(hello);
        const words = JSON.stringify(wish);
        if (told.get(hello.name) === words) continue;
        await queue.wish(hello.name, wish);
        told.set(hello.name, words);
        if (wish.refusal !== "")
          log.warn({ worker: hello.name, why: wish.refusal }, "a worker is given nothing");
      }
      const there = [...heard.values()].filter(isThere).length;
      if (there < before) {
        log.warn({ gone: before - there }, `${counted(there, "worker")} left`);
        changed({ kind: "overview" });
      }
    },
    backAgain: () => {
      told.clear();
      for (const [id, each] of heard) if (now() - each.at < SHOWN_MS) heard.set(id, { ...each, at: now() });
      for (const token of signs.keys()) signs.set(token, now());
    },
    ready: () =>
      [...heard.values()].flatMap(({ hello, at }) =>
        mayWork({ ...hello, at }, now(), silentMs) && !paused.has(hello.name) ? [hello] : [],
      ),
    all: () =>
      [...heard.values()]
        .map((each) => ({
          hello: each.hello,
          heardAt: each.at,
          isThere: isThere(each),
          isPaused: paused.has(each.hello.name),
          refusal: refusalOf(each.hello),
        }))
        .toSorted((a, b) => (a.hello.name < b.hello.name ? -1 : 1)),
    signOf: (token) => signs.get(token) ?? null,
    fetches: (token) =>
      [...heard.values()].some(({ hello }) => hello.access === "http" && hello.running.includes(token)),
    pause: (name, isPaused) => {
      if (!store.workers.pause(name, isPaused)) return false;
      paused = new Set(isPaused ? [...paused, name] : [...paused].filter((each) => each !== name));
      told.delete(name);
      changed({ kind: "overview" });
      return true;
    },
  };
};
