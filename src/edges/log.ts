/** Structured lines for operators: one JSON object a line on standard output. */
import { type Logger, pino } from "pino";

export type Log = Logger;

/** A log at `level` (`info`, `warn`, `silent`, …). */
export const createLog = (level: string): Log =>
  pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
