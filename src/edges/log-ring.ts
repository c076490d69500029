/** The last lines of the program's own log, in memory. Bounded in lines and characters. */
import { isAskedFor, type LogLine, type LogQuery, parseLogLine } from "./log-line.ts";

export type LogRing = {
  /** Takes one line of pino; gives it as it is kept. */
  readonly add: (text: string) => LogLine;
  /** Newest first, at most `limit`. */
  readonly find: (query: LogQuery) => readonly LogLine[];
  /** The number of the newest line; 0 before the first. */
  readonly lastId: () => number;
  /** The number of the oldest line that is here; null: none is. */
  readonly oldestId: () => number | null;
  /** Lines of an earlier time come before those that are here: all numbers rise. */
  readonly renumber: (by: number) => void;
};

const LINES_MAX = 2000;
/** Of all lines together. */
const ALL_MAX_CHARACTERS = 4 * 2 ** 20;

const weight = (line: LogLine): number => line.message.length + line.data.length;

/** An empty ring that keeps the last `linesMax` lines, and fewer when they are long. `now` in epoch ms. */
export const createLogRing = (now: () => number, linesMax = LINES_MAX): LogRing => {
  let lines: LogLine[] = [];
  let lastId = 0;
  let characters = 0;
  return {
    add: (text) => {
      lastId++;
      const line = { ...parseLogLine(text, { id: lastId, at: now() }), id: lastId };
      lines.push(line);
      characters += weight(line);
      while (lines.length > linesMax || (characters > ALL_MAX_CHARACTERS && lines.length > 1)) {
        const oldest = lines.shift();
        characters -= oldest ? weight(oldest) : 0;
      }
      return line;
    },
    find: (query) => {
      const found: LogLine[] = [];
      for (let at = lines.length - 1; at >= 0 && found.length < query.limit; at--) {
        const line = lines[at];
        if (line && isAskedFor(line, query)) found.push(line);
      }
      return found;
    },
    lastId: () => lastId,
    oldestId: () => lines[0]?.id ?? null,
    renumber: (by) => {
      lastId += by;
      lines = lines.map((each) => ({ ...each, id: each.id + by }));
    },
  };
};
