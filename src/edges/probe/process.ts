/** One probe process (`child.ts`): starting it, asking it, and not believing that it lives. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { getCompileCacheDir } from "node:module";
import { dirname, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { stoppedBy } from "../../core/stopped.ts";
import { leashed } from "../ffmpeg.ts";
import { type Answer, type Asked, type Said, toSaid } from "./messages.ts";

/** The program with its arguments; a stand-in that misbehaves in tests. */
export type Command = readonly [string, ...(readonly string[])];

export const CHILD: Command = [
  process.execPath,
  "--disable-warning=ExperimentalWarning",
  join(import.meta.dirname, "child.ts"),
];

/** How it ended: as it was told, because the package cannot be loaded, or of itself (a crash, a hang, rubbish). */
export type Ending =
  | { readonly kind: "told" }
  | { readonly kind: "unable"; readonly why: string }
  | { readonly kind: "failed"; readonly why: string };

export type ProbeProcess = {
  readonly pid: number | undefined;
  /** It has said that it is ready, and nobody waits for an answer. */
  readonly isFree: () => boolean;
  /** What it said it reads with; null until it is ready. */
  readonly version: () => string | null;
  /** What it says of a film; null when it declines, dies or says nothing in time. Throws Problem cancelled, interrupted. */
  readonly ask: (asked: Asked, signal?: AbortSignal) => Promise<Answer | null>;
  /** Ends it at once; resolves when it is gone. */
  readonly end: () => Promise<void>;
};

export type ProcessLimits = {
  /** A share that sleeps needs some seconds, as do 300 pictures; ffprobe and ffmpeg, asked then, have longer. */
  readonly answerMs: number;
  /** Loading 175 MB took 6 s from a cold disk (measured). */
  readonly startMs: number;
  /**
   * Of what it may write to, most of which it never does: 1.2 GB at its start, when it has 130 MB in memory, an 8K film in HEVC 40
   * more, an MP4 of 540,000 pictures 240 more (measured).
   */
  readonly memoryBytes: number;
};

export const LIMITS: ProcessLimits = { answerMs: 30_000, startMs: 30_000, memoryBytes: 2 * 2 ** 30 };

/** Tags are cut, streams are few: an answer of a film has some kilobytes. Characters. */
const MAX_LINE = 4 * 2 ** 20;

type Waiting = {
  readonly resolve: (answer: Answer | null) => void;
  readonly timer: NodeJS.Timeout;
};

/** Starts one; `onEnd` hears once how it ended. */
export const startProbeProcess = (
  command: Command,
  limits: ProcessLimits,
  onReady: () => void,
  onEnd: (ending: Ending) => void,
): ProbeProcess => {
  const child = spawnIt(command, limits.memoryBytes);
  let version: string | null = null;
  let waiting: Waiting | null = null;
  let ending: Ending | null = null;
  const gone = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.once("error", () => resolve());
  });
  const over = (how: Ending): void => {
    if (ending !== null) return;
    ending = how;
    clearTimeout(startTimer);
    child.kill("SIGKILL");
    settle(null);
    onEnd(how);
  };
  const failed = (why: string): void => over({ kind: "failed", why });
  // It keeps the program from ending meanwhile, which the child does not.
  const startTimer = setTimeout(() => failed("it did not start in time"), limits.startMs);
  const settle = (answer: Answer | null): void => {
    if (waiting === null) return;
    clearTimeout(waiting.timer);
    const { resolve } = waiting;
    waiting = null;
    resolve(answer);
  };
  const ready = (said: Extract<Said, { readonly kind: "ready" }>): void => {
    clearTimeout(startTimer);
    version = said.version;
    onReady();
  };
  const hear = (said: Said | null): void => {
    if (said === null) failed("it said what nobody understands");
    else if (said.kind === "unable") over(said);
    else if (said.kind === "ready" && version === null) ready(said);
    else if (said.kind === "ready" || waiting === null) failed("it spoke unasked");
    else settle(said.kind === "declined" ? null : said);
  };
  child.stdout.setEncoding("utf8").on(
    "data",
    linesOf(hear, () => failed("it said too much")),
  );
  child.stdin.on("error", () => {});
  child.once("error", ({ message }) => failed(message));
  child.once("exit", (code, signal) => failed(`it ended by itself (${signal ?? code})`));

  return {
    pid: child.pid,
    version: () => version,
    isFree: () => version !== null && waiting === null && ending === null,
    ask: (asked, signal) => {
      if (ending !== null || waiting !== null) return Promise.resolve(null);
      return new Promise((resolve, reject) => {
        const onAbort = (): void => {
          // Before its end, which would answer that ffprobe is to be asked.
          reject(stoppedBy(signal));
          over({ kind: "told" });
        };
        const done = (answer: Answer | null): void => {
          signal?.removeEventListener("abort", onAbort);
          resolve(answer);
        };
        const timer = setTimeout(() => failed(`no answer in ${limits.answerMs / 1000} s`), limits.answerMs);
        waiting = { resolve: done, timer };
        if (signal?.aborted) return onAbort();
        signal?.addEventListener("abort", onAbort, { once: true });
        child.stdin.write(`${JSON.stringify(asked)}\n`);
      });
    },
    end: () => {
      over({ kind: "told" });
      child.ref();
      return gone;
    },
  };
};

type Child = ChildProcessByStdio<Writable, Readable, null>;

/**
 * It gets nothing of our environment, where secrets may be, and does not keep us from ending. Nothing is said through the third
 * pipe: that it closes tells the process that we are gone.
 */
const spawnIt = ([program, ...args]: Command, memoryBytes: number): Child => {
  const [command, own] = leashed(program, args, memoryBytes);
  // More than half of its start is the translation of its files, which is kept where ours is.
  const kept = getCompileCacheDir();
  const child = spawn(command, own, {
    stdio: ["pipe", "pipe", "ignore", "pipe"],
    env: {
      ...{ PATH: process.env.PATH, NO_COLOR: "1" },
      ...(kept === undefined ? {} : { NODE_COMPILE_CACHE: dirname(kept) }),
    },
  });
  child.unref();
  // Pipes of a child are sockets, whatever their type says.
  for (const pipe of child.stdio) (pipe as { unref?: () => void } | null)?.unref?.();
  child.stdio[3]?.on("error", () => {});
  return child as Child;
};

const linesOf = (hear: (said: Said | null) => void, onFlood: () => void) => {
  let rest = "";
  return (text: string): void => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) hear(toSaid(line));
    if (rest.length > MAX_LINE) onFlood();
  };
};
