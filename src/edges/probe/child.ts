/**
 * The probe process: a program of its own, started by `process.ts`, so that native code takes nobody else down. This thread
 * only waits for the end of who started it, whose pipe the third one is: so it ends even while native code hangs in the other.
 */
import { Socket } from "node:net";
import { Worker } from "node:worker_threads";

/** At once, whatever native code is doing: an orderly end would wait for it. */
const end = (): void => void process.kill(process.pid, "SIGKILL");

new Socket({ fd: 3, readable: true }).on("error", end).on("close", end).resume();
// With streams of its own, as it writes to standard output itself: one that this thread opened would no longer wait.
const reader = new Worker(new URL("reader.ts", import.meta.url), { stdout: true, stderr: true });
reader.on("error", end);
reader.on("exit", end);
