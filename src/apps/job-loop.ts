/**
 * Claims queued work, converts, publishes, and decides what a failure means. Copy work and encodes have lanes of their own,
 * each with places on this machine and with workers elsewhere.
 */
import { randomBytes } from "node:crypto";
import type { Pool } from "../core/work-pools.ts";
import type { ClaimInput } from "../edges/store/asset-claim.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Job } from "../edges/store/jobs.ts";
import type { Loop } from "./assess-loop.ts";
import { runJob } from "./job.ts";
import {
  atHere,
  encoding,
  hasPlace,
  type Lane,
  type LaneWork,
  laneWork,
  leavePlace,
  ranAmong,
} from "./job-lane.ts";
import { type Place, placeHere } from "./job-place.ts";
import { partsDesk } from "./parts-there.ts";
import { LANES, laneOf, WAIT_MS, type Where } from "./pauses.ts";
import type { RemoteLanes } from "./remote-lanes.ts";
import { openLibraries, type Running } from "./running.ts";

export type JobLoop = Loop & {
  readonly lanes: () => readonly LaneWork[];
  /** The films that are encoded on this machine at this moment. */
  readonly encoding: () => readonly number[];
  /** Whether any encode is in work on this machine, if only its checks. */
  readonly hasEncodes: () => boolean;
  /** Whether this machine would begin a film of the lane at once. */
  readonly hasPlace: (lane: keyof typeof LANES) => boolean;
};

type Around = {
  /** Workers on other machines; null: there is no Redis. */
  readonly remote: RemoteLanes | null;
  /** False: this machine itself converts nothing. */
  readonly worksHere: boolean;
};

const newToken = (): string => randomBytes(16).toString("hex");

/** The loop that converts; call `pump` whenever something may have become Queued or a place free. */
export const createJobLoop = (
  running: Running,
  { remote, worksHere }: Around = { remote: null, worksHere: true },
): JobLoop => {
  const { store, pauses, limits, signal } = running;
  const { operational } = running.settings;
  const here = (places: () => number) => () => (worksHere ? places() : 0);
  const lanes: readonly Lane[] = [
    // Remuxing and sound take seconds and no card: they never wait behind a film that takes an hour.
    { name: "copies", capacity: here(() => operational.max_concurrent_copies), running: new Map() },
    {
      name: "encodes",
      capacity: here(() => (running.encoder().encoder === null ? 0 : operational.max_concurrent_jobs)),
      running: new Map(),
    },
  ];

  const run = async (lane: Lane, asset: Asset, token: string, place: Place, earlier: Job | null) => {
    await runJob(running, asset, token, place, earlier);
    const isHere = place.pool === null;
    const state = store.assets.byId(asset.id)?.state;
    if (state !== "Queued") pauses.forgetWaits(asset.id);
    if (state !== "Completed" && state !== "Archived") return;
    if (isHere) pauses.worked(lane.name);
    limits.worked(lane.name, isHere ? ranAmong(lane, token) : null);
  };

  const begin = (lane: Lane, asset: Asset, token: string, place: Place, earlier: Job | null = null): void => {
    const done = run(lane, asset, token, place, earlier)
      .catch((thrown: unknown) => running.log.error({ err: thrown, assetId: asset.id }, "job loop"))
      .finally(() => {
        lane.running.delete(token);
        remote?.films.ended(token);
        running.wake();
      });
    lane.running.set(token, { assetId: asset.id, isHere: place.pool === null, done, encodedAmong: null });
  };

  /** What was with workers when this program ended is waited for again. */
  const attach = once(() => {
    if (remote === null) return;
    for (const { asset, job } of outBefore(store)) {
      const lane = lanes.find((each) => each.name === laneOf(asset.work));
      if (lane) begin(lane, asset, job.token, remote.films.attach(job, asset), job);
    }
  });

  const onEncoded = (lane: Lane, token: string): void => {
    if (leavePlace(lane, token)) running.wake();
  };
  const fillHere = (lane: Lane): void => {
    while (hasPlace(lane, limits)) {
      if (pauses.ofLane(lane.name)) return;
      const token = newToken();
      const asset = claim(running, lane.name, token, "here");
      if (!asset) return;
      const desk = remote ? partsDesk(remote) : undefined;
      const place = placeHere(desk, () => onEncoded(lane, token));
      begin(lane, asset, token, place);
    }
  };
  /** Each film goes to the pool with the most free workers; one that finds no film of its own is asked no more. */
  const fillElsewhere = (lane: Lane, far: RemoteLanes): void => {
    const without = new Set<string>();
    for (;;) {
      const outThere = lane.running.size - atHere(lane).length;
      if (limits.placesElsewhere(lane.name, outThere + 1) <= outThere) return;
      if (pauses.ofLane(lane.name, "elsewhere")) return;
      const pool = far.free(lane.name).find((each) => !without.has(each.queue));
      if (!pool) return;
      const token = newToken();
      const asset = claim(running, lane.name, token, "elsewhere", pool);
      if (asset) begin(lane, asset, token, far.films.begin(pool, asset, token));
      else without.add(pool.queue);
    }
  };

  const pump = (): void => {
    if (signal.aborted) return;
    attach();
    giveBack(running, (token) => lanes.some((lane) => lane.running.has(token)));
    if (store.holds.queue().kind !== "running") return;
    for (const lane of lanes) {
      fillHere(lane);
      if (remote !== null) fillElsewhere(lane, remote);
    }
  };
  return {
    pump,
    idle: async () => {
      await Promise.allSettled(lanes.flatMap((lane) => [...lane.running.values()].map(({ done }) => done)));
    },
    lanes: () => lanes.map((lane) => laneWork(lane, limits, remote?.slots(lane.name) ?? 0)),
    encoding: () => encoding(lanes),
    hasEncodes: () => lanes.some((lane) => lane.name === "encodes" && atHere(lane).length > 0),
    hasPlace: (name) =>
      pauses.ofLane(name) === null && lanes.some((lane) => lane.name === name && hasPlace(lane, limits)),
  };
};

const once = (act: () => void): (() => void) => {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
};

/** Takes the next film of a lane; `pool`: one whose files and codec its workers can read. */
const claim = (
  running: Running,
  lane: keyof typeof LANES,
  token: string,
  where: Where,
  pool?: Pool,
): Asset | null => {
  const { store, pauses, disks, settings, now } = running;
  const libraries = openLibraries(running).filter(
    (library) =>
      pauses.ofFilm({ library, lane }, where) === null && (!pool || pool.libraries.includes(library)),
  );
  if (libraries.length === 0) return null;
  const reads: Pick<ClaimInput, "accepts"> =
    pool && lane === "encodes"
      ? { accepts: ({ media }) => media === null || pool.decodes.includes(media.codec) }
      : {};
  const place = { works: LANES[lane], libraries, rooms: disks.rooms(), order: settings.operational.order };
  const asset = store.assets.claim({ ...place, ...reads, token, now: now() });
  if (asset) disks.took(asset);
  return asset;
};

/** Claims that were with workers when the program ended. */
const outBefore = (store: Running["store"]): readonly { readonly asset: Asset; readonly job: Job }[] => {
  const publishing = new Set(store.journal.all().map((entry) => entry.token));
  return store.jobs.unfinished().flatMap((job) => {
    const asset = job.pool === null || publishing.has(job.token) ? null : store.assets.byId(job.assetId);
    return asset?.state === "Processing" && asset.token === job.token ? [{ asset, job }] : [];
  });
};

/** Claims whose end could not be written (the database's disk was full) go back to the queue. */
const giveBack = (running: Running, isHeld: (token: string) => boolean): void => {
  const { store, now } = running;
  const lost = store.assets.inState("Processing").filter(({ token }) => token !== null && !isHeld(token));
  if (lost.length === 0) return;
  const publishing = new Set(store.journal.all().map((entry) => entry.token));
  for (const { id, token } of lost) {
    if (token === null || publishing.has(token)) continue;
    store.assets.apply(id, "interrupted", { now: now(), token, availableAt: now() + WAIT_MS });
    for (const job of store.jobs.unfinished())
      if (job.token === token)
        store.jobs.finish(job.id, {
          finishedAt: now(),
          outcome: "interrupted",
          problemCode: "interrupted",
        });
    running.changed({ kind: "asset", assetId: id });
  }
};
