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
  /** Oldest first, those of `kinds` behind the event `after`. */
  readonly after: (page: {
    readonly after: number;
    readonly kinds: readonly string[];
    readonly limit: number;
  }) => readonly StoredEvent[];
  /** The newest event's; 0: there is none. */
  readonly lastId: () => number;
  /** How many of each kind there were from `from` on and before `to` (epoch ms). */
  readonly counts: (kinds: readonly string[], from: number, to: number) => Readonly<Record<string, number>>;
  /** Deletes the events older than `before` (epoch ms); the only way to delete any. */
  readonly prune: (before: number) => number;
};

export const toEvent = (row: Row): StoredEvent => ({
  id: numberOf(row, "id"),
  at: numberOf(row, "at"),
  assetId: numberOrNull(row, "asset_id"),
  kind: textOf(row, "kind"),
  path: textOf(row, "path"),
  data: jsonOf(row, "data"),
});

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
  after: ({ after, kinds, limit }) =>
    database
      .sql(
        `SELECT * FROM events WHERE id > :after AND +kind IN (SELECT value FROM json_each(:kinds)) ORDER BY id LIMIT :limit`,
      )
      .all({ after, kinds: JSON.stringify(kinds), limit })
      .map(toEvent),
  lastId: () => {
    const row = database.sql(`SELECT ifnull(max(id), 0) AS id FROM events`).get();
    return row ? numberOf(row, "id") : 0;
  },
  counts: (kinds, from, to) =>
    Object.fromEntries(
      kinds.map((kind) => {
        const row = database
          .sql(`SELECT count(*) AS n FROM events WHERE kind = :kind AND at >= :from AND at < :to`)
          .get({ kind, from, to });
        return [kind, row ? numberOf(row, "n") : 0];
      }),
    ),
  prune: (before) =>
    database.transaction(() => {
      database.sql(`INSERT INTO events_pruning VALUES (:before)`).run({ before });
      const { changes } = database.sql(`DELETE FROM events WHERE at < :before`).run({ before });
      database.sql(`DELETE FROM events_pruning`).run();
      return changes;
    }),
});
