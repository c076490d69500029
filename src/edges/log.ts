/** Structured lines for operators: one JSON object a line on standard output. */
import { type Logger, pino } from "pino";
import { visibleJson } from "../core/human-text.ts";
import type { LogRing } from "./log-ring.ts";

export type Log = Logger;

/** What the page can show, also where the terminal says less. */
const KEPT_LEVEL = "info";

/** A log at `level` (`info`, `warn`, `silent`, …); `kept` gets its lines from `info` on, whatever the level. */
export const createLog = (level: string, kept: Pick<LogRing, "write"> | null = null): Log => {
  const options = {
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    hooks: { streamWrite: visibleJson },
  };
  if (kept === null) return pino({ ...options, level });
  const value = pino.levels.values[level] ?? Number.POSITIVE_INFINITY;
  const both = pino.multistream([
    { level: level as pino.Level, stream: pino.destination(1) },
    { level: KEPT_LEVEL, stream: kept },
  ]);
  return pino({ ...options, level: value < 30 ? level : KEPT_LEVEL }, both);
};
