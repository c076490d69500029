/** The whole program over a library of real films, in this process, and when it began with each step of each film. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { JobProgress } from "../../src/apps/control.ts";
import { type OrchestratorOptions, startOrchestrator } from "../../src/apps/orchestrator.ts";
import type { Orchestrator } from "../../src/apps/restartable.ts";
import { settingsFrom } from "../../src/apps/settings-source.ts";
import { createLog } from "../../src/edges/log.ts";
import type { Asset } from "../../src/edges/store/asset-row.ts";
import type { Job } from "../../src/edges/store/jobs.ts";
import { mustBe } from "./measure.ts";
import { LIBRARY } from "./tree.ts";

const WAIT_MS = 3600_000;
const LOOK_MS = 20;

export type Household = {
  readonly root: string;
  readonly program: Orchestrator;
  /** Looks through the folder and waits until so many films are ready. Throws after an hour, and when one is not to be had. */
  readonly untilReady: (films: number) => Promise<void>;
  /** Throws when it did not end well, or not at the first attempt. */
  readonly done: (path: string) => Done;
  readonly stop: () => Promise<void>;
};

/** Epoch ms. */
type Steps = {
  readonly claimedAt: number;
  readonly verifyingAt: number;
  readonly publishingAt: number;
  readonly readyAt: number;
};
type Done = Steps & { readonly asset: Asset; readonly job: Job };

/** Settings that differ from the defaults only in what a small busy machine without a card needs. */
const settingsOf = (root: string) =>
  settingsFrom({
    libraries: { [LIBRARY]: { root } },
    devices: ["chromecast-3"],
    operational: {
      ...{ encoder: "software", gpu_only: false, settle_seconds: 0 },
      ...{ max_disk_usage_percent: 100, min_free_memory_mb: 0 },
    },
  });

/** Starts it over the films in `films` of a folder; `programs` stand in for the real ones. */
export const openHousehold = async (
  folder: string,
  programs: Pick<OrchestratorOptions, "ffmpeg" | "ffprobe" | "quickReader"> = {},
): Promise<Household> => {
  const root = join(folder, "films");
  mkdirSync(root, { recursive: true });
  const options = {
    settings: settingsOf(root),
    dataDirectory: join(folder, "data"),
    log: createLog("silent"),
    ...programs,
  };
  const program = await startOrchestrator(options);
  const { assets, events, jobs } = program.store;
  const begun = new Map<string, number>();
  program.subscribe((change) => {
    if (change.kind !== "progress") return;
    const step = stepKey(change.assetId, change.progress.phase);
    if (!begun.has(step)) begun.set(step, Date.now());
  });
  const done = (path: string): Done => {
    const asset = assets.byPath(LIBRARY, path);
    if (!asset) throw new Error(`${path} is not known`);
    const at = (kind: string): number =>
      events.forAsset(asset.id, 50).find((each) => each.kind === kind)?.at ?? Number.NaN;
    const began = (phase: JobProgress["phase"]): number => begun.get(stepKey(asset.id, phase)) ?? Number.NaN;
    const all = jobs.forAsset(asset.id, 10);
    const [job] = all;
    if (!job) throw new Error(`${path} was not worked on`);
    mustBe(`outcome of ${path}`, job.outcome, "done");
    mustBe(`attempts at ${path}`, all.length, 1);
    const [claimedAt, readyAt] = [at("claimed"), at("published-kept")];
    const steps = { claimedAt, verifyingAt: began("verifying"), publishingAt: began("publishing"), readyAt };
    const order = Object.values(steps);
    mustBe(
      `steps of ${path} in order`,
      order.every((each, index) => each >= (order[index - 1] ?? 0)),
      true,
    );
    return { ...steps, asset, job };
  };
  const untilReady = async (films: number): Promise<void> => {
    program.startScan(LIBRARY);
    const until = Date.now() + WAIT_MS;
    while (assets.counts().state.Completed < films && Date.now() < until) {
      const { Failed: failed } = assets.counts().state;
      mustBe("films that failed", failed, 0);
      await pause(LOOK_MS);
    }
    mustBe("films that are ready", assets.counts().state.Completed, films);
  };
  return { root, program, untilReady, done, stop: program.stop };
};

const stepKey = (assetId: number, phase: JobProgress["phase"]): string => `${assetId} ${phase}`;

/** The command of a job, to be run by hand: it writes to `target`. Throws when it names no partial file. */
export const byHand = (command: readonly string[], target: string): readonly string[] => {
  const args = command.filter((each) => each !== "ffmpeg");
  const own = args.map((each) => (each.endsWith(".partial.mp4") ? target : each));
  mustBe("results in the command", own.filter((each) => each === target).length, 1);
  return own;
};
