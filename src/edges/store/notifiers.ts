/** How far each notifier has read the history, so that nothing is told twice or forgotten over a restart. */
import { numberOf, textOf } from "./columns.ts";
import type { Database } from "./database.ts";

export type NotifierState = {
  /** The newest event that was looked at. */
  readonly seenEvent: number;
  /** The day of the last digest, `2026-11-24`. */
  readonly digestDay: string;
};

export type Notifiers = {
  /** Forgets those of other names; a new one begins as `first` says. */
  readonly keepOnly: (names: readonly string[], first: NotifierState) => void;
  readonly get: (name: string) => NotifierState | null;
  readonly put: (name: string, state: Partial<NotifierState>) => void;
};

/** The notifiers of `database`. */
export const notifiersOf = (database: Database): Notifiers => ({
  keepOnly: (names, { seenEvent, digestDay }) =>
    database.transaction(() => {
      database
        .sql(`DELETE FROM notifiers WHERE name NOT IN (SELECT value FROM json_each(:names))`)
        .run({ names: JSON.stringify(names) });
      for (const name of names)
        database
          .sql(`INSERT OR IGNORE INTO notifiers VALUES (:name, :seenEvent, :digestDay)`)
          .run({ name, seenEvent, digestDay });
    }),
  get: (name) => {
    const row = database.sql(`SELECT * FROM notifiers WHERE name = :name`).get({ name });
    return row ? { seenEvent: numberOf(row, "seen_event"), digestDay: textOf(row, "digest_day") } : null;
  },
  put: (name, { seenEvent, digestDay }) => {
    database
      .sql(
        `UPDATE notifiers SET seen_event = ifnull(:seenEvent, seen_event), digest_day = ifnull(:digestDay, digest_day)
         WHERE name = :name`,
      )
      .run({ name, seenEvent: seenEvent ?? null, digestDay: digestDay ?? null });
  },
});
