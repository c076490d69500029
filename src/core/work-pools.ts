/** Workers that are there, grouped by what they can do, and which of them gets the next film. */
import type { WorkLane } from "./snapshot.ts";
import { type WorkerHello, windowOf } from "./work-order.ts";

export type Pool = {
  readonly queue: string;
  readonly lane: WorkLane;
  /** Films that its workers take at once, all together. */
  readonly slots: number;
  readonly libraries: readonly string[];
  /** Codecs in ffprobe's spelling. */
  readonly decodes: readonly string[];
  readonly encoder: WorkerHello["encoder"];
};

/** Whether a worker does work of a lane at all. Under `gpu_only` a processor encodes nothing, wherever it stands. */
const does = ({ slots, encoder }: WorkerHello, lane: WorkLane, gpuOnly: boolean): boolean =>
  slots[lane] > 0 && (lane === "copies" || (encoder !== null && (encoder.isHardware || !gpuOnly)));

/** The pools of a lane; `hellos` of workers that may work, `queueOf` names the queue of each. */
export const poolsOf = (
  lane: WorkLane,
  hellos: readonly WorkerHello[],
  { gpuOnly, queueOf }: { readonly gpuOnly: boolean; readonly queueOf: (hello: WorkerHello) => string },
): readonly Pool[] =>
  [
    ...Map.groupBy(
      hellos.filter((each) => does(each, lane, gpuOnly)),
      queueOf,
    ),
  ].flatMap(([queue, [first, ...more]]) => {
    if (!first) return [];
    const { libraries, decodes, encoder } = first;
    const slots = [first, ...more].reduce((sum, each) => sum + each.slots[lane], 0);
    return [{ queue, lane, slots, libraries, decodes, encoder }];
  });

/**
 * Pools that may be given another film, whoever has the most free workers first; `out`: films that a pool has already. One
 * whose workers are all busy is given a film ahead only when no other has a free one.
 */
export const freePools = (pools: readonly Pool[], out: (queue: string) => number): readonly Pool[] =>
  pools
    .filter((each) => out(each.queue) < windowOf(each.lane, each.slots))
    .toSorted((a, b) => b.slots - out(b.queue) - (a.slots - out(a.queue)) || (a.queue < b.queue ? -1 : 1));
