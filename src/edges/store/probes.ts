/** What ffprobe said of each content, by fingerprint, so that a content is probed once. */
import type { MediaInfo } from "../../core/media-info.ts";
import { numberOf, numberOrNull, packJson, textOrNull, unpackJson } from "./columns.ts";
import type { Database } from "./database.ts";
import type { Amount } from "./events.ts";

export type Probes = {
  readonly get: (fingerprint: string) => { readonly media: MediaInfo } | null;
  /** What ffprobe printed, for a report of a fault. */
  readonly raw: (fingerprint: string) => unknown;
  readonly put: (fingerprint: string, media: MediaInfo, raw: unknown, now: number) => void;
  /** Keeps what a later look added to a probe. */
  readonly improve: (fingerprint: string, media: MediaInfo) => void;
  /** Forgets a probe, so that the content is probed again. */
  readonly remove: (fingerprint: string) => void;
  /**
   * Looks at `limit` probes behind the fingerprint `after` ("": from the first) and deletes those of contents that no
   * asset has any more; the last one looked at, null at the end.
   */
  readonly prune: (after: string, limit: number) => string | null;
  readonly amount: () => Amount;
};

/** What an older version of this program kept lacks what is read since. */
const asToday = (media: MediaInfo): MediaInfo => ({
  ...media,
  isEncrypted: media.isEncrypted ?? false,
  streams: media.streams.map((each) =>
    each.kind === "video"
      ? { ...each, combing: each.combing ?? null, insideBars: each.insideBars ?? null }
      : each,
  ),
});

/** The probes of `database`. */
export const probesOf = (database: Database): Probes => ({
  get: (fingerprint) => {
    const row = database
      .sql(`SELECT media FROM probes WHERE fingerprint = :fingerprint`)
      .get({ fingerprint });
    // Only `put` writes this column, from a MediaInfo.
    return row ? { media: asToday(unpackJson(row, "media") as MediaInfo) } : null;
  },
  raw: (fingerprint) => {
    const row = database.sql(`SELECT raw FROM probes WHERE fingerprint = :fingerprint`).get({ fingerprint });
    return row ? unpackJson(row, "raw") : null;
  },
  put: (fingerprint, media, raw, now) => {
    database
      .sql(
        `INSERT INTO probes VALUES (:fingerprint, :media, :raw, :now)
         ON CONFLICT DO UPDATE SET media = excluded.media, raw = excluded.raw, probed_at = excluded.probed_at`,
      )
      .run({ fingerprint, media: packJson(media), raw: packJson(raw), now });
  },
  improve: (fingerprint, media) => {
    database
      .sql(`UPDATE probes SET media = :media WHERE fingerprint = :fingerprint`)
      .run({ fingerprint, media: packJson(media) });
  },
  remove: (fingerprint) => {
    database.sql(`DELETE FROM probes WHERE fingerprint = :fingerprint`).run({ fingerprint });
  },
  prune: (after, limit) => {
    const row = database
      .sql(
        `SELECT max(fingerprint) AS last, count(*) AS looked FROM
           (SELECT fingerprint FROM probes WHERE fingerprint > :after ORDER BY fingerprint LIMIT :limit)`,
      )
      .get({ after, limit });
    const last = row ? textOrNull(row, "last") : null;
    if (row === undefined || last === null) return null;
    database
      .sql(
        `DELETE FROM probes WHERE fingerprint > :after AND fingerprint <= :last AND NOT EXISTS
           (SELECT 1 FROM assets WHERE assets.fingerprint = probes.fingerprint)`,
      )
      .run({ after, last });
    return numberOf(row, "looked") < limit ? null : last;
  },
  amount: () => {
    const row = database
      .sql(
        `SELECT (SELECT count(*) FROM probes) AS rows, (SELECT avg(octet_length(media) + octet_length(raw))
           FROM (SELECT media, raw FROM probes LIMIT 200)) AS each`,
      )
      .get();
    const rows = row ? numberOf(row, "rows") : 0;
    return { rows, bytes: Math.round(rows * (row ? (numberOrNull(row, "each") ?? 0) : 0)), oldestAt: null };
  },
});
