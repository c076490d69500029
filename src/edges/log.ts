/** Structured lines for operators: one JSON object a line on standard output. */
import { type Logger, pino } from "pino";
import { visibleJson } from "../core/human-text.ts";

export type Log = Logger;

/** A log at `level` (`info`, `warn`, `silent`, …). */
export const createLog = (level: string): Log =>
  pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    hooks: { streamWrite: visibleJson },
  });
