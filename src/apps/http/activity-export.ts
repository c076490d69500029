/** The activity as a file, made and sent a piece at a time: it takes no more memory for a million events than for one. */
import { csvLine } from "../../core/csv.ts";
import { eventWords } from "../../core/event-words.ts";
import { visibleJson } from "../../core/human-text.ts";
import type { Activity, ActivityFilter, Happening } from "../../edges/store/activity.ts";

export const EXPORTS = {
  csv: "text/csv; charset=utf-8",
  ndjson: "application/x-ndjson; charset=utf-8",
} as const;
export type ExportFormat = keyof typeof EXPORTS;

const PIECE = 500;

const textIn = (data: unknown, key: string): string | null => {
  const value =
    typeof data === "object" && data !== null ? Object.entries(data).find(([k]) => k === key)?.[1] : null;
  return typeof value === "string" ? value : null;
};

/** One event as programs read it. Keys are added freely, never renamed. */
export const happeningJson = (event: Happening) => ({
  id: event.id,
  at: event.at,
  kind: event.kind,
  what: eventWords(event.kind).words,
  topic: eventWords(event.kind).topic,
  library: event.library,
  path: event.path,
  assetId: event.film?.id ?? null,
  problem: textIn(event.data, "problem"),
  detail: textIn(event.data, "detail") ?? textIn(event.data, "why"),
  data: event.data,
});

const HEAD = ["time", "kind", "what", "library", "path", "film", "problem", "detail"] as const;

const csvOf = (event: Happening): string => {
  const { at, kind, what, library, path, assetId, problem, detail } = happeningJson(event);
  return csvLine([new Date(at).toISOString(), kind, what, library, path, assetId, problem, detail]);
};

const ndjsonOf = (event: Happening): string => `${visibleJson(JSON.stringify(happeningJson(event)))}\n`;

/**
 * The pieces of the file, newest event first. Others get their turn between two of them. A search that finds nothing makes
 * no pieces and hears of no end by itself: `signal` ends it.
 */
export async function* exported(
  activity: Activity,
  filter: ActivityFilter,
  format: ExportFormat,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const print = format === "csv" ? csvOf : ndjsonOf;
  // By the mark at its beginning Excel knows that it is UTF-8.
  if (format === "csv") yield `\uFEFF${csvLine(HEAD)}`;
  for (let cursor: string | null = ""; cursor !== null && !signal.aborted; ) {
    const page = activity.page({ ...filter, limit: PIECE, ...(cursor === "" ? {} : { cursor }) });
    if (page.events.length > 0) yield page.events.map(print).join("");
    cursor = page.next;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
