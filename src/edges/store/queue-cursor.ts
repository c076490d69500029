/** Where a page of the queue ends, as text that an address can hold. */
import type { Place, Standing } from "./queue-places.ts";

const toCells = (place: Place | null) =>
  place && [place.id, place.library, place.priority, place.rank, place.waitsSince];

export const writeCursor = ({ ordered, waiting, begun }: Standing): string =>
  Buffer.from(JSON.stringify([toCells(ordered), toCells(waiting), begun])).toString("base64url");

/** `undefined`: no place can be read from it. */
const toPlace = (cells: unknown): Place | null | undefined => {
  if (cells === null) return null;
  if (!Array.isArray(cells) || cells.length !== 5) return undefined;
  const [id, library, priority, rank, waitsSince] = cells;
  const isWhole = [id, priority, rank, waitsSince].every(Number.isSafeInteger);
  return isWhole && typeof library === "string" ? { id, library, priority, rank, waitsSince } : undefined;
};

/** A cursor that this program did not make gives null: the first page. */
export const readCursor = (text: string | undefined): Standing | null => {
  if (!text) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (!Array.isArray(value)) return null;
    const [ordered, waiting, begun] = [toPlace(value[0]), toPlace(value[1]), value[2]];
    if (ordered === undefined || waiting === undefined || !Number.isSafeInteger(begun)) return null;
    return { ordered, waiting, begun };
  } catch {
    return null;
  }
};
