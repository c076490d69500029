/** What a person may ask for one film: process it again, stop it, bring its original back. */
import { misfitOf } from "../core/disk-room.ts";
import { humanBytes } from "../core/human-text.ts";
import { HELD_UNTIL, isKept } from "../core/lifecycle.ts";
import { PROBLEMS, Problem } from "../core/problem.ts";
import { momentWords } from "../core/wall-clock.ts";
import type { ApplyResult } from "../edges/store/asset-apply.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import { type Assessment, assessedFields } from "../steps/assess.ts";
import type { Control } from "./control.ts";
import { laneOf } from "./pauses.ts";
import { isPublicationWaiting } from "./publication-loop.ts";
import type { Running } from "./running.ts";

type Deps = {
  /** The assessment of today's settings. */
  readonly explain: (asset: Asset) => Assessment | null;
  /** Brings an original back. */
  readonly restoreNow: (asset: Asset) => Promise<Asset>;
  /** Ends a publication that waits, by its claim's token. */
  readonly giveUp: (token: string) => void;
};

/** The actions. */
export const createActions = (
  running: Running,
  { explain, restoreNow, giveUp }: Deps,
): Pick<Control, "reprocess" | "cancel" | "restore" | "restoreAll" | "tryAgain"> => {
  const { store, now } = running;
  const found = (id: number): Asset => {
    const asset = store.assets.byId(id);
    if (!asset) throw new Problem("asset-not-found", `Film ${id}.`);
    return asset;
  };
  const done = (result: ApplyResult): Asset => {
    if (result.kind !== "moved")
      throw new Problem("state-refuses", result.kind === "refused" ? result.message : "");
    running.changed({ kind: "asset", assetId: result.asset.id });
    running.wake();
    return result.asset;
  };
  return {
    reprocess: (id) => {
      const asset = found(id);
      running.pauses.lift(asset);
      running.limits.tryNow();
      if (asset.state === "Queued") return release(running, asset);
      if (asset.state !== "Failed" && asset.state !== "Completed")
        throw new Problem(
          "state-refuses",
          `It is ${asset.state}; only Failed and Completed films are processed again.`,
        );
      store.assets.touch(id, { keptFingerprint: null });
      const assessment = explain(asset);
      const work = assessment?.plan.work ?? "none";
      // With nothing to convert, to process again means to look again: from the first byte.
      if (assessment && work !== "none" && work !== "impossible")
        return done(store.assets.apply(id, "reprocess", { now: now(), ...assessedFields(assessment) }));
      if (asset.fingerprint !== null) store.probes.remove(asset.fingerprint);
      return done(
        store.assets.apply(id, "changed", { now: now(), data: { reason: "asked for by a person" } }),
      );
    },
    cancel: (id) => {
      const asset = found(id);
      const job = running.cancels.get(id);
      if (asset.state === "Processing" && job) job.abort("cancelled");
      else if (asset.token !== null && isPublicationWaiting(running, asset)) giveUp(asset.token);
      else throw new Problem("state-refuses", `It is ${asset.state}; only a film in work can be stopped.`);
      return asset;
    },
    restore: async (id) => restoreNow(found(id)),
    restoreAll: (filter) => {
      const ids = store.assets.archived(filter);
      store.transaction(() => {
        for (const id of ids) store.restores.ask(id, now());
      });
      running.wake();
      return ids.length;
    },
    tryAgain: () => {
      running.pauses.liftAll();
      running.limits.tryNow();
      if (running.encoder().status.kind === "none") running.probeEncoder();
      running.changed({ kind: "overview" });
      running.wake();
    },
  };
};

/** A film that waits (a retry, or brought back or kept by a person) starts now. */
const release = (running: Running, asset: Asset): Asset => {
  if (asset.availableAt === null) throw new Problem("state-refuses", "It is in the queue already.");
  running.store.assets.touch(asset.id, { availableAt: null, keptFingerprint: null });
  running.changed({ kind: "asset", assetId: asset.id });
  running.wake();
  return running.store.assets.byId(asset.id) ?? asset;
};

/** Why a film waits, in the queue or with its result, in words; null when it simply is not its turn or is in work. */
export const waitingReason = (running: Running, asset: Asset): string | null => {
  if (isPublicationWaiting(running, asset)) {
    const why = asset.problemCode === null ? "" : `${PROBLEMS[asset.problemCode].title} `;
    return `${why}Its result waits to be put in its place, which is tried again every few seconds; Cancel gives it up, and the original stays.`;
  }
  if (isKept(asset) && asset.state !== "Completed" && asset.state !== "Archived")
    return "You keep it as it is; it is converted when you ask for it.";
  if (asset.state !== "Queued") return null;
  if (asset.availableAt === HELD_UNTIL)
    return "You brought the original back; it is converted again when you ask for it.";
  if (asset.availableAt !== null && asset.availableAt > running.now())
    return `It is tried again ${momentWords(asset.availableAt, running.now(), running.settings.operational.time_zone)}.`;
  const hold = running.store.holds.queue();
  if (hold.kind !== "running")
    return `The queue is ${hold.kind === "paused" ? "paused" : "finishing what it began"}.`;
  const lane = laneOf(asset.work);
  const isElsewhere = (running.remote?.slots(lane) ?? 0) > 0;
  const pause = running.pauses.ofFilm({ library: asset.library, lane }, isElsewhere ? "elsewhere" : "here");
  if (pause) return running.pauses.sentence(pause);
  const room = running.disks.rooms()[asset.library];
  const misfit = room && misfitOf(asset, room);
  if (misfit)
    return `It takes about ${humanBytes(misfit.needsBytes)}, and ${humanBytes(Math.max(0, misfit.roomBytes))} may still be written to its disk.`;
  if (isElsewhere) return null;
  const redis = running.worksHere === false ? running.remote?.problem() : null;
  if (redis) return `It waits for workers on other machines. ${redis.message}`;
  if (running.worksHere === false)
    return "It waits for a worker: this machine itself converts nothing, and none is there that could.";
  const { status, encoder } = running.encoder();
  if (asset.work !== "video" || encoder !== null) return null;
  if (status.kind === "probing") return "Encoders are being tried.";
  return status.kind === "none" ? `No encoder works: ${status.why}` : null;
};
