/** Brings back the originals that people asked for, one at a time, also those of before a restart. */
import { join } from "node:path";
import { Problem, type ProblemCode, toProblem } from "../core/problem.ts";
import { statFile, statRoot } from "../edges/library-walk.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import { restorable, restore } from "../steps/restore.ts";
import { isRootThere } from "../steps/scan-root.ts";
import type { Loop } from "./assess-loop.ts";
import { WRITING } from "./job.ts";
import { WAIT_MS } from "./pauses.ts";
import { libraryOf, type Running } from "./running.ts";

export type RestoreLoop = Loop & {
  /** Brings one back at once. Throws Problem library-not-found, state-refuses, restore-failed, root-missing, folder-away, file-missing, io-error. */
  readonly now: (asset: Asset) => Promise<Asset>;
};

/** Trying again is of no use: the wish is forgotten. */
const REFUSED: ReadonlySet<ProblemCode> = new Set(["state-refuses", "restore-failed"]);
/** A disk may be away: who waits for the answer is told; a wish among many, or that is half done, waits for the disk. */
const AWAY: ReadonlySet<ProblemCode> = new Set([
  "library-not-found",
  "root-missing",
  "folder-away",
  "file-missing",
]);

/** The loop over the wishes in the store. */
export const createRestoreLoop = (running: Running): RestoreLoop => {
  const { store, log, now, signal } = running;
  const inFlight = new Map<number, Promise<Asset>>();
  /** Films whose files were touched by the last try: half an undo is carried through, whoever waits for it. */
  const begun = new Set<number>();

  const run = async (asset: Asset): Promise<Asset> => {
    begun.delete(asset.id);
    try {
      const library = libraryOf(running, asset);
      if (!library) throw new Problem("library-not-found", `"${asset.library}"`);
      const isLibraryThere = (path = asset.path) =>
        isRootThere({ store, statRoot, statFile }, asset.library, library.root, path);
      const onBegun = (): void => void begun.add(asset.id);
      const deps = { store, files: WRITING, isLibraryThere, onBegun, now };
      return await restore(deps, asset, join(library.root, asset.path));
    } finally {
      inFlight.delete(asset.id);
      running.changed({ kind: "asset", assetId: asset.id });
      running.wake();
    }
  };

  /** Two wishes for one film are one. */
  const once = async (asset: Asset): Promise<Asset> => {
    const known = inFlight.get(asset.id);
    if (known !== undefined) return known;
    restorable(asset);
    const started = run(asset);
    inFlight.set(asset.id, started);
    return started;
  };

  const settle = async (asset: Asset): Promise<void> => {
    try {
      await once(asset);
    } catch (thrown) {
      const { code, detail } = toProblem(thrown);
      log.warn({ assetId: asset.id, code, detail }, "an original is not back");
      if (REFUSED.has(code)) store.restores.remove(asset.id);
      else store.restores.postpone(asset.id, now() + WAIT_MS);
      if (code !== "state-refuses")
        store.assets.touch(asset.id, { problemCode: code, problemDetail: detail });
    }
  };

  const pump = (): void => {
    if (signal.aborted || inFlight.size > 0) return;
    const id = store.restores.next(now());
    if (id === null) return;
    const asset = store.assets.byId(id);
    if (asset) void settle(asset);
    else store.restores.remove(id);
  };

  return {
    now: async (asset) => {
      const wasAsked = store.restores.has(asset.id);
      try {
        return await once(asset);
      } catch (thrown) {
        const { code } = toProblem(thrown);
        const isNoWish = AWAY.has(code) && !wasAsked && !begun.has(asset.id);
        if (REFUSED.has(code) || isNoWish) store.restores.remove(asset.id);
        throw thrown;
      }
    },
    pump,
    idle: async () => void (await Promise.allSettled(inFlight.values())),
  };
};
