/** Processes of simulated workers; some of them are killed now and then, and others come in their place. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { WorkerLine, WorkersGiven } from "./workers.ts";

/** What dies at once: at most these, and never all. */
const WORKERS_A_PROCESS = 10;
const PROCESSES_MIN = 4;
/** Others come after this; ms. */
const BACK_MS = 2000;

export type Kill = {
  /** Epoch ms. */
  readonly at: number;
  /** Of the workers that died. */
  readonly first: number;
  readonly count: number;
};

export type Herd = {
  readonly start: () => void;
  readonly lines: readonly WorkerLine[];
  readonly kills: readonly Kill[];
  readonly stop: () => Promise<void>;
};

type HerdOptions = Pick<WorkersGiven, "redis" | "libraries" | "factor"> & {
  readonly workers: number;
  /** A process dies this often; 0: none does. */
  readonly killMs: number;
};

export const newHerd = ({ workers, killMs, ...given }: HerdOptions): Herd => {
  const lines: WorkerLine[] = [];
  const kills: Kill[] = [];
  const processes = new Map<ChildProcess, Omit<Kill, "at">>();
  let next = 0;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const begin = (count: number): void => {
    const first = next;
    next += count;
    const args = [join(import.meta.dirname, "workers.ts"), JSON.stringify({ ...given, first, count })];
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    processes.set(child, { first, count });
    child.once("close", () => processes.delete(child));
    createInterface({ input: child.stdout }).on("line", (line) => {
      // A process that is killed may leave half a line.
      if (line.endsWith("}")) lines.push(JSON.parse(line) as WorkerLine);
    });
  };
  const kill = (): void => {
    const [child, who] = [...processes][Math.floor(Math.random() * processes.size)] ?? [];
    if (!child || !who) return;
    processes.delete(child);
    child.kill("SIGKILL");
    kills.push({ at: Date.now(), ...who });
    setTimeout(() => {
      if (!isOver) begin(who.count);
    }, BACK_MS);
  };
  return {
    lines,
    kills,
    start: () => {
      const each = Math.max(1, Math.min(WORKERS_A_PROCESS, Math.floor(workers / PROCESSES_MIN)));
      for (let left = workers; left > 0; left -= each) begin(Math.min(left, each));
      if (killMs > 0) timer = setInterval(kill, killMs);
    },
    stop: async () => {
      isOver = true;
      clearInterval(timer);
      const ended = [...processes.keys()].map((child) => new Promise((done) => child.once("close", done)));
      for (const child of processes.keys()) child.kill("SIGKILL");
      processes.clear();
      await Promise.all(ended);
    },
  };
};
