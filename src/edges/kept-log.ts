/**
 * The program's own log, kept: its last lines in memory, all of them in files for some days. Who says something is never
 * kept waiting, and memory stays what it is, however slow or full the disk may be.
 */
import { LEVEL_NUMBERS } from "../core/log-levels.ts";
import { type FoundLines, type LogFiles, type LogKeeping, openLogFiles } from "./log-files.ts";
import type { LogLine, LogQuery } from "./log-line.ts";
import { createLogRing } from "./log-ring.ts";
import { createLogWriter } from "./log-writer.ts";

export type LogPage = {
  /** Newest first, at most `limit`. */
  readonly lines: readonly LogLine[];
  /** The `before` of the following page; null at the end. */
  readonly next: number | null;
};

export type LogFacts = {
  /** null: it is kept in memory alone. */
  readonly folder: string | null;
  readonly sizeBytes: number;
  readonly maxBytes: number;
  readonly days: number;
  /** Epoch ms; null when nothing is kept. */
  readonly oldestAt: number | null;
  /** Lines that could not be written since the start. */
  readonly lost: number;
  /** Why lines cannot be written now, as the system's code; null when they can. */
  readonly trouble: string | null;
};

export type KeptLog = {
  /** Takes one line of pino. */
  readonly write: (text: string) => void;
  /** Keeps lines in files from now on, those that were said before too. May be called again. */
  readonly keepIn: (keeping: LogKeeping) => Promise<void>;
  /** A search looks through some megabytes; with `next` it goes on from there, also when it found nothing. */
  readonly page: (query: LogQuery) => Promise<LogPage>;
  readonly sources: () => readonly string[];
  /** The number of the newest line; 0 before the first. */
  readonly lastId: () => number;
  readonly facts: () => LogFacts;
  /** Writes what is still to be written, and nothing any more. */
  readonly close: () => Promise<void>;
};

/** What a kill loses at the most. */
const WRITE_EVERY_MS = 500;
const SOURCES_MAX = 50;

/** A log that is kept in memory until `keepIn` says where else. `now` in epoch ms. */
export const createKeptLog = (now: () => number = Date.now): KeptLog => {
  const ring = createLogRing(now);
  const sources = new Set<string>();
  let files: LogFiles | null = null;
  let keeping: LogKeeping | null = null;
  let timer: NodeJS.Timeout | undefined;

  const write = (text: string): void => {
    const line = ring.add(text);
    if (sources.size < SOURCES_MAX) sources.add(line.source);
    writer.add({ line, text });
  };
  const writer = createLogWriter(now, (lines) => {
    const [level, time, msg] = [LEVEL_NUMBERS.warn, new Date(now()).toISOString(), "lines were not kept"];
    write(JSON.stringify({ level, time, source: "log", lines, msg }));
  });

  const keepIn = async (next: LogKeeping): Promise<void> => {
    await writer.flush();
    const opened = openLogFiles(next, now());
    // Numbers go on from those of an earlier run; nobody has seen the few lines of this one yet.
    const isNew = next.folder !== keeping?.folder;
    const by = isNew ? Math.max(0, opened.lastId + 1 - (ring.oldestId() ?? ring.lastId() + 1)) : 0;
    ring.renumber(by);
    writer.writeTo(opened, by);
    for (const each of opened.sources) sources.add(each);
    files = opened;
    keeping = next;
    timer ??= setInterval(() => void writer.flush(), WRITE_EVERY_MS).unref();
  };

  const page = async (query: LogQuery): Promise<LogPage> => {
    // One more than is shown says whether there are more.
    const limit = query.limit + 1;
    const recent = ring.find({ ...query, limit });
    const before = Math.min(query.before ?? Number.POSITIVE_INFINITY, ring.oldestId() ?? ring.lastId() + 1);
    const isEnough = recent.length === limit || query.after !== undefined;
    const older: FoundLines =
      isEnough || files === null
        ? { lines: [], lookedTo: null }
        : await files.find({ ...query, before, limit: limit - recent.length });
    const found = [...recent, ...older.lines];
    const lines = found.slice(0, query.limit);
    return { lines, next: found.length === limit ? (lines.at(-1)?.id ?? null) : older.lookedTo };
  };

  return {
    write,
    keepIn,
    page,
    sources: () => [...sources].toSorted(),
    lastId: ring.lastId,
    facts: () => ({
      folder: keeping?.folder ?? null,
      sizeBytes: files?.sizeBytes() ?? 0,
      maxBytes: keeping?.maxBytes ?? 0,
      days: keeping?.days ?? 0,
      oldestAt: files?.oldestAt() ?? null,
      lost: writer.lost(),
      trouble: writer.trouble(),
    }),
    close: async () => {
      clearInterval(timer);
      await writer.close();
    },
  };
};
