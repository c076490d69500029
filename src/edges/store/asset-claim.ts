/** What is next: the queued asset that is claimed, and the new one that is assessed. */
import type { SQLInputValue } from "node:sqlite";
import type { Work } from "../../core/work.ts";
import { byId } from "./asset-apply.ts";
import { type Asset, toAsset } from "./asset-row.ts";
import { numberOf } from "./columns.ts";
import type { Database } from "./database.ts";
import type { Events } from "./events.ts";
import { allLibraries, CLAIM_ORDER, IS_IN_LINE } from "./queue.ts";

/** Bytes that may still be written; null: any number. */
export type Room = {
  /** By a film's expected result. */
  readonly results: number | null;
  /** By the original itself. */
  readonly archive: number | null;
};

export type ClaimInput = {
  readonly works: readonly Work[];
  readonly token: string;
  readonly now: number;
  /** Only films of these libraries; of all when absent. */
  readonly libraries?: readonly string[];
  /** By library: only films that fit; without an entry any. Looks at the first films of each line only. */
  readonly rooms?: Readonly<Record<string, Room>>;
  /** Only this film. */
  readonly id?: number;
};

export type NextNew = {
  readonly libraries: readonly string[];
  /** Ids that are not wanted now. */
  readonly except: readonly number[];
};

/** A disk that is nearly full is not looked for its smallest film among a million. */
const LOOKED_AT = 200;

const fits = (room: keyof Room, bytes: string): string => {
  const left = `(:rooms -> value ->> '${room}')`;
  return `(${left} IS NULL OR ${bytes} <= ${left})`;
};

/** The first of each library's queue of one kind of work that fits; each is a few steps into `assets_queue`. */
const firstsOf = (work: Work): string =>
  `SELECT (SELECT id FROM (SELECT id, expected_bytes, size_bytes FROM assets
       WHERE ${IS_IN_LINE} AND library = value AND work = '${work}' AND (available_at IS NULL OR available_at <= :now)
       ORDER BY priority DESC, size_bytes, id LIMIT ${LOOKED_AT})
     WHERE ${fits("results", "ifnull(expected_bytes, 0)")} AND ${fits("archive", "size_bytes")}
     LIMIT 1) AS first FROM json_each(:libraries)`;

const firstInQueue = (works: readonly Work[]): string =>
  `SELECT id FROM assets WHERE id IN (${works.map(firstsOf).join(" UNION ALL ")})
   ORDER BY priority DESC, CASE work WHEN 'copy' THEN 0 WHEN 'audio' THEN 1 ELSE 2 END, size_bytes, id LIMIT 1`;

const thisOne = (works: readonly Work[]): string =>
  `SELECT id FROM assets WHERE id = :id AND work IN (${works.map((each) => `'${each}'`).join(", ")})
   AND (available_at IS NULL OR available_at <= :now)`;

/**
 * Takes the next queued asset of `works` for the holder of `token`, in one conditional UPDATE; null when there is
 * none that may start. Higher priority first, then copy before audio before video, then the smaller file.
 */
export const claimNext = (
  database: Database,
  events: Events,
  { works, token, now, libraries, rooms, id }: ClaimInput,
): Asset | null => {
  const wanted = CLAIM_ORDER.filter((each) => works.includes(each));
  if (wanted.length === 0) return null;
  const parameters: Record<string, SQLInputValue> =
    id === undefined
      ? {
          libraries: JSON.stringify(libraries ?? allLibraries(database)),
          rooms: JSON.stringify(rooms ?? {}),
        }
      : { id };
  const first = id === undefined ? firstInQueue(wanted) : thisOne(wanted);
  return database.transaction(() => {
    const row = database
      .sql(
        `UPDATE assets SET state = 'Processing', token = :token, state_at = :now, available_at = NULL
         WHERE state = 'Queued' AND id = (${first}) RETURNING id`,
      )
      .get({ token, now, ...parameters });
    const asset = row ? byId(database, numberOf(row, "id")) : null;
    if (!asset) return null;
    events.append({
      at: now,
      assetId: asset.id,
      kind: "claimed",
      path: asset.path,
      data: { library: asset.library, from: "Queued", to: "Processing", attempt: asset.attempt },
    });
    return asset;
  });
};

/** The New asset that was found first, but for those named in `except`; each library is one step into `assets_new`. */
export const nextNew = (database: Database, { libraries, except }: NextNew): Asset | null => {
  const row = database
    .sql(
      `SELECT * FROM assets WHERE id = (SELECT min(first) FROM (SELECT (SELECT id FROM assets
         WHERE state = 'New' AND library = libraries.value AND id NOT IN (SELECT value FROM json_each(:except))
         ORDER BY id LIMIT 1) AS first FROM json_each(:libraries) AS libraries))`,
    )
    .get({ libraries: JSON.stringify(libraries), except: JSON.stringify(except) });
  return row ? toAsset(row) : null;
};
