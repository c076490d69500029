/** A small real Control for tests of the faces: a real store in a folder, filled through the store's own functions. */

import { join } from "node:path";
import type { Control, Explanation, JobProgress, LiveChange, Overview } from "../../src/apps/control.ts";
import type { JobLog } from "../../src/apps/job-watch.ts";
import { createLaneLimits } from "../../src/apps/lane-limits.ts";
import { createNotifiers } from "../../src/apps/notifiers.ts";
import { createPauses, type LANES, laneOf } from "../../src/apps/pauses.ts";
import { createQueueControls } from "../../src/apps/queue-controls.ts";
import { createServers } from "../../src/apps/server-states.ts";
import { createWorkFiles } from "../../src/apps/work-files.ts";
import { ENCODERS } from "../../src/core/encoders.ts";
import { estimate } from "../../src/core/estimate.ts";
import { toArgs } from "../../src/core/ffmpeg-args.ts";
import { parseFfprobe } from "../../src/core/ffprobe-json.ts";
import type { AssetEvent } from "../../src/core/lifecycle.ts";
import { mediaKindOf } from "../../src/core/media-kind.ts";
import { ACTION_OF, planConversion, whyOf } from "../../src/core/plan.ts";
import { Problem } from "../../src/core/problem.ts";
import { RUNNING } from "../../src/core/queue-hold.ts";
import { parseSettings, type Settings } from "../../src/core/settings.ts";
import { judge } from "../../src/core/verdict.ts";
import { wishOf } from "../../src/core/wish.ts";
import { createLog } from "../../src/edges/log.ts";
import type { Asset } from "../../src/edges/store/asset-row.ts";
import { openStore, type Store } from "../../src/edges/store/store.ts";
import { FILMS, type FilmRow, PROBES } from "./films.ts";
import { picturesIn } from "./pictures.ts";
import { type TestSystem, testSystem, watchingIn } from "./system.ts";

export type TestControl = Omit<Control, "system"> & {
  readonly system: TestSystem;
  /** Changes what the overview says. */
  readonly say: (overview: Partial<Overview>) => void;
  readonly setProgress: (assetId: number, progress: JobProgress) => void;
  /** null: no job runs any more. */
  readonly setLog: (assetId: number, log: JobLog | null) => void;
  readonly tell: (change: LiveChange) => void;
  readonly listenerCount: () => number;
  readonly setTemperature: (degrees: number | null) => void;
};

export const testSettings = (): Settings => {
  const parsed = parseSettings({
    libraries: {
      movies: { root: "/films/movies" },
      series: { root: "/films/series", original: "archive" },
    },
    operational: { gpu_only: false },
    // Nobody listens there.
    notifiers: { phone: { kind: "ntfy", url: "http://127.0.0.1:1/films" } },
  });
  if (parsed.kind === "invalid") throw new Error(JSON.stringify(parsed.issues));
  return parsed.settings;
};

const explainWith =
  (store: Store, settings: Settings) =>
  (asset: Asset): Explanation | null => {
    const probe = asset.fingerprint === null ? null : store.probes.get(asset.fingerprint);
    const library = settings.libraries[asset.library];
    if (!probe || !library) return null;
    const { media } = probe;
    const wish = wishOf(settings, library);
    const verdict = judge(media, wish);
    const plan = planConversion(media, verdict, wish);
    const input = `${library.root}/${asset.path}`;
    const args = toArgs(plan, {
      paths: { input, output: `${input}.mp4` },
      encoder: ENCODERS.software,
      profile: wish.profile,
      sourceFingerprint: asset.fingerprint,
    });
    const command = args.length === 0 ? null : ["ffmpeg", ...args];
    return { media, verdict, plan, command, estimate: estimate(media, plan, false) };
  };

/** Adds a film and takes it through its events; the asset as it is then. */
export const addFilm = (control: Control, row: FilmRow, now: number): Asset => {
  const { store, settings } = control;
  const library = row.library ?? "movies";
  const fingerprint = row.kind ? `${row.kind}-fingerprint` : null;
  const at = now - (row.ageMinutes ?? 0) * 60_000;
  if (row.kind && fingerprint) {
    const parsed = parseFfprobe(PROBES[row.kind]);
    if (parsed.kind === "media") store.probes.put(fingerprint, parsed.media, {}, at);
  }
  const sizeBytes = row.sizeBytes ?? 4_200_000_000;
  const found = { library, path: row.path, sizeBytes, modifiedUs: at * 1000, fingerprint, foundAt: at };
  let asset = store.assets.insert(found);
  const explained = explainWith(store, settings)(asset);
  if (explained && row.events)
    store.assets.touch(asset.id, {
      work: explained.plan.work,
      why: whyOf(explained.plan.reasons),
      action: ACTION_OF[explained.plan.work],
      reasonCodes: explained.plan.reasons.map((each) => each.code),
      media: mediaKindOf(explained.media, explained.verdict),
      expectedBytes: explained.estimate.bytes,
      playingSeconds: Math.round(explained.media.durationSeconds ?? 0),
    });
  for (const [index, event] of (row.events ?? []).entries()) {
    const isLast = index === (row.events?.length ?? 0) - 1;
    const token = event === "claimed" || asset.state === "Processing" ? { token: `token-${asset.id}` } : {};
    const result = store.assets.apply(asset.id, event, {
      now: at,
      ...token,
      ...(isLast ? row.fields : {}),
    });
    if (result.kind !== "moved") throw new Error(`${event}: ${JSON.stringify(result)}`);
    asset = result.asset;
  }
  return store.assets.byId(asset.id) ?? asset;
};

/** The real controls of the queue; what is Processing is what runs. */
const queueControlsOf = (
  store: Store,
  settings: Settings,
  now: () => number,
  changed: (change: LiveChange) => void,
  overview: () => Overview,
) =>
  createQueueControls(
    {
      store,
      now,
      changed,
      wake: () => {},
      pauses: createPauses(now),
      settings,
      limits: createLaneLimits({ store, now, settings }),
      encoder: () => ({ status: overview().encoder, encoder: ENCODERS.software, card: null }),
    },
    () => {
      const running = store.assets.inState("Processing");
      const of = (lane: keyof typeof LANES) =>
        running.flatMap((each) => (laneOf(each.work) === lane ? [each.id] : []));
      return [
        { lane: "copies", places: 2, slots: 2, running: of("copies") },
        { lane: "encodes", places: 1, slots: 1, running: of("encodes") },
      ];
    },
  );

/** A graphics card that is as hot as a test says. */
const heat = (): Pick<TestControl, "cardTemperature" | "setTemperature"> => {
  let temperature: number | null = null;
  return {
    cardTemperature: () => temperature,
    setTemperature: (degrees) => {
      temperature = degrees;
    },
  };
};

const NOTHING_WAITS = {
  scanning: [],
  rootProblems: [],
  waiting: null,
  pauses: [],
  hold: RUNNING,
  warnings: [],
};

/** Scans that find nothing, and watchers that tell of nothing by themselves. */
const lookers = (
  settings: Settings,
  now: () => number,
): Pick<Control, "startScan" | "tellFolders" | "watching"> => {
  const watching = watchingIn(now());
  return {
    startScan: (library) => {
      if (library === null) return Object.keys(settings.libraries);
      if (!Object.hasOwn(settings.libraries, library)) throw new Problem("library-not-found", library);
      return [library];
    },
    tellFolders: ({ library, folders, trees }) => {
      if (!Object.hasOwn(settings.libraries, library)) throw new Problem("library-not-found", library);
      return { accepted: folders.length + trees.length, isKnown: false };
    },
    watching: () => watching,
  };
};
const quiet = { log: createLog("silent"), unknownFolders: new Map<never, string>() };

const newOverview = (startedAt: number): Overview => ({
  version: "0.1.0",
  startedAt,
  encoder: { kind: "found", name: "software", codec: "libx264", isHardware: false },
  gpuOnly: false,
  ...NOTHING_WAITS,
});

/** A Control over a new store in `folder`; `close` closes the store. `now` in epoch ms. */
export const openTestControl = (
  folder: string,
  now: () => number = Date.now,
): { readonly control: TestControl; readonly close: () => void } => {
  const store = openStore({ file: join(folder, "state.db") });
  const settings = testSettings();
  const listeners = new Set<(change: LiveChange) => void>();
  const [progress, logs] = [new Map<number, JobProgress>(), new Map<number, JobLog>()];
  let overview = newOverview(now());
  const tell = (change: LiveChange): void => {
    for (const each of listeners) each(change);
  };
  const act = (id: number, event: AssetEvent, more: object = {}): Asset => {
    const asset = store.assets.byId(id);
    if (!asset) throw new Problem("asset-not-found", `There is no film with the number ${id}.`);
    const held = asset.token ? { token: asset.token } : {};
    const result = store.assets.apply(id, event, { now: now(), ...held, ...more });
    if (result.kind !== "moved")
      throw new Problem("state-refuses", result.kind === "refused" ? result.message : "It is gone.");
    tell({ kind: "asset", assetId: id });
    return result.asset;
  };
  const control: TestControl = {
    settings,
    store,
    elsewhere: null,
    logOf: (id) => logs.get(id) ?? null,
    servers: createServers({ ...quiet, settings, store, now }, () => {}),
    overview: () => ({ ...overview, hold: store.holds.queue() }),
    progressOf: (id) => progress.get(id) ?? null,
    waitingReason: (asset) =>
      asset.state === "Queued" && asset.work === "video" ? (overview.waiting?.sentence ?? null) : null,
    notifiers: createNotifiers({ settings, store, now, signal: new AbortController().signal }),
    pictures: picturesIn(folder, { settings, store }, (change) => tell(change)),
    explain: (asset) => {
      const explained = explainWith(store, settings)(asset);
      return explained && { ...explained, command: logs.get(asset.id)?.command ?? explained.command };
    },
    reprocess: (id) => act(id, "reprocess"),
    cancel: (id) => act(id, "failed", { problemCode: "cancelled" }),
    restore: async (id) => act(id, "restored"),
    restoreAll: (filter) => {
      const { assets } = store.assets.page({ ...filter, state: "Archived", limit: 200 });
      for (const each of assets) act(each.id, "restored");
      return assets.length;
    },
    system: testSystem(now),
    workFiles: createWorkFiles(),
    tryAgain: () => control.say({ waiting: null, pauses: [] }),
    isRestarting: () => false,
    ...heat(),
    ...lookers(settings, now),
    ...queueControlsOf(store, settings, now, tell, () => overview),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    say: (more) => {
      overview = { ...overview, ...more };
      tell({ kind: "overview" });
    },
    setProgress: (assetId, value) => {
      progress.set(assetId, value);
      tell({ kind: "progress", assetId, progress: value });
    },
    setLog: (assetId, log) => {
      if (log === null) logs.delete(assetId);
      else logs.set(assetId, log);
    },
    tell,
    listenerCount: () => listeners.size,
  };
  return { control, close: store.close };
};

/** A household's library in all its states, with a few hostile names. Gives the assets by path. */
export const fillLibrary = (control: TestControl, now: number): ReadonlyMap<string, Asset> => {
  const assets = FILMS.map((row) => addFilm(control, row, now));
  return new Map(assets.map((each) => [each.path, each]));
};
