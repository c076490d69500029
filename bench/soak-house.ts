/** The program of the soak in processes of its own: started, asked to end, killed; and what memory it takes meanwhile. */
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const SAMPLED_EVERY_MS = 5000;

/** One process from its start to its end; times are epoch ms. */
export type Life = {
  readonly what: "serve" | "watch";
  readonly startedAt: number;
  /** When it answered first. */
  readyAt: number;
  endedAt: number;
  end: string;
  readonly memory: { readonly at: number; readonly mb: number }[];
};

/** Resident memory of a process, by the kernel; null: it is gone. */
const residentMb = (pid: number): number | null => {
  try {
    const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kib === undefined ? null : (Number(kib) * 1024) / 1e6;
  } catch {
    return null;
  }
};

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

type Given = {
  readonly folder: string;
  readonly settings: string;
  readonly roots: Readonly<Record<string, string>>;
  readonly environment: NodeJS.ProcessEnv;
};

type Running = { readonly child: ChildProcess; readonly life: Life; readonly ended: Promise<void> };

export const newHouse = async ({ folder, settings, roots, environment }: Given) => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const lives: Life[] = [];
  const running = new Map<Life["what"], Running>();
  const said = join(folder, "said.log");

  const spawnIt = (what: Life["what"], args: readonly string[]): Life => {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, what, ...args], {
      env: { ...process.env, NO_COLOR: "1", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => appendFileSync(said, text));
    const life: Life = { what, startedAt: Date.now(), readyAt: 0, endedAt: 0, end: "", memory: [] };
    const ended = new Promise<void>((done) =>
      child.once("close", (code, signal) => {
        [life.endedAt, life.end] = [Date.now(), String(code ?? signal)];
        done();
      }),
    );
    lives.push(life);
    running.set(what, { child, life, ended });
    return life;
  };

  const sampling = setInterval(() => {
    for (const { child, life } of running.values()) {
      const mb = child.pid === undefined || life.endedAt > 0 ? null : residentMb(child.pid);
      if (mb !== null) life.memory.push({ at: Date.now(), mb });
    }
  }, SAMPLED_EVERY_MS);

  const serve = async (watches: boolean): Promise<void> => {
    const args = ["--port", String(port), "--settings", settings, "--data", join(folder, "data")];
    const life = spawnIt("serve", watches ? args : [...args, "--no-watch"]);
    while (life.endedAt === 0) {
      const answer = await fetch(`${url}/healthz`).catch(() => null);
      if (answer?.ok) break;
      await pause(100);
    }
    if (life.endedAt > 0) throw new Error(`it ended ${life.end} instead of serving: see ${said}`);
    life.readyAt = Date.now();
  };

  const watch = (): void => {
    const named = Object.entries(roots).map(([name, root]) => `${name}:${root}`);
    const data = join(folder, "watcher");
    const life = spawnIt("watch", ["--root", named.join(","), "--orchestrator", url, "--data", data]);
    life.readyAt = Date.now();
  };

  const end = async (what: Life["what"], signal: NodeJS.Signals): Promise<void> => {
    const found = running.get(what);
    running.delete(what);
    found?.child.kill(signal);
    await found?.ended;
  };

  return {
    url,
    lives,
    said,
    serve,
    watch,
    end,
    remove: async () => {
      clearInterval(sampling);
      for (const what of [...running.keys()]) await end(what, "SIGKILL");
    },
  };
};

export type House = Awaited<ReturnType<typeof newHouse>>;
