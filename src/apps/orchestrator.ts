import type { Settings } from "../core/settings.ts";
import { wishOf } from "../core/wish.ts";
import { createFfmpeg, type Ffmpeg } from "../edges/ffmpeg.ts";
import { createFfprobe, type Ffprobe } from "../edges/ffprobe.ts";
import type { Log } from "../edges/log.ts";
import type { Metrics } from "../edges/metrics.ts";
import { createQuickReader, type QuickReader } from "../edges/probe/quick-reader.ts";
import { createQuickProbe } from "../edges/quick-probe.ts";
import { sweepScratchFolders } from "../edges/scratch-folder.ts";
import { lockDataDirectory } from "../edges/store/lock.ts";
import { openLibrary } from "../edges/store/open-library.ts";
import type { Store } from "../edges/store/store.ts";
import type { WatchFolder } from "../edges/watch-system.ts";
import { renameLibraries } from "../steps/rename-libraries.ts";
import { replan } from "../steps/replan.ts";
import { createAssessLoop } from "./assess-loop.ts";
import { createBackupLoop } from "./backup-loop.ts";
import { createCardPlaces } from "./card-places.ts";
import { createCardWatch } from "./card-watch.ts";
import { createCleanUpLoop } from "./clean-up-loop.ts";
import { createComparisons } from "./comparisons.ts";
import type { EncoderStatus, LiveChange } from "./control.ts";
import { createControl } from "./create-control.ts";
import { createDatabaseWatch } from "./database-watch.ts";
import { createDiskRooms } from "./disk-rooms.ts";
import { createEncoderChoice } from "./encoder-choice.ts";
import { createFiguresLoop } from "./figures-loop.ts";
import { createGuardrailsLoop, type Machine } from "./guardrails-loop.ts";
import { createJobLoop } from "./job-loop.ts";
import { createJobWatch } from "./job-watch.ts";
import { createLaneLimits } from "./lane-limits.ts";
import { named } from "./named-store.ts";
import { createPauses } from "./pauses.ts";
import { createPublicationLoop } from "./publication-loop.ts";
import { createPump } from "./pump.ts";
import { recogniseArchived } from "./recognise-archived.ts";
import { createRemoteLanes, type RemoteOptions } from "./remote-lanes.ts";
import { type House, type Orchestrator, type Run, restartable } from "./restartable.ts";
import { createRestoreLoop } from "./restore-loop.ts";
import { createRetentionLoop } from "./retention-loop.ts";
import type { EncoderAnswer, Running } from "./running.ts";
import { createScanLoop } from "./scan-loop.ts";
import { settle, settling } from "./settling.ts";
import { createSpeeds } from "./speeds.ts";
import { createSweepLoop } from "./sweep-loop.ts";
import { createSystem } from "./system.ts";
import { createTelling } from "./telling.ts";
import { createWatchLoop } from "./watch-loop.ts";
import { createWorkFiles } from "./work-files.ts";

export type OrchestratorOptions = {
  readonly settings: Settings;
  readonly dataDirectory: string;
  readonly log: Log;
  /** Who counts what happens; without, nobody does. */
  readonly metrics?: Metrics | undefined;
  /** Stand-ins in tests. */
  readonly ffmpeg?: Ffmpeg;
  readonly ffprobe?: Ffprobe;
  /** Beside a stand-in of ffprobe there is none unless it is given. */
  readonly quickReader?: QuickReader;
  /** The time of day, and where the machine says how it is; others in tests. */
  readonly now?: () => number;
  readonly machine?: Machine;
  /** False: looks at the library and converts nothing itself; with Redis, workers on other machines do. */
  readonly works?: boolean;
  /** Where workers on other machines are found; without, there are none. */
  readonly redis?: RemoteOptions | undefined;
  /** True: the folders are watched. */
  readonly watches?: boolean;
  readonly watchFolder?: WatchFolder;
  /** True: how fast its encoders are is measured while nothing is encoded. */
  readonly measures?: boolean;
};

/** How often the loops look for work whose time has come (back-off, rescans); ms. */
const TICK_MS = 1000;

/**
 * Starts an orchestrator. Throws Problem already-running and those of `openLibrary` before anything is touched.
 */
export const startOrchestrator = (options: OrchestratorOptions): Promise<Orchestrator> =>
  restartable((dataDirectory) => openHouse({ ...options, dataDirectory }), options);

const openHouse = async (options: OrchestratorOptions): Promise<House> => {
  const lock = lockDataDirectory(options.dataDirectory);
  try {
    const store = await openLibrary(options.dataDirectory, Date.now());
    await sweepScratchFolders();
    return {
      begin: (settings) => begin({ ...options, settings }, named(store, settings)),
      close: () => {
        store.close();
        lock.release();
      },
    };
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
};

const begin = async (options: OrchestratorOptions, store: Store): Promise<Run> => {
  const { settings, log } = options;
  for (const each of renameLibraries({ store }, settings.libraries)) log.info(each, "library renamed");
  const recovered = await settle(store, settings, options.redis !== undefined);
  await recogniseArchived(options, store);
  if (recovered.finished + recovered.requeued > 0) log.info({ ...recovered }, "recovered");
  for (const [name, library] of Object.entries(settings.libraries)) {
    const replanned = replan({ store, now: Date.now }, name, wishOf(settings, library));
    if (replanned > 0) log.info({ library: name, replanned }, "settings changed");
  }
  const running = compose(options, store);
  const timer = setInterval(running.pump, TICK_MS);
  running.pump();
  return {
    control: running.control,
    recovered,
    end: async () => {
      clearInterval(timer);
      await running.stop();
    },
  };
};

const listening = () => {
  const listeners = new Set<(change: LiveChange) => void>();
  const changed = (change: LiveChange): void => {
    for (const listener of listeners) listener(change);
  };
  return { listeners, changed };
};

const NO_ENCODER: EncoderAnswer = {
  status: { kind: "none", why: "This machine itself converts nothing (--no-worker)." },
  encoder: null,
  card: null,
};

/** What is only there once all loops are. */
type Later = Pick<Running, "wake" | "encoding" | "hasEncodes" | "hasPlace" | "startScan">;

/** What the loops share, the machine with its encoder and its card, and the workers elsewhere. */
const shareOut = (
  options: OrchestratorOptions,
  store: Store,
  {
    changed,
    signal,
    later,
  }: { readonly changed: Running["changed"]; readonly signal: AbortSignal; readonly later: Later },
) => {
  const { settings, log, dataDirectory, now = Date.now } = options;
  const ffmpeg = options.ffmpeg ?? createFfmpeg();
  const onEncoder = (status: EncoderStatus): void => {
    log.info({ ...status }, "encoder");
    pauses.encoderAnswered(status.kind === "found");
    changed({ kind: "overview" });
    later.wake();
  };
  const ffprobe = options.ffprobe ?? createFfprobe();
  const reader = quickReaderOf(options);
  const looked = { ffmpeg, log: log.child({ source: "encoder" }), now };
  const encoders = createEncoderChoice(looked, settings, onEncoder, signal);
  const card = createCardWatch({ encoder: encoders.now, now, signal });
  const cards = createCardPlaces({ encoder: encoders.now, now, card });
  const pauses = createPauses(now, settings.operational.time_zone);
  const progress = new Map();
  const own: Running = {
    settings,
    store,
    ffmpeg,
    ffprobe,
    ...(reader === null ? {} : { quickProbe: createQuickProbe(ffprobe, reader), quickReader: reader }),
    log,
    now,
    signal,
    changed,
    progress,
    watch: createJobWatch(now, cards.degrees),
    cancels: new Map(),
    pauses,
    workFiles: createWorkFiles(),
    limits: createLaneLimits({ store, now, settings, cards }),
    cards,
    disks: createDiskRooms({ settings, store, progress, now, signal }, dataDirectory),
    unknownFolders: new Map(),
    encoder: options.works === false ? () => NO_ENCODER : encoders.now,
    probeEncoder: encoders.probe,
    worksHere: options.works ?? true,
    metrics: options.metrics,
    ...later,
  };
  const ofWorkers = { ...own, log: log.child({ source: "workers" }) };
  const remote = options.redis ? createRemoteLanes(ofWorkers, options.redis) : null;
  return { running: { ...own, remote: remote ?? undefined }, remote, encoders, card, reader };
};

const quickReaderOf = ({ ffprobe, quickReader, log }: OrchestratorOptions): QuickReader | null => {
  if (ffprobe !== undefined) return quickReader ?? null;
  const said = log.child({ source: "probe" });
  return (
    quickReader ?? createQuickReader({ onFailure: ({ why }) => said.warn({ why }, "probe process ended") })
  );
};

/** Wires the loops to each other; nothing runs before the first `pump`. */
const compose = (options: OrchestratorOptions, store: Store) => {
  const { settings, log, dataDirectory, works = true } = options;
  const ending = new AbortController();
  const { listeners, changed } = listening();
  let isWoken = false;
  const later: Later = {
    wake: () => {
      if (isWoken) return;
      isWoken = true;
      setImmediate(() => {
        isWoken = false;
        pump();
      });
    },
    encoding: () => jobs.encoding(),
    hasEncodes: () => jobs.hasEncodes(),
    hasPlace: (lane) => jobs.hasPlace(lane),
    startScan: (library) => scans.start(library),
  };
  const { running, remote, encoders, card, reader } = shareOut(options, store, {
    ...{ changed, later },
    signal: ending.signal,
  });
  /** What a loop says is told apart by its name. */
  const of = (source: string): Running => ({ ...running, log: log.child({ source }) });
  const scans = createScanLoop(of("scan"));
  const assessments = createAssessLoop(of("assess"));
  const jobs = createJobLoop(of("jobs"), { remote, worksHere: works });
  const publications = createPublicationLoop(of("publish"), settling(store, settings));
  const restores = createRestoreLoop(of("restore"));
  const backups = createBackupLoop(of("backup"), { dataDirectory, scanning: scans.scanning });
  const { lastLook } = encoders;
  const speeds = createSpeeds(of("speed"), options.measures === true);
  const data = { dataDirectory, redis: options.redis?.address };
  const system = createSystem(of("doctor"), { ...data, lastLook, speeds, probe: encoders.probe });
  const comparisons = createComparisons(running, dataDirectory);
  const watching = createWatchLoop(of("watch"), scans.look, options);
  const faces = { scans, watching, restores, backups, publications, jobs, comparisons, system };
  const control = createControl(running, faces, listeners);
  const sweeps = createSweepLoop(of("sweep"), { scanning: scans.scanning });
  const cleaning = createCleanUpLoop(of("clean-up"), { scanning: scans.scanning });
  const looking = [scans, watching, assessments, backups, createFiguresLoop(of("figures")), cleaning];
  const guardrails = createGuardrailsLoop(of("guard"), { card, lastLook, ...options });
  const working = [publications, restores, createRetentionLoop(of("archive")), sweeps, jobs, speeds];
  const told = createTelling(of("tell"), system);
  const machine = works ? [encoders, guardrails] : [guardrails];
  const far = remote === null ? [] : [remote];
  const loops = works || remote !== null ? [...machine, ...looking, ...far, ...working, ...told] : looking;
  const isDatabaseThere = createDatabaseWatch(of("database"));
  const pump = createPump(loops, log, () => !ending.signal.aborted && isDatabaseThere());
  return {
    control,
    pump,
    stop: async (): Promise<void> => {
      ending.abort("shutdown");
      // The films first: what they still say to Redis needs the connection.
      for (const loop of [jobs, ...loops, encoders, comparisons, system]) await loop.idle();
      await reader?.close();
    },
  };
};
