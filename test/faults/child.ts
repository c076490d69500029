/** The orchestrator as a child that meets faults, seen from the harness. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type ChildPlan, NO_FAULTS, PLAN_VARIABLE } from "./fault-plan.ts";
import type { Asked, Told } from "./host.ts";
import type { Place } from "./place.ts";

const PRELOAD = fileURLToPath(new URL("./preload.ts", import.meta.url));
const HOST = fileURLToPath(new URL("./host.ts", import.meta.url));
const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** What no run of a few small films takes, on a machine that does other things too; ms. */
const PATIENCE_MS = 60_000;
const PRESSES = 3;

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type Child = {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it said, for the report of a violation. */
  readonly said: () => string;
};

export type Options = {
  readonly plan?: Partial<ChildPlan>;
  readonly works?: boolean;
  /** Whether what the scenario presses is pressed; when it works it is. */
  readonly presses?: boolean;
  /** A stand-in for ffmpeg: a folder that comes before all others. */
  readonly programs?: string;
  /** What a person presses, in place of what the scenario says. */
  readonly press?: Place["scenario"]["press"];
  /** It is ended after so long though it may have more to do; ms. */
  readonly lifeMs?: number;
  /** From when that is counted; else from its start. */
  readonly lifeBegins?: () => boolean;
  /** It is killed after so long, at whatever it is then; ms. */
  readonly killMs?: number;
  /** What happens meanwhile, as the child has started. */
  readonly meanwhile?: () => Promise<void>;
};

const environment = (place: Place, { plan, programs }: Options): NodeJS.ProcessEnv => {
  mkdirSync(place.temp, { recursive: true });
  const whole: ChildPlan = {
    ...NO_FAULTS,
    hasNoLinks: place.scenario.hasNoLinks ?? false,
    ...plan,
    places: place.folders,
  };
  return {
    ...process.env,
    PATH: `${programs ?? place.programs}:${process.env.PATH}`,
    TMPDIR: place.temp,
    NODE_COMPILE_CACHE: place.compiled,
    NO_COLOR: "1",
    [PLAN_VARIABLE]: JSON.stringify(whole),
  };
};

const watched = (child: ChildProcess): Child => {
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-20_000);
    });
  const ended = new Promise<Ended>((resolve) =>
    child.once("close", (code, signal) => resolve({ code, signal })),
  );
  return { process: child, ended, said: () => said };
};

/** The program as people start it, with its page; the port is its own choice. */
export const startServe = (place: Place, options: Options = {}): Child =>
  watched(
    spawn(
      process.execPath,
      [...FLAGS, MAIN, "serve", "--port", "0", "--data", place.data, "--settings", place.settings],
      { env: environment(place, options), stdio: ["ignore", "pipe", "pipe"] },
    ),
  );

const FLAGS = ["--disable-warning=ExperimentalWarning", "--import", PRELOAD];

/** The orchestrator without its page. */
export const startHost = (place: Place, options: Options = {}): Child & Hosted => {
  const child = spawn(
    process.execPath,
    [...FLAGS, HOST, place.settings, place.data, ...(options.works === false ? ["--no-worker"] : [])],
    { env: environment(place, options), stdio: ["ignore", "pipe", "pipe", "ipc"] },
  );
  const watching = watched(child);
  const waiting = new Set<(told: Told) => void>();
  child.on("message", (told: Told) => {
    for (const each of [...waiting]) each(told);
  });
  const next = (isWanted: (told: Told) => boolean): Promise<Told> =>
    new Promise((resolve) => {
      const hear = (told: Told): void => {
        if (!isWanted(told)) return;
        waiting.delete(hear);
        resolve(told);
      };
      waiting.add(hear);
    });
  // A child that was killed hears nothing any more; its end is what is waited for then.
  const ask = (asked: Asked): void => void (child.connected && child.send(asked, () => {}));
  return { ...watching, next, ask };
};

type Hosted = {
  readonly next: (isWanted: (told: Told) => boolean) => Promise<Told>;
  readonly ask: (asked: Asked) => void;
};

export type Outcome = {
  /** `idle`: it had nothing left to do, or its time was over, and ended as asked. */
  readonly kind: "idle" | "killed" | "stuck" | "ended";
  readonly said: string;
};

const isIdle = (told: Told): boolean => told.kind === "idle" && told.isIdle;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

const LOOK_MS = 40;

/** When the time of a child is over that is not left to end by itself. */
const lifeOf = async (child: Child, { lifeMs = 0, lifeBegins = () => true }: Options): Promise<void> => {
  while (child.process.exitCode === null && child.process.signalCode === null && !lifeBegins())
    await pause(LOOK_MS);
  await pause(lifeMs);
};

/** Starts it, presses what a person would, waits until nothing is left to do or its time is over, and ends it. */
const goThrough = async (child: Child & Hosted, options: Options): Promise<Ended> => {
  const { press, meanwhile } = options;
  const over = options.lifeMs === undefined ? [] : [lifeOf(child, options)];
  let idle = child.next(isIdle);
  const pressing = async (asked: NonNullable<typeof press>): Promise<void> => {
    await Promise.race([child.next((told) => told.kind === "started"), child.ended, ...over]);
    for (let tries = 0; tries < PRESSES; tries++) {
      const answered = child.next((told) => told.kind === "answered");
      child.ask(asked);
      const answer = await Promise.race([answered, child.ended, ...over]);
      // A person who reads that it failed presses again.
      if (!(answer && "problem" in answer && answer.problem !== null)) break;
    }
  };
  if (press || meanwhile) {
    // What is pressed may be what is held still meanwhile.
    await Promise.all([press ? pressing(press) : null, meanwhile?.()]);
    idle = child.next(isIdle);
    // On a busy machine the answer and what comes after it are read at once: it is asked to say it anew.
    child.ask({ kind: "look" });
  }
  await Promise.race([idle, child.ended, ...over]);
  child.ask({ kind: "end" });
  return child.ended;
};

/** Runs the orchestrator until it has nothing left to do, is killed by its plan, or comes to no end. */
export const runHost = async (place: Place, options: Options = {}): Promise<Outcome> => {
  const presses = options.presses ?? options.works ?? true;
  const press = options.press ?? (presses ? place.scenario.press : undefined);
  const child = startHost(place, options);
  const late = setTimeout(() => child.process.kill("SIGABRT"), PATIENCE_MS);
  const { killMs } = options;
  const killing = killMs === undefined ? undefined : setTimeout(() => child.process.kill("SIGKILL"), killMs);
  const end = await goThrough(child, { ...options, ...(press ? { press } : {}) });
  clearTimeout(late);
  clearTimeout(killing);
  const said = child.said();
  if (end.signal === "SIGABRT") return { kind: "stuck", said };
  if (end.signal === "SIGKILL") return { kind: "killed", said };
  return { kind: end.code === 0 ? "idle" : "ended", said };
};

/** Programs that have `folder` in their arguments: an ffmpeg that outlived its orchestrator. */
export const programsAt = (folder: string): readonly string[] =>
  readdirSync("/proc")
    .filter((each) => /^\d+$/.test(each) && each !== String(process.pid))
    .flatMap((each) => {
      try {
        const command = readFileSync(`/proc/${each}/cmdline`, "utf8").replaceAll("\0", " ");
        return command.includes(folder) ? [command] : [];
      } catch {
        return [];
      }
    });
