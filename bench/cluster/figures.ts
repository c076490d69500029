/** What a run of the cluster came to. */
import { DatabaseSync } from "node:sqlite";
import { median, quantile } from "../frame/measure.ts";
import type { Herd } from "./herd.ts";
import type { WorkerLine } from "./workers.ts";

export type Figures = {
  readonly type: "cluster";
  readonly machine: string;
  readonly workers: number;
  readonly films: number;
  readonly factor: number;
  readonly completed: number;
  readonly seconds: number;
  readonly jobsPerSecond: number;
  /** A simulated encode, on average, ms. */
  readonly encodeMs: number;
  /** Of all the time of all workers, in which they encoded. */
  readonly busyPercent: number;
  /** From the end of a film to the next one's beginning at the same worker, ms: middle and 99th of 100. */
  readonly gapMs: readonly [number, number];
  /** From the end of a film at its worker until it is published, ms. */
  readonly publishMs: readonly [number, number];
  readonly orchestratorCpuMsPerJob: number;
  /** Of one core, while it ran. */
  readonly orchestratorCpuPercent: number;
  readonly redisCpuMsPerJob: number;
  readonly memoryMb: readonly [before: number, most: number];
  /** 1: all workers that were there all the time did equally many films; 1 / workers: one did all. */
  readonly fairness: number;
  readonly deaths: number;
  /** Films that were in work where something died, and when each was begun anew, s: middle and longest. */
  readonly recovered: number;
  readonly recoverySeconds: readonly [number, number];
};

type Measured = Pick<Figures, "machine" | "workers" | "films" | "factor" | "completed"> & {
  readonly took: number;
  readonly spent: { readonly cpu: number; readonly redis: number };
  readonly memory: readonly number[];
  readonly memoryBefore: number;
  readonly herd: Pick<Herd, "lines" | "kills">;
  readonly file: string;
};

const rounded = (value: number): number => Number(value.toPrecision(3));
const pair = (values: readonly number[], part: number): readonly [number, number] => [
  rounded(median(values)),
  rounded(values.length === 0 ? 0 : quantile(values, part)),
];

const gapsOf = (lines: readonly WorkerLine[]): readonly number[] =>
  [...Map.groupBy(lines, (line) => line.worker).values()].flatMap((own) =>
    own.flatMap((line, index) => {
      const before = own[index - 1];
      return line.kind === "begin" && before?.kind === "end" ? [line.at - before.at] : [];
    }),
  );

/** Jain's index over the films of each worker that was there from the first to the last. */
const fairnessOf = ({ lines, kills }: Pick<Herd, "lines" | "kills">, workers: number): number => {
  const died = (worker: number): boolean =>
    kills.some(({ first, count }) => worker >= first && worker < first + count);
  const counts = Array.from({ length: workers }, (_, worker) => worker)
    .filter((worker) => !died(worker))
    .map((worker) => lines.filter((line) => line.worker === worker && line.kind === "end").length);
  const sum = counts.reduce((a, b) => a + b, 0);
  return sum === 0 ? 0 : sum ** 2 / (counts.length * counts.reduce((a, b) => a + b * b, 0));
};

/** Seconds from each death to the new beginning of each film that was in work there. */
const recoveriesOf = ({ lines, kills }: Pick<Herd, "lines" | "kills">): readonly number[] => {
  const ends = new Set(lines.flatMap((line) => (line.kind === "end" ? [line.token] : [])));
  return kills.flatMap(({ at, first, count }) =>
    lines.flatMap((line) => {
      const isCut =
        line.kind === "begin" && line.worker >= first && line.worker < first + count && !ends.has(line.token);
      const again =
        isCut && lines.find((each) => each.kind === "begin" && each.assetId === line.assetId && each.at > at);
      return again ? [(again.at - at) / 1000] : [];
    }),
  );
};

export const figuresOf = (measured: Measured): Figures => {
  const { workers, films, factor, completed, took, spent, memory, memoryBefore, herd, file, machine } =
    measured;
  const ends = herd.lines.filter((line) => line.kind === "end");
  const busy = ends.reduce((sum, line) => sum + line.ms, 0);
  const [first, last] = [
    Math.min(...herd.lines.map((line) => line.at)),
    Math.max(...ends.map((line) => line.at)),
  ];
  const endOf = new Map(ends.map((line) => [line.token, line.at]));
  const database = new DatabaseSync(file, { readOnly: true });
  const jobs = database.prepare("SELECT token, finished_at AS at FROM jobs WHERE outcome = 'done'").all();
  database.close();
  const published = jobs.flatMap((row) => {
    const end = endOf.get(String(row.token));
    return end === undefined ? [] : [Number(row.at) - end];
  });
  const recoveries = recoveriesOf(herd);
  return {
    type: "cluster",
    machine,
    workers,
    films,
    factor,
    completed,
    seconds: rounded(took / 1000),
    jobsPerSecond: rounded((1000 * ends.length) / (last - first)),
    encodeMs: rounded(busy / Math.max(1, ends.length)),
    busyPercent: rounded((100 * busy) / (workers * (last - first))),
    gapMs: pair(gapsOf(herd.lines), 0.99),
    publishMs: pair(published, 0.99),
    orchestratorCpuMsPerJob: rounded(spent.cpu / Math.max(1, completed)),
    orchestratorCpuPercent: rounded((100 * spent.cpu) / took),
    redisCpuMsPerJob: rounded(spent.redis / Math.max(1, completed)),
    memoryMb: [rounded(memoryBefore), rounded(Math.max(memoryBefore, ...memory))],
    fairness: rounded(fairnessOf(herd, workers)),
    deaths: herd.kills.reduce((sum, each) => sum + each.count, 0),
    recovered: recoveries.length,
    recoverySeconds: pair(recoveries, 1),
  };
};

/** A column a run. */
export const table = (all: readonly Figures[]): string => {
  const lines: readonly (readonly [string, (each: Figures) => string])[] = [
    ["workers", (each) => String(each.workers)],
    ["films; done", (each) => `${each.films.toLocaleString("en")}; ${each.completed.toLocaleString("en")}`],
    ["encodes, as fast as real times", (each) => `${each.factor} (${each.encodeMs} ms)`],
    ["films a second", (each) => String(each.jobsPerSecond)],
    ["workers busy", (each) => `${each.busyPercent} %`],
    [
      "gap between two films at a worker: middle, 99 %",
      (each) => each.gapMs.map((ms) => `${ms} ms`).join(", "),
    ],
    [
      "end of an encode to published: middle, 99 %",
      (each) => each.publishMs.map((ms) => `${ms} ms`).join(", "),
    ],
    [
      "orchestrator, processor a film",
      (each) => `${each.orchestratorCpuMsPerJob} ms (${each.orchestratorCpuPercent} % of a core)`,
    ],
    ["Redis, processor a film", (each) => `${each.redisCpuMsPerJob} ms`],
    ["orchestrator's memory: before, most", (each) => each.memoryMb.map((mb) => `${mb} MB`).join(", ")],
    ["fairness (Jain; 1 is equal)", (each) => String(each.fairness)],
    ["workers that died; films begun anew", (each) => `${each.deaths}; ${each.recovered}`],
    [
      "from a death to its film's new beginning: middle, longest",
      (each) => each.recoverySeconds.map((s) => `${s} s`).join(", "),
    ],
    ["machine", (each) => each.machine],
  ];
  return `${lines.map(([name, said]) => `| ${name} | ${all.map(said).join(" | ")} |`).join("\n")}\n`.replace(
    "\n",
    `\n| --- |${" --- |".repeat(all.length)}\n`,
  );
};
