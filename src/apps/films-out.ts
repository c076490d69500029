/** Films that are with workers elsewhere: what is known of each while it is, and how it ends. */
import { ENCODERS, type Encoder } from "../core/encoders.ts";
import type { WorkLane } from "../core/snapshot.ts";
import type { Pool } from "../core/work-pools.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Job } from "../edges/store/jobs.ts";
import { type Out, placeThere, type ThereDeps } from "./convert-there.ts";
import type { Place } from "./job-place.ts";
import { laneOf } from "./pauses.ts";
import type { createRests } from "./pool-rests.ts";
import { takeOut } from "./remote-sweep.ts";
import { type EncoderAnswer, openLibraries, type Running } from "./running.ts";

export type FilmsOut = {
  readonly all: () => ReadonlyMap<string, Out>;
  /** No more are given out before some came back: each is kept in memory, and one that Redis is silent of for long. */
  readonly isFull: () => boolean;
  /** How many a queue has. */
  readonly in: (queue: string) => number;
  readonly begin: (pool: Pool, asset: Asset, token: string) => Place;
  /** The place of an attempt that was out when this program ended. */
  readonly attach: (job: Job, asset: Asset) => Place;
  readonly ended: (token: string) => void;
  /** Ends when all that is wanted no more was taken out of Redis, or could not be. */
  readonly idle: () => Promise<void>;
};

type Deps = Omit<ThereDeps, "whyBack"> & {
  readonly pools: (lane: WorkLane) => readonly Pool[];
  readonly rests: ReturnType<typeof createRests>;
};

/** Enough for 300 machines; some 20 MB. */
const OUT_MAX = 2000;

export const createFilmsOut = (running: Running, { pools, rests, ...deps }: Deps): FilmsOut => {
  const out = new Map<string, Out>();
  const leavings = new Set<Promise<unknown>>();
  const there: ThereDeps = { ...deps, whyBack: (each) => whyBack(running, each, pools(each.lane)) };
  const drop = (each: Out): void => {
    if (!each.isSent) return;
    each.isSent = false;
    // Where Redis does not hear it now, the sweep says it later.
    const leaving = takeOut(running, deps.queue, { ...each, name: each.queue })
      .catch(() => {})
      .finally(() => leavings.delete(leaving));
    leavings.add(leaving);
  };
  const place = (
    { token, queue, asset }: { readonly token: string; readonly queue: string; readonly asset: Asset },
    { isAttached, isFetched }: Pick<Out, "isAttached" | "isFetched">,
    encoder: Encoder | null,
  ): Place => {
    const lane = laneOf(asset.work);
    const film = { library: asset.library, assetId: asset.id };
    const where = { token, queue, lane, ...film, isAttached, isFetched };
    const each: Out = { ...where, isSent: isAttached, nudge: () => {} };
    out.set(token, each);
    return placeThere(there, each, {
      encoder: answerOf(encoder),
      done: () => drop(each),
      rests: (problem) => rests.note(queue, problem),
    });
  };
  return {
    all: () => out,
    isFull: () => out.size >= OUT_MAX,
    in: (queue) => [...out.values()].filter((each) => each.queue === queue).length,
    begin: ({ queue, encoder, access }, asset, token) => {
      const how = { isAttached: false, isFetched: access === "http" };
      return place({ token, queue, asset }, how, encoder && ENCODERS[encoder.name]);
    },
    attach: ({ token, pool, encoder }, asset) => {
      const named = Object.values(ENCODERS).find(({ codec }) => codec === encoder);
      const how = { isAttached: true, isFetched: false };
      return place({ token, queue: pool ?? "", asset }, how, named ?? null);
    },
    ended: (token) => void out.delete(token),
    idle: async () => void (await Promise.all(leavings)),
  };
};

/** What encodes elsewhere, for estimates and names; what its card may decode its worker knows. */
const answerOf = (encoder: Encoder | null): EncoderAnswer => ({
  status: encoder
    ? { kind: "found", name: encoder.name, codec: encoder.codec, isHardware: encoder.isHardware }
    : { kind: "none", why: "" },
  encoder,
  card: null,
});

/** Why a film that no worker has begun goes back to the queue; null: it may wait on. */
const whyBack = (
  running: Running,
  { lane, library, queue, assetId, token }: Out,
  pools: readonly Pool[],
): string | null => {
  const { store, pauses, limits } = running;
  if (store.holds.queue().kind !== "running") return "The queue is held.";
  if (!openLibraries(running).includes(library)) return "Its library waits.";
  const pause = pauses.ofFilm({ library, lane }, "elsewhere");
  if (pause !== null) return pauses.sentence(pause);
  // A part has a token of its own, and no place here would take it.
  const isWhole = store.assets.byId(assetId)?.token === token;
  if (isWhole && running.hasPlace(lane) && pauses.ofFilm({ library, lane }, "here") === null)
    return "This machine has a place for it.";
  if (limits.placesElsewhere(lane, 1) === 0) return "Films of its kind fail one after the other.";
  return pools.some((each) => each.queue === queue) ? null : "No worker that could do it is there any more.";
};
