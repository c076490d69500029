/** `cvc serve` as people start it, in a process of its own, and what it takes. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { mustBe } from "./measure.ts";

export const MAIN = join(import.meta.dirname, "../../src/main.ts");
/** What `cvc` gives Node. */
export const NODE = ["--max-semi-space-size=8", "--disable-warning=ExperimentalWarning"];
// Of a million films too, on a busy machine.
const WAIT_MS = 900_000;
/** As `getconf CLK_TCK` says on every Linux. */
const TICK_MS = 10;

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

/** Processor time of a process until now, ms. */
export const cpuMs = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
};
/** Resident memory of a process: now, or the most so far; MB. */
export const memoryMb = (pid: number, field: "VmRSS" | "VmHWM"): number => {
  const [, kib] =
    new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return (Number(kib) * 1024) / 1e6;
};

export type Served = { readonly url: string; readonly pid: number; readonly stop: () => Promise<void> };

/** Starts it with `settings.yaml` and `data` of a folder and `more` of the command line, and waits for its first page. */
export const serve = async (
  folder: string,
  more: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
): Promise<Served> => {
  const port = await freePort();
  const args = [
    "serve",
    "--port",
    String(port),
    "--settings",
    join(folder, "settings.yaml"),
    "--data",
    join(folder, "data"),
    ...more,
  ];
  const child: ChildProcess = spawn(process.execPath, [...NODE, MAIN, ...args], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, ...environment },
  });
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
  };
  const url = `http://127.0.0.1:${port}`;
  const until = Date.now() + WAIT_MS;
  for (;;) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) {
      mustBe("a page", (await answer.text()).includes("</html>"), true);
      return { url, pid: child.pid ?? 0, stop };
    }
    if (child.exitCode !== null || Date.now() > until) throw new Error("it does not serve");
    await pause(10);
  }
};

/** Libraries that it scans, and films by state. */
export const status = async (
  url: string,
): Promise<{ readonly scanning: readonly string[]; readonly total: number; readonly completed: number }> => {
  const { scanning, counts } = (await (await fetch(`${url}/api/status`)).json()) as {
    readonly scanning: readonly string[];
    readonly counts: { readonly state: Readonly<Record<string, number>> };
  };
  const { Completed: completed = 0 } = counts.state;
  return { scanning, completed, total: Object.values(counts.state).reduce((sum, each) => sum + each, 0) };
};

/** Waits until its scan has ended and it uses the processor no more than a little. */
export const untilQuiet = async ({ url, pid }: Served): Promise<void> => {
  const until = Date.now() + WAIT_MS;
  for (let quiet = 0; quiet < 3; ) {
    if (Date.now() > until) throw new Error("it does not come to rest");
    const before = cpuMs(pid);
    await pause(2000);
    quiet = (await status(url)).scanning.length === 0 && cpuMs(pid) - before < 100 ? quiet + 1 : 0;
  }
};
