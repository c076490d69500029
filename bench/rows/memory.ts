/** Memory of the orchestrator as the container stack starts it: its watcher is a service of its own. */
import { emptyStays, makeHouse, type Stays, staysOf } from "../frame/known-house.ts";
import { inFolder } from "../frame/measure.ts";
import type { Bench, Measured } from "../frame/row.ts";
import { serve } from "../frame/served.ts";

const PROMISED = 1_000_000;
const IDLE_MS = 10_000;
const ARGS = ["--no-watch"];

const measure = (films: number): Promise<Stays> =>
  inFolder(async (folder) => {
    makeHouse(folder, films);
    const house = await serve(folder, ARGS);
    try {
      return await staysOf(house, films, IDLE_MS);
    } finally {
      await house.stop();
    }
  });

const rowsOf = (films: number, stays: Stays, plain: Stays): readonly Measured[] => {
  const memory = (name: string, what: string, of: (found: Stays) => number): Measured => ({
    ...{ name, what, assets: films, value: of(stays), unit: "MB" },
    baseline: { what: "the same of an empty library", value: of(plain) },
    ...(films === PROMISED ? { target: { mostMore: 80 } } : {}),
  });
  return [
    memory(
      "memory-idle",
      "Resident memory of the orchestrator while nothing happens; the watcher is another program.",
      ({ resting }) => resting.mb,
    ),
    memory(
      "memory-scanning",
      "Its most memory until then: start, page and scan of the library.",
      ({ peak }) => peak,
    ),
    memory("memory-serving", "Its most memory, with a scan and pages at once.", ({ busy }) => busy.mb),
  ];
};

export const bench: Bench = {
  run: async ({ isQuick, sizes }) => {
    const plain = await emptyStays(IDLE_MS, ARGS);
    const rows: Measured[] = [];
    for (const films of isQuick ? sizes([1000]) : sizes([1000, 10_000, 100_000, PROMISED]))
      rows.push(...rowsOf(films, await measure(films), plain));
    return rows;
  },
};
