/**
 * How a worker comes by the film of an order and hands over what it made. `worker-mounts.ts` does it by folders that it shares
 * with the orchestrator.
 */
import type { LibrariesSaid, MadeFile, WorkerHello, WorkOrder } from "../core/work-order.ts";
import type { MadeSidecar } from "../steps/make-sidecars.ts";

/** Where a film lies on this machine, and where its result is written. */
export type Places = {
  readonly sourcePath: string;
  readonly folder: string;
  readonly base: string;
  readonly earlierSidecars: ReadonlySet<string>;
};

export type Made = { readonly partial: string; readonly sidecars: readonly MadeSidecar[] };

export type HandedSidecar = MadeFile & Pick<MadeSidecar, "label" | "ending" | "isOfTrack">;

export type Handed = { readonly partial: MadeFile; readonly sidecars: readonly HandedSidecar[] };

export type Opened = {
  readonly places: Places;
  /** Makes the files durable and gives them by the names that the orchestrator knows them by. Throws Problem. */
  readonly hand: (made: Made, signal: AbortSignal) => Promise<Handed>;
  /** It is not needed on this machine any more, whatever became of it. Throws nothing. */
  readonly close: () => Promise<void>;
};

export type Reach = {
  readonly access: WorkerHello["access"];
  /** Libraries whose films can be worked on now, sorted. */
  readonly libraries: () => readonly string[];
  /** Looks what of the libraries that there are is reached from here. Throws nothing. */
  readonly look: (said: LibrariesSaid) => Promise<void>;
  /** What an order needs, once it is proven to be the film that is meant. `givenAt`: when the order was made, epoch ms. Throws Problem. */
  readonly open: (order: WorkOrder, givenAt: number, signal: AbortSignal) => Promise<Opened>;
  /** Something went wrong with a library's folders: nothing of it is taken for a minute. */
  readonly doubt: (library: string) => void;
};
