/** Who converts: this machine and workers elsewhere, with their lanes of work and what runs in each. */
import { hostname } from "node:os";
import type { WorkerHello } from "../core/work-order.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Control, EncoderStatus, JobProgress, LaneStatus } from "./control.ts";
import { LANE_NAMES, laneOf } from "./pauses.ts";
import type { SeenWorker } from "./worker-watch.ts";

/** `silent`: it was there and says nothing any more. */
export const WORKER_STATES = ["working", "paused", "draining", "silent"] as const;

/** What a worker on another machine says of itself. */
export type Elsewhere = Pick<
  WorkerHello,
  "id" | "version" | "startedAt" | "access" | "libraries" | "cards" | "loadPercent"
> & {
  readonly state: (typeof WORKER_STATES)[number];
  /** By our clock. */
  readonly heardAt: number;
  /** By a person. */
  readonly isPaused: boolean;
  /** Why it is given nothing; empty when all is well. */
  readonly refusal: string;
};

export type Worker = {
  readonly name: string;
  readonly encoder: EncoderStatus;
  readonly lanes: readonly {
    readonly lane: LaneStatus["lane"];
    /** How many films may be in work at once. */
    readonly slots: number;
    readonly running: readonly { readonly asset: Asset; readonly progress: JobProgress | null }[];
  }[];
  /** null: this machine. */
  readonly elsewhere: Elsewhere | null;
};

type Asked = Pick<Control, "lanes" | "store" | "overview" | "progressOf" | "elsewhere">;

/** The workers: this machine first, the others by name. */
export const workersOf = (control: Asked): readonly Worker[] => [
  here(control),
  ...(control.elsewhere?.list() ?? []).map((each) => there(control, each)),
];

const here = ({ lanes, store, overview, progressOf, elsewhere }: Asked): Worker => ({
  name: hostname(),
  encoder: overview().encoder,
  lanes: lanes().map(({ lane, slots, running }) => ({
    lane,
    slots: slots - (elsewhere?.slots(lane) ?? 0),
    running: running
      .filter((id) => elsewhere?.isOut(id) !== true)
      .map((id) => store.assets.byId(id))
      .filter((asset) => asset !== null)
      .map((asset) => ({ asset, progress: progressOf(asset.id) })),
  })),
  elsewhere: null,
});

/** A film counts as its own only where the claim is still the one that it works under. */
const there = (
  { store, progressOf }: Asked,
  { hello, heardAt, isThere, isPaused, refusal }: SeenWorker,
): Worker => {
  const films = hello.running.flatMap((token) => {
    const job = isThere ? store.jobs.byToken(token) : null;
    const asset = job && store.assets.byId(job.assetId);
    return asset?.token === token ? [asset] : [];
  });
  const { id, name, version, startedAt, access, libraries, cards, loadPercent, encoder, encoderWhy } = hello;
  return {
    name,
    encoder: encoder === null ? { kind: "none", why: encoderWhy } : { kind: "found", ...encoder },
    lanes: LANE_NAMES.map((lane) => ({
      lane,
      slots: hello.slots[lane],
      running: films
        .filter((asset) => laneOf(asset.work) === lane)
        .map((asset) => ({ asset, progress: progressOf(asset.id) })),
    })),
    elsewhere: {
      ...{ id, version, startedAt, access, libraries, cards, loadPercent, heardAt, isPaused, refusal },
      state: isThere ? hello.state : "silent",
    },
  };
};
