/** Runs ffmpeg: progress, stall and time limits, bounded output, TERM then KILL. Arguments are arrays, never a shell. */
import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { constants, setPriority, totalmem } from "node:os";
import type { Readable } from "node:stream";
import { usesCard } from "../core/encoders.ts";
import type { RunEnd } from "../core/ffmpeg-failure.ts";
import { type Progress, progressReader } from "../core/ffmpeg-progress.ts";
import { Problem } from "../core/problem.ts";
import { type Reread, rereadArgs } from "../core/reread-args.ts";

export type RunOptions = {
  /** Of the source; makes percent and time left. */
  readonly durationSeconds: number | null;
  readonly onProgress?: (progress: Progress) => void;
  /** All of standard output as it comes, progress included. */
  readonly onText?: (text: string) => void;
  /** Standard error as it comes; text of others. */
  readonly onSaid?: (text: string) => void;
  /** The file being written: while it grows or is rewritten (faststart), ffmpeg is not stalled. */
  readonly watchFile?: string;
  readonly stallMs?: number;
  readonly limitMs?: number;
  /** Whatever else this machine does goes first. */
  readonly isBackground?: boolean;
  /** `signal.reason` may be "cancelled" or "shutdown". */
  readonly signal?: AbortSignal;
};

export type RunResult = {
  readonly end: RunEnd;
  /** ffmpeg wrote `progress=end`. Without it even exit code 0 is no success. */
  readonly saidEnd: boolean;
};

export type Ffmpeg = {
  readonly program: string;
  /** Runs ffmpeg to its end; never throws for what ffmpeg does. Throws Problem ffmpeg-missing. */
  readonly run: (args: readonly string[], options: RunOptions) => Promise<RunResult>;
};

const STALL_MS = 120_000;
const LIMIT_MS = 24 * 3600_000;
/** After TERM ffmpeg writes the index of what it has; then it is killed. Nobody waits for a file that is thrown away. */
const KILL_AFTER_MS = 10_000;
const KILL_UNWANTED_AFTER_MS = 2_000;
/** A wrapper script may leave children that hold our pipes open; they are not waited for longer than this. */
const PIPES_MS = 5_000;
const STDERR_HEAD = 8_192;
const STDERR_TAIL = 65_536;

/** An 8K film in HEVC takes 5.8 GB with the decoder's most threads, a 4K one with HDR 1.9 (measured). */
const MEMORY_BYTES = 8 * 2 ** 30;
/** Below this hardly a film in 4K is decoded, so a small machine is not asked for less. */
const MEMORY_LEAST_BYTES = 2 ** 30;

/** What one ffmpeg may take: a quarter of what this machine or container has stays for others. */
const memoryLimit = (): number => {
  const container = process.constrainedMemory();
  const whole = container > 0 ? Math.min(container, totalmem()) : totalmem();
  return Math.max(MEMORY_LEAST_BYTES, Math.min(MEMORY_BYTES, Math.floor(whole * 0.75)));
};

/** `program` is ffmpeg, or a stand-in that misbehaves in tests. */
export const createFfmpeg = (program = "ffmpeg", memoryBytes = memoryLimit()): Ffmpeg => ({
  program,
  // Drivers of cards take address space as they like: whether they bear a limit is not known.
  run: (args, options) => runFfmpeg(program, args, options, usesCard(args) ? null : memoryBytes),
});

/** After its limit, for the signals that end it and what it says at last. */
const UNDEAD_MS = KILL_AFTER_MS + PIPES_MS + 5_000;

/**
 * Runs ffmpeg for at most `limitMs`; a driver that hangs does not even let it be killed, and then it is not waited for. Only
 * for what is tried, since it may still write. Throws Problem ffmpeg-missing.
 */
export const runBriefly = async (
  ffmpeg: Ffmpeg,
  args: readonly string[],
  options: RunOptions & { readonly limitMs: number },
  undeadMs = UNDEAD_MS,
): Promise<RunResult> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<RunResult>((resolve) => {
    const end: RunEnd = { exitCode: null, signal: null, stderr: "", stopped: "too-long" };
    timer = setTimeout(resolve, options.limitMs + undeadMs, { end, saidEnd: false });
  });
  return Promise.race([ffmpeg.run(args, options), late]).finally(() => clearTimeout(timer));
};

const runFfmpeg = async (
  program: string,
  args: readonly string[],
  options: RunOptions,
  memoryBytes: number | null,
): Promise<RunResult> => {
  const child = start(program, args, memoryBytes);
  if (options.isBackground === true) stepBack(child.pid);
  const stderr = boundedText();
  const progress = progressReader(options.durationSeconds);
  const watch = watchdog(child, options);
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr.add(text);
    options.onSaid?.(text);
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    options.onText?.(text);
    const latest = progress.feed(text);
    if (!latest) return;
    watch.saw(`${latest.outTimeSeconds} ${latest.bytes}`);
    options.onProgress?.(latest);
  });
  const { code, signal } = await ended(child, program).finally(watch.end);
  return {
    end: { exitCode: code, signal, stderr: stderr.text(), stopped: watch.stopped() },
    saidEnd: progress.ended(),
  };
};

/** Threads that a program starts from now on are as patient as it. */
const stepBack = (pid: number | undefined): void => {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended already.
  }
};

/** Programs of util-linux that start another one; they are not on macOS, and BusyBox's own cannot do this. */
type Starter = readonly [string, ...(readonly string[])];
const starters = new Map<string, boolean>();

/** Tried once, as a name alone says nothing. */
const works = ([command, ...args]: Starter): boolean => {
  const key = args.join(" ");
  const known = starters.get(key);
  if (known !== undefined) return known;
  const { status } = spawnSync(command, [...args, "true"], { stdio: "ignore", timeout: 5000 });
  starters.set(key, status === 0);
  return status === 0;
};

/** ffmpeg must not outlive us (kill -9 of the orchestrator): the kernel ends it. */
const LEASH: Starter = ["setpriv", "--pdeathsig", "KILL", "--"];
/** What it writes to, not what it reserves: threads reserve gigabytes that they never touch. */
const fence = (bytes: number): Starter => ["prlimit", `--data=${bytes}:`, "--"];

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** A command that runs `program` so that it dies with this process and takes at most `memoryBytes`, where the system can. */
export const leashed = (
  program: string,
  args: readonly string[],
  memoryBytes: number | null,
): readonly [string, readonly string[]] => {
  const before = [LEASH, ...(memoryBytes === null ? [] : [fence(memoryBytes)])].filter(works).flat();
  const [command = program, ...own] = [...before, program, ...args];
  return [command, own];
};

/** Starts a program as `leashed` says, without standard input. Only for the edges that may start programs. */
export const start = (program: string, args: readonly string[], memoryBytes: number | null): Child => {
  const [command, own] = leashed(program, args, memoryBytes);
  return spawn(command, own, {
    stdio: ["ignore", "pipe", "pipe"],
    // Cards are counted as nvidia-smi counts them, and not the fastest first.
    env: { ...process.env, AV_LOG_FORCE_NOCOLOR: "1", CUDA_DEVICE_ORDER: "PCI_BUS_ID" },
  });
};

type End = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** Waits for the end of a program. Throws Problem ffmpeg-missing when it is not installed. */
export const ended = (child: Child, program: string): Promise<End> =>
  new Promise((resolve, reject) => {
    child.on("error", (cause) =>
      reject(new Problem("ffmpeg-missing", `${program} could not be started.`, cause)),
    );
    let pipesTimer: NodeJS.Timeout | undefined;
    child.on("exit", () => {
      pipesTimer = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, PIPES_MS);
    });
    child.on("close", (code, signal) => {
      clearTimeout(pipesTimer);
      // What it is started with says 127 when it finds no such program.
      if (code === 127) reject(new Problem("ffmpeg-missing", `${program} was not found.`));
      else resolve({ code, signal });
    });
  });

/** Stops a run that makes no progress, takes too long or is no longer wanted. */
const watchdog = (child: Child, options: RunOptions) => {
  let stopped: RunEnd["stopped"] = null;
  let lastSaid = "";
  let lastFile = "";
  // Not the time of day: that jumps when the clock is set, or while a laptop sleeps.
  const startedAt = performance.now();
  let lastChange = startedAt;
  let killTimer: NodeJS.Timeout | undefined;
  const stop = (why: Exclude<RunEnd["stopped"], null>): void => {
    if (stopped !== null) return;
    stopped = why;
    child.kill("SIGTERM");
    const isUnwanted = why === "cancelled" || why === "shutdown";
    killTimer = setTimeout(() => child.kill("SIGKILL"), isUnwanted ? KILL_UNWANTED_AFTER_MS : KILL_AFTER_MS);
  };
  const saw = (what: string): void => {
    if (what !== lastSaid) lastChange = performance.now();
    lastSaid = what;
  };
  const look = (path: string): void => {
    const file = fileState(path) ?? lastFile;
    if (file !== lastFile) lastChange = performance.now();
    lastFile = file;
  };
  const timer = setInterval(
    () => {
      const now = performance.now();
      if (now - startedAt > (options.limitMs ?? LIMIT_MS)) return stop("too-long");
      if (options.watchFile) look(options.watchFile);
      if (now - lastChange > (options.stallMs ?? STALL_MS)) stop("stalled");
    },
    Math.min(1000, (options.stallMs ?? STALL_MS) / 4),
  );
  const onAbort = (): void => stop(options.signal?.reason === "shutdown" ? "shutdown" : "cancelled");
  if (options.signal?.aborted) onAbort();
  options.signal?.addEventListener("abort", onAbort, { once: true });
  return {
    saw,
    stopped: () => stopped,
    end: (): void => {
      clearInterval(timer);
      clearTimeout(killTimer);
      options.signal?.removeEventListener("abort", onAbort);
    },
  };
};

const fileState = (path: string): string | null => {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `file ${found.size} ${found.mtimeMs}` : null;
};

/** The beginning and the end of what was said; the middle of a flood is left out. */
export const boundedText = () => {
  let head = "";
  let tail = "";
  let isCut = false;
  return {
    add: (text: string): void => {
      const room = STDERR_HEAD - head.length;
      head += text.slice(0, Math.max(0, room));
      tail += text.slice(Math.max(0, room));
      if (tail.length > 2 * STDERR_TAIL) {
        isCut = true;
        tail = tail.slice(-STDERR_TAIL);
      }
    },
    text: (): string => (isCut ? `${head}\n[…]\n${tail.slice(-STDERR_TAIL)}` : head + tail),
  };
};

/** Hashes of a few windows are some kilobytes; more than this is not kept, and proves nothing then. */
const MAX_HASH_CHARACTERS = 16 * 2 ** 20;

export type Read = {
  /** What a strict decoder complained about; empty when it read all it was given. */
  readonly complaints: string;
  /** The lines of the hashes, among others. */
  readonly hashes: string;
};

/** Reads parts of a film again, in one process. Throws Problem cancelled, interrupted, ffmpeg-missing. */
export const reread = async (
  ffmpeg: Ffmpeg,
  path: string,
  reading: Reread,
  signal?: AbortSignal,
): Promise<Read> => {
  let hashes = "";
  const { end } = await ffmpeg.run(rereadArgs(path, reading), {
    durationSeconds: null,
    onText: (text) => {
      if (hashes.length < MAX_HASH_CHARACTERS) hashes += text;
    },
    ...(signal ? { signal } : {}),
  });
  if (end.stopped === "cancelled" || end.stopped === "shutdown")
    throw new Problem(end.stopped === "shutdown" ? "interrupted" : "cancelled");
  const isSilent = end.exitCode !== 0 && end.stderr.trim() === "";
  return {
    hashes,
    complaints: isSilent ? `the decoder ended with exit code ${end.exitCode}` : end.stderr,
  };
};
