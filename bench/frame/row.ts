/** What a bench measured: a figure beside a plain one of the same run, and what it should be. */
import { cpus, loadavg, totalmem } from "node:os";

/** What a row should be. A ratio is the figure over its baseline: below 1 is faster or smaller than the baseline. */
export type Target = {
  readonly most?: number;
  readonly mostRatio?: number;
  /** At most this much above the baseline, in the row's unit. */
  readonly mostMore?: number;
};

export type Measured = {
  /** Of the row; the same for all sizes. */
  readonly name: string;
  /** In words, for the page. */
  readonly what: string;
  /** How many files or films; null where their number means nothing. */
  readonly assets: number | null;
  readonly value: number;
  readonly unit: "ms" | "s" | "MB" | "%" | "jobs/s";
  readonly baseline: { readonly what: string; readonly value: number } | null;
  /** None: a point of the curve that nothing is promised of. */
  readonly target?: Target;
};

/** One line of `--json`. */
export type Row = {
  readonly type: "bench";
  readonly name: string;
  readonly what: string;
  readonly assets: number | null;
  readonly value: number;
  readonly unit: string;
  readonly baseline: number | null;
  readonly baselineWhat: string | null;
  readonly ratio: number | null;
  readonly target: string | null;
  /** null: nothing is promised. Never makes a run fail: a machine may be slow or busy. */
  readonly pass: boolean | null;
  readonly machine: string;
  /** Of the day, YYYY-MM-DD. */
  readonly on: string;
};

export type Given = {
  /** Small sizes, so that all benches together take less than three minutes. */
  readonly isQuick: boolean;
  /** Those of some numbers of films or files that are asked for. */
  readonly sizes: (all: readonly number[]) => readonly number[];
};

export type Bench = {
  /** Measures and checks what came out. Throws when that is wrong. */
  readonly run: (given: Given) => Promise<readonly Measured[]>;
};

const rounded = (value: number): number => Number(value.toPrecision(3));

/** The machine in words, and how busy it is at this moment. */
export const machineNow = (): string => {
  const [first] = cpus();
  const model = (first?.model ?? "").replaceAll(/\s+/g, " ").trim();
  const [load = 0] = loadavg();
  return `${cpus().length} cores (${model}), ${Math.round(totalmem() / 2 ** 30)} GiB, load ${load.toFixed(1)}`;
};

/** One third is said as that; 0.85 is no round part of anything. */
const isPart = (ratio: number): boolean => ratio < 1 && Number.isInteger(10 * rounded(1 / ratio));

/** A target in words; `unit` of the row. */
export const targetText = ({ most, mostRatio, mostMore }: Target, unit: string): string =>
  [
    ...(most === undefined ? [] : [`at most ${most} ${unit}`]),
    ...(mostRatio === undefined
      ? []
      : [
          isPart(mostRatio)
            ? `baseline / ${rounded(1 / mostRatio)} at most`
            : `at most ${mostRatio} × the baseline`,
        ]),
    ...(mostMore === undefined ? [] : [`at most ${mostMore} ${unit} above the baseline`]),
  ].join(", ");

const isMet = ({ most, mostRatio, mostMore }: Target, value: number, baseline: number | null): boolean =>
  (most === undefined || value <= most) &&
  (mostRatio === undefined || (baseline !== null && value <= mostRatio * baseline)) &&
  (mostMore === undefined || (baseline !== null && value - baseline <= mostMore));

/** The line of what was measured on `machine`; `now` in epoch ms. */
export const rowOf = (measured: Measured, machine: string, now: number): Row => {
  const { name, what, assets, value, unit, baseline, target } = measured;
  return {
    type: "bench",
    name,
    what,
    assets,
    value: rounded(value),
    unit,
    baseline: baseline && rounded(baseline.value),
    baselineWhat: baseline?.what ?? null,
    ratio: baseline && baseline.value > 0 ? rounded(value / baseline.value) : null,
    target: target ? targetText(target, unit) : null,
    pass: target ? isMet(target, value, baseline?.value ?? null) : null,
    machine,
    on: new Date(now).toISOString().slice(0, 10),
  };
};
