/** What is next: the queued asset that is claimed, and the new one that is assessed. */
import type { QueueOrder } from "../../core/queue-order.ts";
import { QUEUED_WORKS, type Work } from "../../core/work.ts";
import { byId } from "./asset-apply.ts";
import { type Asset, toAsset } from "./asset-row.ts";
import type { Database } from "./database.ts";
import type { Events } from "./events.ts";
import { allLibraries, inOrder, keepTurns, type OrderedLine, standingOf } from "./queue-places.ts";

export type ClaimInput = {
  readonly works: readonly Work[];
  readonly token: string;
  readonly now: number;
  /** Only films of these libraries; of all when absent. */
  readonly libraries?: readonly string[];
  /** `quick` when absent. */
  readonly order?: QueueOrder;
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

/** The film whose turn it is; the turns are counted on. */
const nextInLine = (database: Database, line: OrderedLine): number | null => {
  for (const { place, standing } of inOrder(database, line, standingOf(database, line), IS_DUE)) {
    keepTurns(database, line, standing);
    return place.id;
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
  { works, token, now, libraries, order = "quick", id }: ClaimInput,
): Asset | null =>
  database.transaction(() => {
    const wanted = QUEUED_WORKS.filter((each) => works.includes(each));
    const line = { works: wanted, libraries: libraries ?? allLibraries(database), order, now };
    const next =
      id === undefined ? nextInLine(database, line) : mayStart(database, wanted, id, now) ? id : null;
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
