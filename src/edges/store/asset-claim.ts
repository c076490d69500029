/** What is next: the queued asset that is claimed, and the new one that is assessed. */
import { misfitOf, type Room } from "../../core/disk-room.ts";
import type { QueueOrder } from "../../core/queue-order.ts";
import { QUEUED_WORKS, type Work } from "../../core/work.ts";
import { byId } from "./asset-apply.ts";
import { type Asset, toAsset } from "./asset-row.ts";
import type { Database } from "./database.ts";
import type { Events } from "./events.ts";
import {
  allLibraries,
  inOrder,
  isAnyInLine,
  keepTurns,
  type OrderedLine,
  standingOf,
} from "./queue-places.ts";

/** By library; one without an entry has any room. */
type Rooms = Readonly<Record<string, Room>>;

export type ClaimInput = {
  readonly works: readonly Work[];
  readonly token: string;
  readonly now: number;
  /** Only films of these libraries; of all when absent. */
  readonly libraries?: readonly string[];
  /** `quick` when absent. */
  readonly order?: QueueOrder;
  /** By library: only films that fit; without an entry any. Looks at the first films of each line only. */
  readonly rooms?: Rooms;
  /** Only films of which this is true; asked of the first films of each line only, as `rooms`. */
  readonly accepts?: (asset: Asset) => boolean;
  /** Only this film. */
  readonly id?: number;
};

export type NextNew = {
  readonly libraries: readonly string[];
  /** Ids that are not wanted now. */
  readonly except: readonly number[];
};

/** What may start now. */
const IS_DUE = `(available_at IS NULL OR available_at <= :now)`;

/** A disk that is nearly full is not looked for its smallest film among a million. */
const LOOKED_AT = 200;

type Wanted = { readonly rooms: Rooms; readonly accepts: ClaimInput["accepts"] };

const fits = (database: Database, id: number, library: string, { rooms, accepts }: Wanted): boolean => {
  const room = rooms[library];
  const asset = room || accepts ? byId(database, id) : null;
  if (asset === null) return true;
  return (!room || misfitOf(asset, room) === null) && (!accepts || accepts(asset));
};

/**
 * The film whose turn it is, of those that fit; the turns are counted on. A library whose first films do not fit is left
 * out, so that it keeps no other one waiting.
 */
const nextInLine = (database: Database, line: OrderedLine, wanted: Wanted): number | null => {
  const looks = new Map<string, number>();
  for (const { place, standing } of inOrder(database, line, standingOf(database, line), IS_DUE)) {
    const { id, library } = place;
    if (fits(database, id, library, wanted)) {
      keepTurns(database, line, standing);
      return id;
    }
    looks.set(library, (looks.get(library) ?? 0) + 1);
    if (looks.get(library) === LOOKED_AT) {
      const libraries = line.libraries.filter((each) => each !== library);
      return nextInLine(database, { ...line, libraries }, wanted);
    }
  }
  return null;
};

/** Whether this very film may start. */
const mayStart = (database: Database, works: readonly Work[], id: number, now: number): boolean =>
  database
    .sql(
      `SELECT 1 FROM assets WHERE id = :id AND state = 'Queued' AND ${IS_DUE}
       AND work IN (SELECT value FROM json_each(:works))`,
    )
    .get({ id, now, works: JSON.stringify(works) }) !== undefined;

/**
 * Takes the next queued asset of `works` for the holder of `token`; null when there is none that may start. The order is
 * that of `queue-places.ts`, and each step in it a seek in an index.
 */
export const claimNext = (
  database: Database,
  events: Events,
  { works, token, now, libraries, order = "quick", rooms = {}, accepts, id }: ClaimInput,
): Asset | null => {
  // Asked each second: without a transaction, which would take the file for itself and write to it.
  if (!isAnyInLine(database)) return null;
  return database.transaction(() => {
    const wanted = QUEUED_WORKS.filter((each) => works.includes(each));
    const line = { works: wanted, libraries: libraries ?? allLibraries(database), order, now };
    const next =
      id === undefined
        ? nextInLine(database, line, { rooms, accepts })
        : mayStart(database, wanted, id, now)
          ? id
          : null;
    if (next === null) return null;
    database
      .sql(
        `UPDATE assets SET state = 'Processing', token = :token, state_at = :now, available_at = NULL,
           waiting_since = wait_rank WHERE id = :id`,
      )
      .run({ token, now, id: next });
    const asset = byId(database, next);
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
