/** Memory of the orchestrator as the container stack starts it, whose watcher is a service of its own; and with one. */
import { makeHouse, type Stays, servedStays } from "../frame/known-house.ts";
import { inFolder } from "../frame/measure.ts";
import type { Bench, Measured } from "../frame/row.ts";

const PROMISED = 1_000_000;
const IDLE_MS = 10_000;
const ARGS = ["--no-watch"];

type Found = {
  /** Without its watcher, and with it. */
  readonly alone: Stays;
  readonly watching: Stays;
};

const measure = (films: number): Promise<Found> =>
  inFolder(async (folder) => {
    makeHouse(folder, films);
    return {
      alone: await servedStays(folder, films, IDLE_MS, ARGS),
      watching: await servedStays(folder, films, IDLE_MS),
    };
  });

const rowsOf = (films: number, found: Found, plain: Found): readonly Measured[] => {
  const memory = (name: string, what: string, of: (each: Found) => number): Measured => ({
    ...{ name, what, assets: films, value: of(found), unit: "MB" },
    baseline: { what: "the same of an empty library", value: of(plain) },
    ...(films === PROMISED ? { target: { mostMore: 80 } } : {}),
  });
  return [
    memory(
      "memory-idle",
      "Resident memory of the orchestrator while nothing happens; the watcher is another program (`serve --no-watch`).",
      ({ alone }) => alone.resting.mb,
    ),
    memory(
      "memory-scanning",
      "Its most memory until then: start, page and scan of the library.",
      ({ alone }) => alone.peak,
    ),
    memory("memory-serving", "Its most memory, with a scan and pages at once.", ({ alone }) => alone.busy.mb),
    memory(
      "memory-watched",
      "Resident memory of `cvc serve` on one machine, which watches by itself: a watch a folder, as far as the kernel allows.",
      ({ watching }) => watching.resting.mb,
    ),
  ];
};

export const bench: Bench = {
  run: async ({ isQuick, sizes }) => {
    const plain = await measure(0);
    const rows: Measured[] = [];
    for (const films of isQuick ? sizes([1000]) : sizes([1000, 10_000, 100_000, PROMISED]))
      rows.push(...rowsOf(films, await measure(films), plain));
    return rows;
  },
};
