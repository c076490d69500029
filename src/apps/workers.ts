/** Who converts: this machine, with its lanes of work and what runs in each. */
import { hostname } from "node:os";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Control, EncoderStatus, JobProgress, LaneStatus } from "./control.ts";

export type Worker = {
  readonly name: string;
  readonly encoder: EncoderStatus;
  readonly lanes: readonly {
    readonly lane: LaneStatus["lane"];
    /** How many films may be in work at once. */
    readonly slots: number;
    readonly running: readonly { readonly asset: Asset; readonly progress: JobProgress | null }[];
  }[];
};

type Asked = Pick<Control, "lanes" | "store" | "overview" | "progressOf">;

/** The workers; one until other machines can be added. */
export const workersOf = ({ lanes, store, overview, progressOf }: Asked): readonly Worker[] => [
  {
    name: hostname(),
    encoder: overview().encoder,
    lanes: lanes().map(({ lane, slots, running }) => ({
      lane,
      slots,
      running: running
        .map((id) => store.assets.byId(id))
        .filter((asset) => asset !== null)
        .map((asset) => ({ asset, progress: progressOf(asset.id) })),
    })),
  },
];
