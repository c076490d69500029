/** The figures of one program, counted as things happen, and written as Prometheus reads them. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import {
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
  METRICS,
  type MetricName,
} from "../core/metrics.ts";

export type Metrics = {
  readonly count: <N extends CounterName>(name: N, labels: LabelsOf<N>) => void;
  readonly observe: <N extends HistogramName>(name: N, labels: LabelsOf<N>, value: number) => void;
  readonly set: <N extends GaugeName>(name: N, labels: LabelsOf<N>, value: number) => void;
  /** No gauge has a value any more: those that a scrape does not set are not told. */
  readonly clearGauges: () => void;
  readonly text: () => Promise<string>;
  readonly contentType: string;
};

type Options = {
  /** Also of the process itself: memory, processor, event loop, garbage. */
  readonly ofProcess?: boolean;
};

/** What goes through all handles at each scrape: a folder that is watched is one, and 33,000 of them held everything up for 70 ms. */
const PER_HANDLE = [
  ...["nodejs_active_resources", "nodejs_active_resources_total"],
  ...["nodejs_active_handles", "nodejs_active_handles_total"],
];

/** A clock that says how late the event loop is: each 10 ms, as is usual, it alone takes a sixth of a percent of a core at rest. */
export const LAG_TICK_MS = 20;

/** Figures that nothing was counted in yet. */
export const createMetrics = ({ ofProcess = false }: Options = {}): Metrics => {
  const registry = new Registry();
  const gauges = new Map<string, Gauge>();
  const counters = new Map<string, Counter>();
  const histograms = new Map<string, Histogram>();
  for (const [name, row] of Object.entries(METRICS)) {
    const options = { name, help: row.help, labelNames: row.labels, registers: [registry] };
    if (row.kind === "gauge") gauges.set(name, new Gauge(options));
    else if (row.kind === "counter") counters.set(name, new Counter(options));
    else histograms.set(name, new Histogram({ ...options, buckets: [...row.buckets] }));
  }
  if (ofProcess) {
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_TICK_MS });
    for (const each of PER_HANDLE) registry.removeSingleMetric(each);
  }
  const of = <T>(kept: ReadonlyMap<string, T>, name: MetricName): T => {
    const found = kept.get(name);
    if (!found) throw new Error(`${name} is no such metric`);
    return found;
  };
  return {
    count: (name, labels) => of(counters, name).inc(labels),
    observe: (name, labels, value) => of(histograms, name).observe(labels, value),
    set: (name, labels, value) => of(gauges, name).set(labels, value),
    clearGauges: () => {
      for (const each of gauges.values()) each.reset();
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
};
