/** The last lines of the program's own log, in memory: a bounded ring that the page reads. A restart empties it. */

/** From the quietest to the loudest. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type LogLine = {
  /** Rises by one a line. */
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

export type LogRing = {
  /** Takes one line of pino. */
  readonly write: (line: string) => void;
  /** Newest first, at most `limit`; `next` is the `before` of the following page, null at the end. */
  readonly page: (query: LogQuery) => { readonly lines: readonly LogLine[]; readonly next: number | null };
  /** The sources of the lines that are kept, by name. */
  readonly sources: () => readonly string[];
  /** The id of the newest line; 0 before the first. */
  readonly lastId: () => number;
  readonly linesMax: number;
};

const LINES_MAX = 2000;
/** A stack with its causes is some 4 kB. */
const DATA_MAX_CHARACTERS = 8192;
/** Of all lines together. */
const ALL_MAX_CHARACTERS = 4 * 2 ** 20;

const levelOf = (value: unknown): LogLevel => {
  const number = typeof value === "number" ? value : 30;
  return number >= 50 ? "error" : number >= 40 ? "warn" : number >= 30 ? "info" : "debug";
};

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

const parse = (line: string): Omit<LogLine, "id"> => {
  const { level, time, msg, source, ...rest } = fieldsOf(line);
  const at = typeof time === "string" ? Date.parse(time) : Number.NaN;
  const data = Object.keys(rest).length === 0 ? "" : JSON.stringify(rest);
  return {
    at: Number.isNaN(at) ? Date.now() : at,
    level: levelOf(level),
    source: typeof source === "string" ? source : "program",
    message: String(msg ?? "").slice(0, DATA_MAX_CHARACTERS),
    data: data.length > DATA_MAX_CHARACTERS ? `${data.slice(0, DATA_MAX_CHARACTERS)}…` : data,
  };
};

const weight = (line: LogLine): number => line.message.length + line.data.length;

const matches = (line: LogLine, { level, source, q, before, after }: LogQuery): boolean =>
  (before === undefined || line.id < before) &&
  (after === undefined || line.id > after) &&
  (level === undefined || LOG_LEVELS.indexOf(line.level) >= LOG_LEVELS.indexOf(level)) &&
  (source === undefined || line.source === source) &&
  (q === undefined || `${line.message}\n${line.data}`.toLowerCase().includes(q.toLowerCase()));

/** An empty ring that keeps the last `linesMax` lines, and fewer when they are long. */
export const createLogRing = (linesMax = LINES_MAX): LogRing => {
  const lines: LogLine[] = [];
  let count = 0;
  let characters = 0;
  return {
    linesMax,
    write: (text) => {
      count++;
      const line = { id: count, ...parse(text) };
      lines.push(line);
      characters += weight(line);
      while (lines.length > linesMax || (characters > ALL_MAX_CHARACTERS && lines.length > 1)) {
        const oldest = lines.shift();
        characters -= oldest ? weight(oldest) : 0;
      }
    },
    page: (query) => {
      const found: LogLine[] = [];
      for (let at = lines.length - 1; at >= 0 && found.length <= query.limit; at--) {
        const line = lines[at];
        if (line && matches(line, query)) found.push(line);
      }
      const shown = found.slice(0, query.limit);
      return { lines: shown, next: found.length > query.limit ? (shown.at(-1)?.id ?? null) : null };
    },
    sources: () => [...new Set(lines.map((each) => each.source))].toSorted(),
    lastId: () => count,
  };
};
