/**
 * Asks probe processes what films are: starts them when there is much to ask, ends them when there is not, and starts others
 * for those that died. Whatever goes wrong costs a film no more than that ffprobe is asked.
 */
import { stoppedBy } from "../../core/stopped.ts";
import { hasLibav } from "./libav.ts";
import type { Look } from "./look-at-film.ts";
import type { Answer, Asked, Looked, Read } from "./messages.ts";
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
  /** So many films are about to be asked for: what is worth a start is started before the first ones are. */
  readonly expect: (films: number) => void;
  /** What a film is; null when ffprobe is to be asked. Throws Problem cancelled, interrupted. */
  readonly read: (path: string, signal?: AbortSignal) => Promise<Read | null>;
  /** What filters say of its pictures, a window each; null when ffmpeg is to be asked. Throws as `read`. */
  readonly look: (look: Look, signal?: AbortSignal) => Promise<readonly Looked[] | null>;
  /**
   * Asks ffprobe or ffmpeg in their place, of two films at a time, however many are looked into while processes answer. Throws
   * what `work` throws, and Problem cancelled, interrupted.
   */
  readonly instead: <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;
  readonly state: () => QuickState;
  /** Whether a process answers at this moment. */
  readonly isReady: () => boolean;
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

/** Two fill two cores, and leave a large machine responsive. */
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

type Kept = { readonly process: ProbeProcess; films: number; idle: NodeJS.Timeout | undefined };

/** Who waits for a process that is busy. */
const createTurns = () => {
  const waiting = new Set<() => void>();
  return {
    /** One may be free, or gone. */
    pass: (): void => {
      for (const look of waiting) look();
    },
    wait: (signal?: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          waiting.delete(look);
          signal?.removeEventListener("abort", look);
          resolve();
        };
        waiting.add(look);
        signal?.addEventListener("abort", look, { once: true });
      }),
  };
};

/** Runs so many at a time, in the order in which they came; none that nobody waits for any more. */
const createPlaces = (most: number): QuickReader["instead"] => {
  const waiting: (() => void)[] = [];
  let free = most;
  return async (work, signal) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      if (signal?.aborted) throw stoppedBy(signal);
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
};

/** The processes that there are, and whether more may be started. */
const createCrew = (command: Command, { limits, idleMs = IDLE_MS, onFailure }: QuickOptions) => {
  const kept = new Set<Kept>();
  const ends = new Set<Promise<void>>();
  const turns = createTurns();
  let state: QuickState = NOT_NEEDED;
  let [failures, restsUntil, isClosed] = [0, 0, false];
  const end = (each: Kept): void => {
    clearTimeout(each.idle);
    kept.delete(each);
    turns.pass();
    const gone = each.process.end().finally(() => ends.delete(gone));
    ends.add(gone);
  };
  const rest = (each: Kept): void => {
    clearTimeout(each.idle);
    each.idle = setTimeout(() => end(each), idleMs).unref();
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
  const mayStart = (): boolean => {
    if (isClosed || kept.size >= MOST || state.kind === "unable") return false;
    if (state.kind === "resting" && performance.now() < restsUntil) return false;
    if (state.kind === "resting") [state, failures] = [NOT_NEEDED, 0];
    return true;
  };
  const begin = (): void => {
    const onReady = (): void => {
      state = { kind: "there", version: each.process.version(), pids: [] };
      rest(each);
      turns.pass();
    };
    const process = startProbeProcess(command, { ...LIMITS, ...limits }, onReady, (how) => onEnd(each, how));
    const each: Kept = { process, films: 0, idle: undefined };
    kept.add(each);
  };
  const firstFree = (): Kept | undefined =>
    isClosed ? undefined : [...kept].find(({ process }) => process.isFree());
  const isAnyReady = (): boolean => [...kept].some(({ process }) => process.version() !== null);
  return {
    /** One more, where there are fewer than so many. */
    begin: (wanted = MOST): void => {
      if (kept.size < wanted && mayStart()) begin();
    },
    /** Asks one as soon as it is free; undefined where none is ready. */
    ask: async (question: Asked, signal?: AbortSignal): Promise<Answer | null | undefined> => {
      let free = firstFree();
      while (free === undefined && isAnyReady() && !isClosed && !signal?.aborted) {
        await turns.wait(signal);
        free = firstFree();
      }
      if (free === undefined || signal?.aborted) return undefined;
      clearTimeout(free.idle);
      const answer = await free.process.ask(question, signal);
      if (answer !== null) failures = 0;
      free.films += 1;
      if (kept.has(free)) (free.films >= MOST_FILMS ? end : rest)(free);
      turns.pass();
      return answer;
    },
    isReady: isAnyReady,
    state: (): QuickState =>
      state.kind === "there"
        ? { ...state, pids: [...kept].flatMap(({ process: { pid } }) => (pid === undefined ? [] : [pid])) }
        : state,
    close: async (): Promise<void> => {
      isClosed = true;
      for (const each of kept) end(each);
      await Promise.all(ends);
    },
  };
};

const NOT_NEEDED: QuickState = { kind: "there", version: null, pids: [] };

/** Starts nothing before it is asked for several films. */
export const createQuickReader = (options: QuickOptions = {}): QuickReader => {
  const { command = hasLibav() ? CHILD : null, worth = WORTH } = options;
  const crew = command === null ? null : createCrew(command, options);
  let recent: number[] = [];
  const ask = async (question: Asked, signal?: AbortSignal): Promise<Answer | null> => {
    const now = performance.now();
    recent = [...recent.filter((at) => now - at < RECENT_MS).slice(-worth), now];
    const answer = await crew?.ask(question, signal);
    if (answer === undefined && recent.length >= worth) crew?.begin();
    return answer ?? null;
  };
  return {
    expect: (films) => {
      for (let wanted = 1; wanted <= MOST && films >= wanted * worth; wanted++) crew?.begin(wanted);
    },
    read: async (path, signal) => {
      const answer = await ask({ path }, signal);
      return answer?.kind === "read" ? answer : null;
    },
    look: async (look, signal) => {
      const answer = await ask(look, signal);
      return answer?.kind === "looked" ? answer.seen : null;
    },
    state: () => crew?.state() ?? { kind: "absent" },
    isReady: () => crew?.isReady() ?? false,
    instead: createPlaces(MOST),
    close: async () => crew?.close(),
  };
};

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
