/** Who converts: this machine, with its lanes of work and what runs in each. */
import { hostname } from "node:os";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Control, EncoderStatus, JobProgress } from "./control.ts";
import { type LANES, laneOf } from "./pauses.ts";

export type LaneName = keyof typeof LANES;

export type Worker = {
  readonly name: string;
  readonly encoder: EncoderStatus;
  readonly lanes: readonly {
    readonly lane: LaneName;
    /** How much of it may run at once. */
    readonly max: number;
    readonly running: readonly { readonly asset: Asset; readonly progress: JobProgress | null }[];
  }[];
};

/** The workers; one until other machines can be added. */
export const workersOf = ({ settings, store, overview, progressOf }: Control): readonly Worker[] => {
  const { max_concurrent_copies, max_concurrent_jobs } = settings.operational;
  const running = store.assets.inState("Processing").filter((each) => each.library in settings.libraries);
  const laneFor = (lane: LaneName, max: number) => ({
    lane,
    max,
    running: running
      .filter((asset) => laneOf(asset.work) === lane)
      .map((asset) => ({ asset, progress: progressOf(asset.id) })),
  });
  return [
    {
      name: hostname(),
      encoder: overview().encoder,
      lanes: [laneFor("copies", max_concurrent_copies), laneFor("encodes", max_concurrent_jobs)],
    },
  ];
};
