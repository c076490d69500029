/** What the loops share, with a real store, a clock that a test moves, and nothing that runs by itself. */
import type { TestContext } from "node:test";
import { createCardPlaces } from "../../src/apps/card-places.ts";
import { createDiskRooms } from "../../src/apps/disk-rooms.ts";
import { createJobWatch } from "../../src/apps/job-watch.ts";
import { createLaneLimits } from "../../src/apps/lane-limits.ts";
import { createPauses } from "../../src/apps/pauses.ts";
import type { Running } from "../../src/apps/running.ts";
import { settingsFrom } from "../../src/apps/settings-source.ts";
import { createWorkFiles } from "../../src/apps/work-files.ts";
import { ENCODERS } from "../../src/core/encoders.ts";
import type { Settings } from "../../src/core/settings.ts";
import { createFfmpeg } from "../../src/edges/ffmpeg.ts";
import { createFfprobe, type Ffprobe } from "../../src/edges/ffprobe.ts";
import { createLog } from "../../src/edges/log.ts";
import type { Store } from "../../src/edges/store/store.ts";
import { NOW, newStore } from "./store.ts";

/** What keeps lanes back, with nothing in work. */
export const lanesOf = (store: Store, settings: Settings, now: () => number) => ({
  limits: createLaneLimits({ store, now, settings }),
  disks: createDiskRooms(
    { settings, store, progress: new Map(), now, signal: new AbortController().signal },
    "/no/data",
  ),
  cards: createCardPlaces({
    encoder: () => ({ encoder: ENCODERS.software, card: null, status: { kind: "probing" } }),
    now,
  }),
  encoding: () => [],
  hasEncodes: () => false,
  hasPlace: () => false,
  workFiles: createWorkFiles(),
});

type Bench = {
  readonly running: Running;
  /** Libraries whose scan was asked for. */
  readonly scans: string[];
  readonly pass: (ms: number) => void;
};

export const newBench = (
  context: TestContext,
  root: string,
  probe?: Ffprobe["probe"],
  more: object = {},
): Bench => {
  const { store } = newStore(context);
  const scans: string[] = [];
  let clock = NOW;
  const now = (): number => clock;
  const encoder = ENCODERS.software;
  const { codec, name, isHardware } = encoder;
  const settings = settingsFrom({
    libraries: { films: { root } },
    operational: { encoder: "software", gpu_only: false },
    ...more,
  });
  const running: Running = {
    settings,
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
    ...lanesOf(store, settings, now),
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
