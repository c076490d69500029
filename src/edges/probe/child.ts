/**
 * The probe process: a program of its own, started by `process.ts`, so that native code takes nobody else down. This thread
 * only passes lines on, so that the process ends with who started it even while native code hangs in the other one.
 */
import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";

/** At once, whatever native code is doing: an orderly end would wait for it. */
const end = (): void => void process.kill(process.pid, "SIGKILL");

const reader = new Worker(new URL("reader.ts", import.meta.url));
reader.on("message", (line: string) => process.stdout.write(`${line}\n`));
reader.on("error", end);
reader.on("exit", end);
process.stdout.on("error", end);
createInterface({ input: process.stdin })
  .on("line", (line) => reader.postMessage(line))
  .on("close", end);
