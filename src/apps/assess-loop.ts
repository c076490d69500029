/** Takes New assets, a few at a time, through the assessment. */
import { join } from "node:path";
import { isOfTheDatabase } from "../core/database-problems.ts";
import type { ProblemCode } from "../core/problem.ts";
import type { LibrarySettings } from "../core/settings.ts";
import { wishOf } from "../core/wish.ts";
import { statFile, statRoot } from "../edges/library-walk.ts";
import { createSecondLook } from "../edges/second-look.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import { assess, giveUp } from "../steps/assess.ts";
import { WAIT_MS } from "./pauses.ts";
import { encodesOnCard, libraryOf, openLibraries, type Running } from "./running.ts";

/** Looking into films is bound by the processor; two at a time fill two cores and leave a large machine responsive. */
const CONCURRENCY = 2;
/** More that are read, stored or wait meanwhile, so that neither of two probe processes does; other programs get no more. */
const AHEAD = 3;
/** Tries for a problem that may pass (a share that hiccups), with this long between them. */
const MAX_TRIES = 5;
const RETRY_MS = 30_000;
/** No film's fault: the lane waits, and no try is used up. */
const WORLDS: ReadonlySet<ProblemCode> = new Set([
  "ffmpeg-missing",
  "disk-full",
  "interrupted",
  "source-changed",
]);
const isOfTheWorld = (code: ProblemCode): boolean => WORLDS.has(code) || isOfTheDatabase(code);

export type Loop = {
  /** Starts what can be started now. */
  readonly pump: () => void;
  /** Resolves when nothing of it runs any more. */
  readonly idle: () => Promise<void>;
};

/** The loop that assesses; call `pump` whenever an asset may have become New. */
export const createAssessLoop = (running: Running): Loop => {
  const { store, log, now, signal, pauses } = running;
  const look = createSecondLook(running.ffmpeg, running.quickReader);
  const inFlight = new Map<number, Promise<void>>();
  const tries = new Map<number, { count: number; notBefore: number }>();

  const next = (): Asset | null => {
    const postponed = [...tries].filter(([, { notBefore }]) => notBefore > now()).map(([id]) => id);
    return store.assets.nextNew({
      libraries: openLibraries(running),
      except: [...inFlight.keys(), ...postponed],
    });
  };

  /** Of a disk that is away no film says anything: the library waits, and no try is used up. */
  const isRootAway = async (asset: Asset, { root }: LibrarySettings): Promise<boolean> => {
    const found = await statRoot(root);
    const isThere = found.kind === "ok" && !found.isEmpty;
    const scanned = store.roots.get(asset.library)?.problemCode ?? null;
    if (isThere && scanned === null) return false;
    const code = scanned ?? (found.kind === "ok" ? "root-empty" : "root-missing");
    if (pauses.ofLibrary(asset.library) === null) {
      pauses.closeLibrary(asset.library, code, now() + WAIT_MS);
      running.startScan(asset.library);
    }
    return true;
  };

  const postpone = async (asset: Asset, library: LibrarySettings, code: ProblemCode): Promise<void> => {
    const isWorlds = isOfTheWorld(code) || (await isRootAway(asset, library));
    const count = (tries.get(asset.id)?.count ?? 0) + (isWorlds ? 0 : 1);
    tries.set(asset.id, { count, notBefore: now() + RETRY_MS });
    if (WORLDS.has(code)) pauses.note({ code, detail: "" }, { library: asset.library, lane: "assessments" });
    // Which film is there now, and where this one went, a scan finds out.
    if (code === "source-changed") running.startScan(asset.library);
    if (count < MAX_TRIES) return;
    giveUp({ store, now }, asset, code, "Tried several times.");
    tries.delete(asset.id);
  };

  const attempt = async (asset: Asset, library: LibrarySettings): Promise<ProblemCode | null> => {
    try {
      return await assess(
        { store, probe: running.quickProbe ?? running.ffprobe.probe, statFile, look, now },
        {
          asset,
          path: join(library.root, asset.path),
          wish: wishOf(running.settings, library),
          isHardware: encodesOnCard(running),
        },
        signal,
      );
    } catch (thrown) {
      if (signal.aborted) return null;
      log.error({ err: thrown, assetId: asset.id }, "assessment failed");
      return "internal";
    }
  };

  const run = async (asset: Asset): Promise<void> => {
    const library = libraryOf(running, asset);
    if (!library) return;
    const code = await attempt(asset, library);
    if (signal.aborted) return;
    if (code !== null && store.assets.byId(asset.id)?.state === "New") await postpone(asset, library, code);
    else {
      tries.delete(asset.id);
      pauses.worked("assessments");
    }
    running.changed({ kind: "asset", assetId: asset.id });
  };

  const atOnce = (): number => CONCURRENCY + (running.quickReader?.isReady() ? AHEAD : 0);
  const pump = (): void => {
    while (!signal.aborted && inFlight.size < atOnce() && pauses.ofLane("assessments") === null) {
      const asset = next();
      if (!asset) return;
      if (inFlight.size === 0)
        running.quickReader?.expect(store.assets.counts(openLibraries(running)).state.New);
      const done = run(asset)
        .catch((thrown: unknown) => {
          log.error({ err: thrown, assetId: asset.id }, "assessment loop");
          tries.set(asset.id, { count: tries.get(asset.id)?.count ?? 0, notBefore: now() + RETRY_MS });
        })
        .finally(() => {
          inFlight.delete(asset.id);
          running.wake();
        });
      inFlight.set(asset.id, done);
    }
  };
  return { pump, idle: async () => void (await Promise.allSettled(inFlight.values())) };
};
