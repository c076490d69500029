/** Brings back the originals that people asked for, one at a time, also those of before a restart. */
import { join } from "node:path";
import { Problem, toProblem } from "../core/problem.ts";
import { statRoot } from "../edges/library-walk.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import { restorable, restore } from "../steps/restore.ts";
import { isRootThere } from "../steps/scan-root.ts";
import type { Loop } from "./assess-loop.ts";
import { WRITING } from "./job.ts";
import { WAIT_MS } from "./pauses.ts";
import { libraryOf, type Running } from "./running.ts";

export type RestoreLoop = Loop & {
  /** Brings one back at once. Throws Problem library-not-found, state-refuses, restore-failed, io-error. */
  readonly now: (asset: Asset) => Promise<Asset>;
};

/** The loop over the wishes in the store. */
export const createRestoreLoop = (running: Running): RestoreLoop => {
  const { store, log, now, signal } = running;
  const inFlight = new Map<number, Promise<Asset>>();
  const notBefore = new Map<number, number>();

  const run = async (asset: Asset): Promise<Asset> => {
    try {
      const library = libraryOf(running, asset);
      if (!library) throw new Problem("library-not-found", `"${asset.library}"`);
      const place = {
        sourcePath: join(library.root, asset.path),
        root: library.root,
        output: library.output,
      };
      const isLibraryThere = () => isRootThere({ store, statRoot }, asset.library, library.root);
      return await restore({ store, files: WRITING, isLibraryThere, now }, asset, place);
    } finally {
      inFlight.delete(asset.id);
      running.changed({ kind: "asset", assetId: asset.id });
      running.wake();
    }
  };

  /** Two wishes for one film are one. */
  const once = (asset: Asset): Promise<Asset> => {
    const known = inFlight.get(asset.id);
    if (known !== undefined) return known;
    restorable(asset);
    const started = run(asset);
    inFlight.set(asset.id, started);
    return started;
  };

  const settle = async (id: number): Promise<void> => {
    const asset = store.assets.byId(id);
    try {
      if (asset) await once(asset);
      else store.restores.remove(id);
    } catch (thrown) {
      const { code, detail } = toProblem(thrown);
      // Of a library that the settings do not name nothing is tried before they are read again.
      notBefore.set(id, code === "library-not-found" ? Number.POSITIVE_INFINITY : now() + WAIT_MS);
      log.warn({ assetId: id, code, detail }, "an original is not back");
      // The wish is gone where nothing can be done about it; a person reads on the film why.
      if (code === "state-refuses") store.restores.remove(id);
      else if (asset) store.assets.touch(id, { problemCode: code, problemDetail: detail });
    }
  };

  return {
    now: async (asset) => once(asset),
    pump: () => {
      if (signal.aborted || inFlight.size > 0) return;
      const next = store.restores.all().find((id) => (notBefore.get(id) ?? 0) <= now());
      if (next !== undefined) void settle(next);
    },
    idle: async () => void (await Promise.allSettled(inFlight.values())),
  };
};
