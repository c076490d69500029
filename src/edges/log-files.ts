/**
 * The program's log on disk: files of a day, cut where they grow large, one JSON object a line, in a folder of their own.
 * Whoever writes is never waited for, and what cannot be written is counted and forgotten. Any of it may be deleted.
 */
import { type Dirent, readdirSync, readFileSync, statSync } from "node:fs";
import { appendFile, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { LEVEL_NUMBERS } from "../core/log-levels.ts";
import { codeOf } from "./file-problem.ts";
import { isAskedFor, type LogLine, type LogQuery, parseLogLine } from "./log-line.ts";

export type LogKeeping = {
  readonly folder: string;
  readonly days: number;
  readonly maxBytes: number;
};

export type FoundLines = {
  /** Newest first. */
  readonly lines: readonly LogLine[];
  /** Older lines than this one were not looked at; null: there are none. */
  readonly lookedTo: number | null;
};

export type LogFiles = {
  /** The number of the newest line there is; 0: none. */
  readonly lastId: number;
  /** Who said the newest lines. */
  readonly sources: readonly string[];
  /** Writes whole lines, the first of which has the number `firstId`. Throws what the disk says. */
  readonly append: (text: string, firstId: number, now: number) => Promise<void>;
  /** At most `limit` lines older than `before`; looks through some megabytes at a time. */
  readonly find: (query: LogQuery & { readonly before: number }) => Promise<FoundLines>;
  readonly sizeBytes: () => number;
  /** Epoch ms of the beginning of the oldest day; null when nothing is kept. */
  readonly oldestAt: () => number | null;
};

/** Also what is read and looked through without a pause: some 5 ms. */
const FILE_MAX_BYTES = 2 ** 20;
/** How much one question looks through. */
const LOOK_MAX_BYTES = 24 * 2 ** 20;
const DAY_MS = 86_400_000;
const NAME = /^(\d{4}-\d\d-\d\d)-(\d{12,16})\.ndjson$/;

type Part = { readonly name: string; readonly day: string; readonly firstId: number; bytes: number };

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

const partsIn = (folder: string): Part[] => {
  let entries: readonly Dirent[] = [];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    // Nothing was written yet, or nothing can be read.
  }
  return entries
    .flatMap((each) => {
      const [, day = "", id] = (each.isFile() && NAME.exec(each.name)) || [];
      if (id === undefined) return [];
      const bytes = statSync(join(folder, each.name), { throwIfNoEntry: false })?.size ?? 0;
      return [{ name: each.name, day, firstId: Number(id), bytes }];
    })
    .toSorted((a, b) => a.firstId - b.firstId);
};

/** A line that was cut by a crash is none. */
const toLine = (text: string): LogLine | null =>
  text.startsWith('{"id":') && text.endsWith("}") ? parseLogLine(text, { id: 0, at: 0 }) : null;

/** Leaves out without reading them what the query surely does not ask for. */
const quickly = ({ level, q }: LogQuery): ((text: string) => boolean) => {
  const words = q?.toLowerCase();
  // As a message has it in its JSON, or as JSON that is looked through as it stands.
  const spellings = words === undefined ? [] : [words, JSON.stringify(words).slice(1, -1)];
  return (text) => {
    const [, number] = /^\{"id":\d+,"level":(\d+)/.exec(text) ?? [];
    if (level !== undefined && number !== undefined && Number(number) < LEVEL_NUMBERS[level]) return false;
    if (spellings.length === 0) return true;
    const lower = text.toLowerCase();
    return spellings.some((each) => lower.includes(each));
  };
};

const newestOf = (folder: string, part: Part | undefined): Pick<LogFiles, "lastId" | "sources"> => {
  if (!part) return { lastId: 0, sources: [] };
  let text = "";
  try {
    text = readFileSync(join(folder, part.name), "utf8");
  } catch {
    // The name says at least how far the numbers came.
  }
  const lines = text.split("\n").flatMap((each) => toLine(each) ?? []);
  return {
    lastId: Math.max(part.firstId, ...lines.map((each) => each.id)),
    sources: [...new Set(lines.map((each) => each.source))],
  };
};

/**
 * The log in a folder, which is made when there is something to write. What is too old or too much is removed, now and at
 * the beginning of each file. `now` in epoch ms.
 */
export const openLogFiles = ({ folder, days, maxBytes }: LogKeeping, openedAt: number): LogFiles => {
  let parts = partsIn(folder);
  let isBroken = true;
  const sizeBytes = (): number => parts.reduce((sum, each) => sum + each.bytes, 0);

  const removeOld = async (now: number): Promise<void> => {
    const firstDay = dayOf(now - days * DAY_MS);
    let left = sizeBytes();
    const old = parts.filter((each, at) => {
      const isOld = at < parts.length - 1 && (each.day < firstDay || left > maxBytes);
      if (isOld) left -= each.bytes;
      return isOld;
    });
    parts = parts.filter((each) => !old.includes(each));
    for (const { name } of old) await rm(join(folder, name), { force: true }).catch(() => {});
  };

  const partFor = async (firstId: number, now: number): Promise<Part> => {
    const day = dayOf(now);
    const last = parts.at(-1);
    // A clock that was set back goes on in the newer day's file.
    if (last && last.day >= day && last.bytes < FILE_MAX_BYTES) return last;
    const name = `${last && last.day > day ? last.day : day}-${String(firstId).padStart(12, "0")}.ndjson`;
    const part = { name, day: name.slice(0, 10), firstId, bytes: 0 };
    parts.push(part);
    await removeOld(now);
    return part;
  };

  const append = async (text: string, firstId: number, now: number): Promise<void> => {
    const part = await partFor(firstId, now);
    const path = join(folder, part.name);
    // After a crash or a full disk half a line may stand there.
    const whole = isBroken ? `\n${text}` : text;
    isBroken = true;
    try {
      await appendFile(path, whole, { mode: 0o640 });
    } catch (thrown) {
      if (codeOf(thrown) !== "ENOENT") throw thrown;
      await mkdir(folder);
      await appendFile(path, whole, { mode: 0o640 });
    }
    part.bytes += Buffer.byteLength(whole);
    isBroken = false;
  };

  const find: LogFiles["find"] = async (query) => {
    const lines: LogLine[] = [];
    const mayBe = quickly(query);
    let looked = 0;
    let end = query.before;
    for (const part of parts.toReversed()) {
      if (part.firstId >= query.before) continue;
      if (looked >= LOOK_MAX_BYTES) return { lines, lookedTo: end };
      const text = await readFile(join(folder, part.name), "utf8").catch(() => "");
      looked += text.length;
      end = part.firstId;
      for (const each of text.split("\n").reverse()) {
        const line = mayBe(each) ? toLine(each) : null;
        if (line === null || !isAskedFor(line, query)) continue;
        lines.push(line);
        if (lines.length >= query.limit) return { lines, lookedTo: line.id };
      }
    }
    return { lines, lookedTo: null };
  };

  const newest = newestOf(folder, parts.at(-1));
  void removeOld(openedAt);
  return {
    ...newest,
    append,
    find,
    sizeBytes,
    oldestAt: () => (parts[0] ? Date.parse(`${parts[0].day}T00:00:00Z`) : null),
  };
};
