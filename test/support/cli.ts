/** The command line as a real process. */
import { type ChildProcess, spawn } from "node:child_process";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { until } from "./orchestrator.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

export type Cli = {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  /** The objects of `--json` so far. */
  readonly lines: () => readonly Record<string, unknown>[];
  /** The exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
  readonly isRunning: () => boolean;
};

/** Starts `cvc` with arguments; killed after the test if it still runs. */
export const startCli = (context: TestContext, args: readonly string[], env: NodeJS.ProcessEnv = {}): Cli => {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, ...args], {
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  let isRunning = true;
  const ended = new Promise<number | string>((resolve) =>
    child.once("close", (code, signal) => {
      isRunning = false;
      resolve(code ?? signal ?? "");
    }),
  );
  context.after(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const lines = (): readonly Record<string, unknown>[] =>
    out
      .slice(0, out.lastIndexOf("\n") + 1)
      .split("\n")
      .filter((each) => each !== "")
      .map((each) => JSON.parse(each) as Record<string, unknown>);
  return { child, out: () => out, err: () => err, lines, ended, isRunning: () => isRunning };
};

/** Runs `cvc` to its end. */
export const runCli = async (context: TestContext, args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  const cli = startCli(context, args, env);
  const code = await cli.ended;
  return { code, out: cli.out(), err: cli.err(), lines: cli.lines };
};

/** Starts `cvc serve` and waits for its page; gives its address too. */
export const serve = async (context: TestContext, args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  const cli = startCli(context, ["serve", "--port", "0", ...args], env);
  const url = await until("it serves", () => {
    if (!cli.isRunning()) throw new Error(`It ended: ${cli.out()} ${cli.err()}`);
    return /(http:\/\/localhost:\d+)/.exec(cli.out())?.[1];
  });
  return { ...cli, url };
};
