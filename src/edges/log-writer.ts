/** Lines on their way to the log's files: a few hundred ms in memory, and never more than some megabytes. */
import { LEVEL_NUMBERS } from "../core/log-levels.ts";
import { codeOf } from "./file-problem.ts";
import type { LogFiles } from "./log-files.ts";
import { LINE_MAX_CHARACTERS, type LogLine } from "./log-line.ts";

type Waiting = {
  readonly line: LogLine;
  /** As pino said it. */
  readonly text: string;
};

export type LogWriter = {
  readonly add: (waiting: Waiting) => void;
  /** Where lines go from now on. Their numbers rise by `by`. */
  readonly writeTo: (files: LogFiles, by: number) => void;
  /** Writes what waits, unless that is under way. */
  readonly flush: () => Promise<void>;
  /** Lines that could not be written since the start. */
  readonly lost: () => number;
  /** Why lines cannot be written now, as the system's code; null when they can. */
  readonly trouble: () => string | null;
  /** Writes what waits and nothing any more; a disk that does not answer holds no end of the program up. */
  readonly close: () => Promise<void>;
};

/** So much is not kept waiting for its time. */
const WRITE_AT_CHARACTERS = 256 * 1024;
/** What waits for a disk that does not answer. */
const WAITING_MAX_CHARACTERS = 2 * 2 ** 20;
const CLOSE_MS = 2000;

/** As pino said it, with its number; what is long is cut. */
const stored = ({ line, text }: Waiting): string => {
  const one = text.trimEnd();
  const isWhole = one.startsWith("{") && one.length <= 2 * LINE_MAX_CHARACTERS;
  if (isWhole) return `{"id":${line.id},${one.slice(1)}\n`;
  const { id, at, source, message: msg, data: cut } = line;
  const level = LEVEL_NUMBERS[line.level];
  return `${JSON.stringify({ id, level, time: new Date(at).toISOString(), source, msg, cut })}\n`;
};

/** A writer that keeps lines until it is told where to. `sayLost` is told how many were lost once it can write again. */
export const createLogWriter = (now: () => number, sayLost: (lines: number) => void): LogWriter => {
  let files: LogFiles | null = null;
  let waiting: Waiting[] = [];
  let characters = 0;
  let lost = 0;
  let unsaid = 0;
  let trouble: string | null = null;
  let writing: Promise<void> | null = null;

  const lose = (count: number, code: string): void => {
    lost += count;
    unsaid += count;
    trouble = code;
  };

  const write = async (to: LogFiles): Promise<void> => {
    const batch = waiting;
    waiting = [];
    characters = 0;
    try {
      await to.append(batch.map(stored).join(""), batch[0]?.line.id ?? 1, now());
    } catch (thrown) {
      return lose(batch.length, codeOf(thrown));
    }
    trouble = null;
    if (unsaid > 0) sayLost(unsaid);
    unsaid = 0;
  };

  const flush = (): Promise<void> => {
    if (writing !== null) return writing;
    if (files === null || waiting.length === 0) return Promise.resolve();
    writing = write(files).finally(() => {
      writing = null;
    });
    return writing;
  };

  return {
    add: (each) => {
      if (characters > WAITING_MAX_CHARACTERS) return lose(1, trouble ?? "no answer");
      waiting.push(each);
      characters += each.text.length;
      if (characters > WRITE_AT_CHARACTERS) void flush();
    },
    writeTo: (next, by) => {
      files = next;
      waiting = waiting.map(({ line, text }) => ({ line: { ...line, id: line.id + by }, text }));
    },
    flush,
    lost: () => lost,
    trouble: () => trouble,
    close: async () => {
      const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS).unref());
      await Promise.race([flush().then(flush), late]);
      files = null;
    },
  };
};
