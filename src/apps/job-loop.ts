/** Claims queued work, converts, publishes, and decides what a failure means. Copy work and encodes have lanes of their own. */
import { randomBytes } from "node:crypto";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Loop } from "./assess-loop.ts";
import { runJob } from "./job.ts";
import { LANES, WAIT_MS } from "./pauses.ts";
import { openLibraries, type Running } from "./running.ts";

/** What of one lane runs. */
export type LaneWork = {
  readonly lane: keyof typeof LANES;
  /** How many films may run at once; 0 while there is nothing to run them with. */
  readonly slots: number;
  /** The films' numbers. */
  readonly running: readonly number[];
};

export type JobLoop = Loop & { readonly lanes: () => readonly LaneWork[] };

type Lane = {
  readonly name: keyof typeof LANES;
  readonly capacity: () => number;
  /** By token. */
  readonly running: Map<string, { readonly assetId: number; readonly done: Promise<void> }>;
};

/** The loop that converts; call `pump` whenever something may have become Queued or a place free. */
export const createJobLoop = (running: Running): JobLoop => {
  const { store, pauses, limits, disks, signal, now } = running;
  const { operational } = running.settings;
  const lanes: readonly Lane[] = [
    // Remuxing and sound take seconds and no card: they never wait behind a film that takes an hour.
    { name: "copies", capacity: () => operational.max_concurrent_copies, running: new Map() },
    {
      name: "encodes",
      capacity: () => (running.encoder().encoder === null ? 0 : operational.max_concurrent_jobs),
      running: new Map(),
    },
  ];

  const run = async (lane: Lane, asset: Asset, token: string): Promise<void> => {
    await runJob(running, asset, token);
    const atOnce = lane.running.size;
    const state = store.assets.byId(asset.id)?.state;
    if (state !== "Queued") pauses.forgetWaits(asset.id);
    if (state !== "Completed" && state !== "Archived") return;
    pauses.worked(lane.name);
    limits.worked(lane.name, atOnce);
  };

  const begin = (lane: Lane, asset: Asset, token: string): void => {
    const done = run(lane, asset, token)
      .catch((thrown: unknown) => running.log.error({ err: thrown, assetId: asset.id }, "job loop"))
      .finally(() => {
        lane.running.delete(token);
        running.wake();
      });
    lane.running.set(token, { assetId: asset.id, done });
  };

  /** Claims whose end could not be written (the database's disk was full) go back to the queue. */
  const giveBack = (): void => {
    const isHeld = (token: string): boolean => lanes.some((lane) => lane.running.has(token));
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

  const pump = (): void => {
    if (signal.aborted) return;
    giveBack();
    if (store.holds.queue().kind !== "running") return;
    for (const lane of lanes)
      while (lane.running.size < limits.places(lane.name, lane.capacity()) && !pauses.ofLane(lane.name)) {
        const token = randomBytes(16).toString("hex");
        const libraries = openLibraries(running).filter(
          (library) => pauses.ofFilm({ library, lane: lane.name }) === null,
        );
        const { order } = operational;
        const place = { works: LANES[lane.name], libraries, rooms: disks.rooms(), order };
        const asset = store.assets.claim({ ...place, token, now: now() });
        if (!asset) break;
        disks.took(asset);
        begin(lane, asset, token);
      }
  };
  return {
    pump,
    idle: async () => {
      await Promise.allSettled(lanes.flatMap((lane) => [...lane.running.values()].map(({ done }) => done)));
    },
    lanes: () =>
      lanes.map((lane) => ({
        lane: lane.name,
        slots: lane.capacity(),
        running: [...lane.running.values()].map(({ assetId }) => assetId),
      })),
  };
};
