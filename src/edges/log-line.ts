/** A line of the program's own log, as it is kept, asked for and found. */
import { LEVEL_NUMBERS, type LogLevel, levelOf } from "../core/log-levels.ts";

export type LogLine = {
  /** Rises by one a line, also over restarts of the program. */
  readonly id: number;
  /** Epoch ms. */
  readonly at: number;
  readonly level: LogLevel;
  /** Which part of the program said it. */
  readonly source: string;
  readonly message: string;
  /** What else the line says, as JSON; empty when that is nothing. */
  readonly data: string;
};

export type LogQuery = {
  /** This level and louder ones. */
  readonly level?: LogLevel;
  readonly source?: string;
  /** Part of the message or of what else it says, in any case. */
  readonly q?: string;
  /** Only lines older than this id. */
  readonly before?: number;
  /** Only lines newer than this id. */
  readonly after?: number;
  readonly limit: number;
};

/** A stack with its causes is some 4 kB. */
export const LINE_MAX_CHARACTERS = 8192;

/** Whatever is no line of pino is a message by itself. */
const fieldsOf = (line: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // It is shown as it is.
  }
  return { msg: line };
};

/** A line of pino, read; `id` and `at` (epoch ms) where it says none itself. */
export const parseLogLine = (text: string, unsaid: { readonly id: number; readonly at: number }): LogLine => {
  const { id, level, time, msg, source, ...rest } = fieldsOf(text);
  const at = typeof time === "string" ? Date.parse(time) : Number.NaN;
  const data = Object.keys(rest).length === 0 ? "" : JSON.stringify(rest);
  return {
    id: typeof id === "number" ? id : unsaid.id,
    at: Number.isNaN(at) ? unsaid.at : at,
    level: levelOf(level),
    source: typeof source === "string" ? source : "program",
    message: String(msg ?? "").slice(0, LINE_MAX_CHARACTERS),
    data: data.length > LINE_MAX_CHARACTERS ? `${data.slice(0, LINE_MAX_CHARACTERS)}…` : data,
  };
};

/** Whether a line is one that was asked for. */
export const isAskedFor = (line: LogLine, { level, source, q, before, after }: LogQuery): boolean =>
  (before === undefined || line.id < before) &&
  (after === undefined || line.id > after) &&
  (level === undefined || LEVEL_NUMBERS[line.level] >= LEVEL_NUMBERS[level]) &&
  (source === undefined || line.source === source) &&
  (q === undefined || `${line.message}\n${line.data}`.toLowerCase().includes(q.toLowerCase()));
