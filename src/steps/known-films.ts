/** The films that a scan knew as it began, small enough for a million: what else is to be known of a row is asked of the store. */
import { setImmediate } from "node:timers/promises";
import { createPathTable } from "../core/path-table.ts";
import type { AssetFile, Assets } from "../edges/store/assets.ts";

type Met = { readonly path: string; readonly sizeBytes: number; readonly modifiedUs: number };

/**
 * What a file is to the row of its path, as that was when the scan began: of `same` size and time; `unread`, which is that of a row that
 * could not be read; `busy`, another file in the place of a film in work.
 */
export type FileTurn = "new" | "same" | "unread" | "busy" | "archived" | "other";

export type KnownFilms = {
  readonly know: (row: AssetFile) => void;
  readonly turnOf: (file: Met) => FileTurn;
  /** A file is at the path of a row. */
  readonly see: (path: string) => void;
  /** Whether a row is known and its file was seen. */
  readonly isSeen: (path: string) => boolean;
  /** Whether a row is known whose original should be at its path. */
  readonly isExpected: (path: string) => boolean;
  /** The row of a path as it is now; null also of one that the scan does not know. */
  readonly at: (path: string) => AssetFile | null;
  /** The rows as they are now whose original should be there and was not seen. Rows may change meanwhile. */
  readonly unseen: () => AsyncGenerator<AssetFile>;
  /** How many there were whose original should be there. */
  readonly expected: () => number;
  /** All of these, as they are now. */
  readonly rows: () => Generator<AssetFile>;
  /** The scan has ended. */
  readonly forget: () => void;
};

const [SEEN, ARCHIVED, BUSY, UNREAD] = [1, 2, 4, 8];
const BATCH_ROWS = 500;

/** Those that are wanted; others have a turn now and then, as of a million rows it may be one. */
export async function* inTurns<T>(rows: Iterable<T>, isWanted: (row: T) => boolean): AsyncGenerator<T> {
  let passed = 0;
  for (const row of rows) {
    if (++passed % BATCH_ROWS === 0) await setImmediate();
    if (isWanted(row)) yield row;
  }
}

const flagsOf = ({ state, fingerprint }: AssetFile): number =>
  (state === "Archived" ? ARCHIVED : 0) |
  (state === "Processing" ? BUSY : 0) |
  (fingerprint === null ? UNREAD : 0);

/** Of the whole library, whose rows are about `expected`; or (`isPart`) of some folders. */
export const createKnownFilms = (
  assets: Pick<Assets, "batch" | "byPath">,
  library: string,
  { isPart, rows: count, seed }: { readonly isPart: boolean; readonly rows: number; readonly seed: number },
): KnownFilms => {
  const table = createPathTable(count, seed);
  /** Of some folders only: the rows are found again by these. */
  const paths: string[] = [];
  let [expected, seen] = [0, 0];
  const has = (place: number, flag: number): boolean => (table.flags(place) & flag) !== 0;

  const isExpected = (path: string): boolean => {
    const place = table.find(path);
    return place >= 0 && !has(place, ARCHIVED);
  };

  function* rows(): Generator<AssetFile> {
    if (isPart) {
      for (const path of paths) {
        const row = isExpected(path) ? assets.byPath(library, path) : null;
        if (row) yield row;
      }
      return;
    }
    for (let after: string | undefined = ""; after !== undefined; ) {
      const batch = assets.batch(library, after, BATCH_ROWS);
      after = batch.at(-1)?.path;
      for (const row of batch) if (isExpected(row.path)) yield row;
    }
  }

  const isSeen = (path: string): boolean => {
    const place = table.find(path);
    return place >= 0 && has(place, SEEN);
  };

  return {
    know: (row) => {
      if (table.find(row.path) >= 0) return;
      table.add(row.path, row.sizeBytes, row.modifiedUs, flagsOf(row));
      if (isPart) paths.push(row.path);
      if (row.state !== "Archived") expected++;
    },
    turnOf: ({ path, sizeBytes, modifiedUs }) => {
      const place = table.find(path);
      if (place < 0) return "new";
      if (has(place, ARCHIVED)) return "archived";
      const isSame = table.sizeBytes(place) === sizeBytes && table.modifiedUs(place) === modifiedUs;
      if (isSame && !has(place, UNREAD)) return "same";
      if (has(place, BUSY)) return "busy";
      return isSame ? "unread" : "other";
    },
    see: (path) => {
      const place = table.find(path);
      if (place < 0 || has(place, SEEN)) return;
      table.mark(place, SEEN);
      if (!has(place, ARCHIVED)) seen++;
    },
    isSeen,
    isExpected,
    at: (path) => (table.find(path) < 0 ? null : assets.byPath(library, path)),
    async *unseen() {
      // Most scans see all of them, and ask for none.
      if (seen === expected) return;
      yield* inTurns(rows(), (row) => !isSeen(row.path));
    },
    expected: () => expected,
    rows,
    forget: table.free,
  };
};
