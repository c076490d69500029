/**
 * Asks probe processes what films are: starts them when there is much to ask, ends them when there is not, and starts others
 * for those that died. Whatever goes wrong costs a film no more than that ffprobe is asked.
 */
import { hasLibav } from "./libav.ts";
import type { Read } from "./messages.ts";
import {
  CHILD,
  type Command,
  type Ending,
  LIMITS,
  type ProbeProcess,
  type ProcessLimits,
  startProbeProcess,
} from "./process.ts";

export type QuickState =
  /** The optional package is not installed for this machine. */
  | { readonly kind: "absent" }
  /** It is, and cannot be loaded. */
  | { readonly kind: "unable"; readonly why: string }
  /** It died again and again, the last time of this; it is tried again later. */
  | { readonly kind: "resting"; readonly why: string }
  /** `version` is null until it was needed. */
  | { readonly kind: "there"; readonly version: string | null; readonly pids: readonly number[] };

export type QuickReader = {
  /** What a film is; null when ffprobe is to be asked. Throws Problem cancelled, interrupted. */
  readonly read: (path: string, signal?: AbortSignal) => Promise<Read | null>;
  readonly state: () => QuickState;
  /** Ends its processes, and starts none any more. */
  readonly close: () => Promise<void>;
};

export type QuickOptions = {
  /** null: there is none. */
  readonly command?: Command | null;
  readonly limits?: Partial<ProcessLimits>;
  /** An idle process takes 120 MB, so it is not kept for long. */
  readonly idleMs?: number;
  /** So many films in `RECENT_MS` are worth a start; fewer are sooner asked of ffprobe. */
  readonly worth?: number;
  /** How a process ended that was not told to. */
  readonly onFailure?: (ending: Exclude<Ending, { readonly kind: "told" }>) => void;
};

/** As many as films are looked into at a time. */
const MOST = 2;
const IDLE_MS = 60_000;
/** Starting one takes as much of a processor as four to six ffprobes (measured). */
const WORTH = 3;
const RECENT_MS = 5000;
/** Memory that native code forgets ends with its process. */
const MOST_FILMS = 2000;
/** Deaths without an answer between them after which it rests, and for how long. */
const MOST_FAILURES = 5;
const REST_MS = 600_000;

/** Starts nothing before it is asked for several films. */
export const createQuickReader = (options: QuickOptions = {}): QuickReader => {
  const { command = hasLibav() ? CHILD : null, idleMs = IDLE_MS, worth = WORTH, onFailure } = options;
  const limits = { ...LIMITS, ...options.limits };
  type Kept = { readonly process: ProbeProcess; films: number; idle: NodeJS.Timeout | undefined };
  const kept = new Set<Kept>();
  const ends = new Set<Promise<void>>();
  let asked: number[] = [];
  let state: QuickState = command === null ? { kind: "absent" } : NOT_NEEDED;
  let [failures, restsUntil, isClosed] = [0, 0, false];

  const rest = (each: Kept): void => {
    clearTimeout(each.idle);
    each.idle = setTimeout(() => end(each), idleMs).unref();
  };
  const end = (each: Kept): void => {
    clearTimeout(each.idle);
    kept.delete(each);
    const gone = each.process.end().finally(() => ends.delete(gone));
    ends.add(gone);
  };
  const onEnd = (each: Kept, ending: Ending): void => {
    end(each);
    if (ending.kind === "told") return;
    failures += 1;
    if (ending.kind === "unable") state = ending;
    else if (failures >= MOST_FAILURES) {
      state = { kind: "resting", why: ending.why };
      restsUntil = performance.now() + REST_MS;
    }
    onFailure?.(ending);
  };
  const isWanted = (): boolean => {
    if (isClosed || kept.size >= MOST || asked.length < worth || state.kind === "unable") return false;
    if (state.kind === "resting" && performance.now() < restsUntil) return false;
    if (state.kind === "resting") [state, failures] = [NOT_NEEDED, 0];
    return true;
  };
  const startOne = (program: Command): void => {
    const each: Kept = {
      process: startProbeProcess(
        program,
        limits,
        () => {
          state = { kind: "there", version: each.process.version(), pids: [] };
          rest(each);
        },
        (ending) => onEnd(each, ending),
      ),
      films: 0,
      idle: undefined,
    };
    kept.add(each);
  };

  return {
    read: async (path, signal) => {
      if (command === null || isClosed) return null;
      const now = performance.now();
      asked = [...asked.filter((at) => now - at < RECENT_MS).slice(-worth), now];
      const free = [...kept].find(({ process }) => process.isFree());
      if (free === undefined) {
        if (isWanted()) startOne(command);
        return null;
      }
      clearTimeout(free.idle);
      const read = await free.process.ask(path, signal);
      if (read !== null) failures = 0;
      free.films += 1;
      if (kept.has(free)) (free.films >= MOST_FILMS ? end : rest)(free);
      return read;
    },
    state: () =>
      state.kind === "there"
        ? { ...state, pids: [...kept].flatMap(({ process: { pid } }) => (pid === undefined ? [] : [pid])) }
        : state,
    close: async () => {
      isClosed = true;
      for (const each of kept) end(each);
      await Promise.all(ends);
    },
  };
};

const NOT_NEEDED: QuickState = { kind: "there", version: null, pids: [] };

/** Whether one can be started here; starts one and ends it. */
export const tryQuickReader = async (
  command: Command | null = hasLibav() ? CHILD : null,
): Promise<QuickState> => {
  if (command === null) return { kind: "absent" };
  return new Promise((resolve) => {
    const process = startProbeProcess(
      command,
      LIMITS,
      () => {
        const version = process.version();
        void process.end().then(() => resolve({ kind: "there", version, pids: [] }));
      },
      (ending) => {
        if (ending.kind !== "told") resolve({ kind: "unable", why: ending.why });
      },
    );
  });
};
