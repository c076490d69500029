/** What the loops share, with a real store, a clock that a test moves, and nothing that runs by itself. */
import type { TestContext } from "node:test";
import { createJobWatch } from "../../src/apps/job-watch.ts";
import { createPauses } from "../../src/apps/pauses.ts";
import type { Running } from "../../src/apps/running.ts";
import { settingsFrom } from "../../src/apps/settings-source.ts";
import { ENCODERS } from "../../src/core/encoders.ts";
import { createFfmpeg } from "../../src/edges/ffmpeg.ts";
import { createFfprobe, type Ffprobe } from "../../src/edges/ffprobe.ts";
import { createLog } from "../../src/edges/log.ts";
import { NOW, newStore } from "./store.ts";

type Bench = {
  readonly running: Running;
  /** Libraries whose scan was asked for. */
  readonly scans: string[];
  readonly pass: (ms: number) => void;
};

export const newBench = (context: TestContext, root: string, probe?: Ffprobe["probe"]): Bench => {
  const { store } = newStore(context);
  const scans: string[] = [];
  let clock = NOW;
  const now = (): number => clock;
  const encoder = ENCODERS.software;
  const { codec, name, isHardware } = encoder;
  const running: Running = {
    settings: settingsFrom({
      libraries: { films: { root } },
      operational: { encoder: "software", gpu_only: false },
    }),
    store,
    ffmpeg: createFfmpeg(),
    ffprobe: probe ? { ...createFfprobe(), probe } : createFfprobe(),
    log: createLog("silent"),
    now,
    signal: new AbortController().signal,
    changed: () => {},
    progress: new Map(),
    watch: createJobWatch(now),
    cancels: new Map(),
    pauses: createPauses(now),
    unknownFolders: new Map(),
    encoder: () => ({ encoder, card: null, status: { kind: "found", codec, name, isHardware } }),
    probeEncoder: () => {},
    wake: () => {},
    startScan: (library) => {
      scans.push(library ?? "");
      return [];
    },
  };
  const pass = (ms: number): void => {
    clock += ms;
  };
  return { running, scans, pass };
};
