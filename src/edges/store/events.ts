/** What happened, for people: append-only, kept when the asset is removed, pruned by age. */
import { jsonOf, numberOf, numberOrNull, textOf } from "./columns.ts";
import type { Database, Row } from "./database.ts";

export type StoredEvent = {
  readonly id: number;
  readonly at: number;
  readonly assetId: number | null;
  readonly kind: string;
  readonly path: string;
  readonly data: unknown;
};

export type Events = {
  readonly append: (event: Omit<StoredEvent, "id">) => number;
  /** Newest first. */
  readonly forAsset: (id: number, limit: number) => readonly StoredEvent[];
  /** Newest first; `before` is an event id, for the next page. */
  readonly latest: (page: { readonly limit: number; readonly before?: number }) => readonly StoredEvent[];
  /** How many of each kind there were from `from` on and before `to` (epoch ms). */
  readonly counts: (kinds: readonly string[], from: number, to: number) => Readonly<Record<string, number>>;
  /** Deletes at most `limit` of the events older than `before` (epoch ms), the oldest first; the only way to delete any. */
  readonly prune: (before: number, limit: number) => number;
  readonly amount: () => Amount;
};

/** How much of something is kept, about: no row is read for it but some of the newest. */
export type Amount = {
  readonly rows: number;
  readonly bytes: number;
  /** Epoch ms; null: nothing is kept, or it has no time. */
  readonly oldestAt: number | null;
};

export const toEvent = (row: Row): StoredEvent => ({
  id: numberOf(row, "id"),
  at: numberOf(row, "at"),
  assetId: numberOrNull(row, "asset_id"),
  kind: textOf(row, "kind"),
  path: textOf(row, "path"),
  data: jsonOf(row, "data"),
});

/** Of an event's other columns and its places in three indexes. */
const ROW_BYTES = 90;

/** The events of `database`. */
export const eventsOf = (database: Database): Events => ({
  append: ({ at, assetId, kind, path, data }) =>
    database
      .sql(`INSERT INTO events (at, asset_id, kind, path, data) VALUES (:at, :assetId, :kind, :path, :data)`)
      .run({ at, assetId, kind, path, data: JSON.stringify(data ?? {}) }).lastId,
  forAsset: (id, limit) =>
    database
      .sql(`SELECT * FROM events WHERE asset_id = :id ORDER BY id DESC LIMIT :limit`)
      .all({ id, limit })
      .map(toEvent),
  latest: ({ limit, before }) =>
    database
      .sql(`SELECT * FROM events WHERE id < :before ORDER BY id DESC LIMIT :limit`)
      .all({ limit, before: before ?? Number.MAX_SAFE_INTEGER })
      .map(toEvent),
  counts: (kinds, from, to) =>
    Object.fromEntries(
      kinds.map((kind) => {
        const row = database
          .sql(`SELECT count(*) AS n FROM events WHERE kind = :kind AND at >= :from AND at < :to`)
          .get({ kind, from, to });
        return [kind, row ? numberOf(row, "n") : 0];
      }),
    ),
  prune: (before, limit) =>
    database.transaction(() => {
      database.sql(`INSERT INTO events_pruning VALUES (:before)`).run({ before });
      const { changes } = database
        .sql(
          `DELETE FROM events WHERE id IN
             (SELECT id FROM events WHERE at < :before ORDER BY at LIMIT :limit)`,
        )
        .run({ before, limit });
      database.sql(`DELETE FROM events_pruning`).run();
      return changes;
    }),
  amount: () => {
    // Numbers are given in a row, and the oldest go first.
    const row = database
      .sql(
        `SELECT ifnull(max(id) - min(id) + 1, 0) AS rows, (SELECT min(at) FROM events) AS oldest,
           (SELECT avg(octet_length(path) + octet_length(data)) FROM
             (SELECT path, data FROM events ORDER BY id DESC LIMIT 200)) AS each
         FROM (SELECT min(id) AS id FROM events UNION ALL SELECT max(id) FROM events)`,
      )
      .get();
    const rows = row ? numberOf(row, "rows") : 0;
    return {
      rows,
      bytes: Math.round(rows * (ROW_BYTES + (row ? (numberOrNull(row, "each") ?? 0) : 0))),
      oldestAt: row ? numberOrNull(row, "oldest") : null,
    };
  },
});
