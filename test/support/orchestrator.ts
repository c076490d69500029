/** A real orchestrator on a real folder of films, with helpers to wait for it. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { Machine } from "../../src/apps/guardrails-loop.ts";
import { startOrchestrator } from "../../src/apps/orchestrator.ts";
import type { RemoteOptions } from "../../src/apps/remote-lanes.ts";
import type { Orchestrator } from "../../src/apps/restartable.ts";
import { settingsFrom } from "../../src/apps/settings-source.ts";
import { createFfmpeg } from "../../src/edges/ffmpeg.ts";
import { createLog } from "../../src/edges/log.ts";
import type { Asset } from "../../src/edges/store/asset-row.ts";
import type { WatchFolder } from "../../src/edges/watch-system.ts";
import { tempFolder } from "./temp.ts";

/** A misbehaving stand-in for ffmpeg. */
export const standIn = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/programs/${name}`, import.meta.url));

const PATIENCE_MS = 100_000;

/** Waits until `condition` gives something; fails with `what` after a hundred seconds. */
export const until = async <T>(what: string, condition: () => T | null | undefined | false): Promise<T> => {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    const found = condition();
    if (found !== null && found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`It never came to this: ${what}.`);
};

export const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

/** Every file below a folder, relative, hidden ones too. */
export const filesBelow = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((each) => !each.isDirectory())
        .map((each) => join(each.parentPath, each.name).slice(folder.length + 1))
        .sort()
    : [];

export const assertNoPartials = (folder: string): void =>
  assert.deepEqual(
    filesBelow(folder).filter((each) => each.includes(".partial.")),
    [],
    "no partial file is left",
  );

export type House = {
  readonly root: string;
  readonly data: string;
  /** The orchestrator that runs now. */
  readonly now: () => Orchestrator;
  /** `change`: of the options, for this start. */
  readonly start: (program?: string, change?: Pick<HouseOptions, "redis">) => Promise<Orchestrator>;
  readonly stop: () => Promise<void>;
  readonly at: (path: string) => Asset | null;
  /** Waits until the film at `path` is in one of these states, and gives it. */
  readonly becomes: (path: string, ...states: readonly Asset["state"][]) => Promise<Asset>;
  /** Waits until an attempt at the film has failed, and gives its problem and the asset. */
  readonly failsOnce: (path: string, attempts?: number) => Promise<{ problem: string; asset: Asset }>;
  readonly scan: () => Promise<void>;
};

export type HouseOptions = {
  readonly library?: object;
  readonly operational?: object;
  /** A folder other than a fresh one. */
  readonly root?: string;
  readonly data?: string;
  /** Its folders are watched. */
  readonly watches?: boolean;
  readonly watchFolder?: WatchFolder;
  /** More of the settings. */
  readonly settings?: (root: string) => object;
  readonly now?: () => number;
  readonly machine?: Machine;
  /** Workers on other machines are found there. */
  readonly redis?: RemoteOptions | undefined;
  /** False: this machine itself converts nothing. */
  readonly works?: boolean;
  /** Its encoders are measured. */
  readonly measures?: boolean;
};

/** A house with one library, `films`; nothing runs before `start`. Stopped and removed after the test. */
export const newHouse = (context: Pick<TestContext, "after">, options: HouseOptions = {}): House => {
  let running: Orchestrator | null = null;
  const stop = async (): Promise<void> => {
    const ending = running;
    running = null;
    await ending?.stop();
  };
  context.after(stop);
  const folder = tempFolder(context);
  const root = options.root ?? join(folder, "films");
  const data = options.data ?? join(folder, "data");
  mkdirSync(root, { recursive: true });
  const settings = settingsFrom({
    libraries: { films: { root, ...options.library } },
    operational: {
      encoder: "software",
      gpu_only: false,
      settle_seconds: 0,
      // Whatever this machine is like.
      max_disk_usage_percent: 100,
      min_free_memory_mb: 0,
      ...options.operational,
    },
    ...options.settings?.(root),
  });
  const now = (): Orchestrator => {
    assert.ok(running, "it runs");
    return running;
  };
  const at = (path: string): Asset | null => now().store.assets.byPath("films", path);
  const attemptsOf = (asset: Asset) =>
    now()
      .store.jobs.forAsset(asset.id, 20)
      .filter((job) => job.outcome !== null && job.outcome !== "done");
  return {
    root,
    data,
    now,
    at,
    stop,
    start: async (program, change = {}) => {
      await stop();
      const { redis } = { ...options, ...change };
      running = await startOrchestrator({
        settings,
        dataDirectory: data,
        log: createLog("silent"),
        ffmpeg: createFfmpeg(program),
        ...(options.now ? { now: options.now } : {}),
        ...(options.machine ? { machine: options.machine } : {}),
        redis,
        works: options.works ?? true,
        watches: options.watches ?? false,
        measures: options.measures ?? false,
        ...(options.watchFolder ? { watchFolder: options.watchFolder } : {}),
      });
      return running;
    },
    becomes: (path, ...states) =>
      until(`${path} is ${states.join(" or ")}`, () => {
        const asset = at(path);
        return asset && states.includes(asset.state) && asset;
      }),
    failsOnce: async (path, attempts = 1) => {
      const asset = await until(`${path} failed ${attempts} times`, () => {
        const found = at(path);
        const isSettled = found && found.state !== "Processing" && attemptsOf(found).length >= attempts;
        return isSettled && found;
      });
      return { problem: attemptsOf(asset)[0]?.problemCode ?? "", asset };
    },
    scan: async () => {
      await until("no scan runs", () => now().overview().scanning.length === 0);
      const before = now().store.roots.get("films")?.scannedAt ?? 0;
      now().startScan(null);
      await until("a scan ran", () => {
        const { scanning } = now().overview();
        return scanning.length === 0 && (now().store.roots.get("films")?.scannedAt ?? 0) > before;
      });
    },
  };
};
