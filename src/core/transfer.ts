/** What is said over HTTP between an orchestrator and a worker that shares no folder with it: ranges, hashes, names, limits. */
import { bytesRange } from "./estimate.ts";
import type { WorkOrder } from "./work-order.ts";

const MIB = 1024 * 1024;

/** What a worker asks for and sends at once. On a link of 2 Mb/s it still arrives within the 30 s that a request may take. */
export const BLOCK_BYTES = 4 * MIB;
/** No answer and no request is larger: each is read whole and hashed before a byte of it goes on. */
export const BLOCK_MAX_BYTES = 16 * MIB;

export type Part = { readonly start: number; readonly length: number };

/**
 * What of a file of `sizeBytes` a `Range` asks for, at most BLOCK_MAX_BYTES from its beginning on (RFC 9110, 15.3.7: an
 * answer may hold less than was asked for, and says so). null: nothing of the file, or several ranges.
 */
export const rangeOf = (header: string, sizeBytes: number): Part | null => {
  const [, first = "", last = ""] = /^bytes=(\d{0,16})-(\d{0,16})$/.exec(header) ?? [];
  if (first === "" && last === "") return null;
  const start = first === "" ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === "" || last === "" ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  return start < end ? { start, length: Math.min(end - start, BLOCK_MAX_BYTES) } : null;
};

/** Where a block belongs: `bytes 0-9/20`; null for anything else, also for a block that is empty or too large. */
export const contentRangeOf = (header: string): (Part & { readonly totalBytes: number }) | null => {
  const found = /^bytes (\d{1,16})-(\d{1,16})\/(\d{1,16})$/.exec(header);
  if (!found) return null;
  const [start = 0, end = 0, totalBytes = 0] = found.slice(1).map(Number);
  const length = end - start + 1;
  const isSound = Number.isSafeInteger(totalBytes) && length > 0 && end < totalBytes;
  return isSound && length <= BLOCK_MAX_BYTES ? { start, length, totalBytes } : null;
};

export const toContentRange = ({ start, length }: Part, totalBytes: number): string =>
  `bytes ${start}-${start + length - 1}/${totalBytes}`;

/** RFC 9530, of a hash in base64. */
export const toDigest = (sha256: string): string => `sha-256=:${sha256}:`;

/** The hash in base64 that a `Content-Digest` names; null when it names none of SHA-256. */
export const digestOf = (header: string): string | null =>
  /(?:^|,\s*)sha-256=:([A-Za-z0-9+/]{43}=):/.exec(header)?.[1] ?? null;

/** The end of a result's hidden name, which is all that a worker may choose of it: `mp4`, `en.forced.vtt`. */
export const ENDING = /^(?:[\w-]{1,40}\.){0,6}(?:mp4|vtt|srt|sup|mks)$/i;

/** What follows the token in the hidden name of a result; null for any other file. */
export const endingOf = (path: string, token: string): string | null => {
  const mark = `.${token}.partial.`;
  const at = path.lastIndexOf(mark);
  return at < 0 ? null : path.slice(at + mark.length);
};

/** A film has a few subtitle files; a worker that sends more has gone wrong. */
export const RESULTS_MAX = 500;

/**
 * Bytes that a file of a result may have: far more than an honest one (an encode is at most 2.5 times its estimate,
 * `estimate.ts`; verification warns at three times the film), and no more than one that went wrong may take of a disk.
 */
export const resultMaxBytes = (
  { sourceBytes, estimate }: Pick<WorkOrder, "sourceBytes" | "estimate">,
  ending: string,
): number =>
  ending === "mp4" ? 4 * Math.max(sourceBytes, estimate.bytes) + 64 * MIB : sourceBytes + 16 * MIB;

/** The same of all files of one result: a film of which there is one, and its subtitles, which all come from the source. */
export const resultsMaxBytes = (order: Pick<WorkOrder, "sourceBytes" | "estimate">): number =>
  resultMaxBytes(order, "mp4") + resultMaxBytes(order, "vtt");

/** Bytes of a worker's own disk that a film may take: itself, and the largest result that is expected of it. */
export const scratchBytes = ({
  sourceBytes,
  estimate,
  plan,
}: Pick<WorkOrder, "sourceBytes" | "estimate" | "plan">): number =>
  sourceBytes + bytesRange(estimate, plan)[1] + 16 * MIB;

/** A network of 2 Mb/s. */
const SLOWEST_BYTES_PER_SECOND = 250_000;

/** How long a film and its result may be on their way, seconds. */
export const transferSeconds = (order: Pick<WorkOrder, "sourceBytes" | "estimate" | "plan">): number =>
  scratchBytes(order) / SLOWEST_BYTES_PER_SECOND;

/** Until the next try, ms, when so many failed one after the other. */
export const retryMs = (failed: number): number => Math.min(15_000, 250 * 2 ** Math.min(failed, 10));
