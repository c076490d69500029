/** Those who go through the history once, in its order, also after a kill. */
import { numberOf } from "./columns.ts";
import type { Database } from "./database.ts";
import { type StoredEvent, toEvent } from "./events.ts";

export type EventReaders = {
  /** Forgets the readers of `group` (their names begin so) that are none of `names`; a new one begins with what happens next. */
  readonly keepOnly: (group: string, names: readonly string[]) => void;
  /**
   * Gives `take` what happened of `kinds` since the last call, oldest first, some hundreds at a time; what it writes and how
   * far the reader has come are one transaction. True: there is more.
   */
  readonly read: (
    name: string,
    kinds: readonly string[],
    take: (events: readonly StoredEvent[]) => void,
  ) => boolean;
};

const AT_ONCE = 200;

/** The readers of `database`. */
export const eventReadersOf = (database: Database): EventReaders => ({
  keepOnly: (group, names) =>
    database.transaction(() => {
      database
        .sql(
          `DELETE FROM event_readers WHERE substr(name, 1, length(:group)) = :group
             AND name NOT IN (SELECT value FROM json_each(:names))`,
        )
        .run({ group, names: JSON.stringify(names) });
      for (const name of names)
        database
          .sql(`INSERT OR IGNORE INTO event_readers SELECT :name, coalesce(max(id), 0) FROM events`)
          .run({ name });
    }),
  read: (name, kinds, take) => {
    const row = database
      .sql(
        `SELECT coalesce((SELECT event_id FROM event_readers WHERE name = :name), 0) AS seen,
           coalesce((SELECT max(id) FROM events), 0) AS newest`,
      )
      .get({ name });
    const [seen, newest] = row ? [numberOf(row, "seen"), numberOf(row, "newest")] : [0, 0];
    if (newest <= seen) return false;
    const events = database
      .sql(
        `SELECT * FROM events WHERE id > :seen AND id <= :newest AND +kind IN (SELECT value FROM json_each(:kinds))
         ORDER BY id LIMIT ${AT_ONCE}`,
      )
      .all({ seen, newest, kinds: JSON.stringify(kinds) })
      .map(toEvent);
    const last = events.at(-1);
    const to = events.length === AT_ONCE && last ? last.id : newest;
    database.transaction(() => {
      if (events.length > 0) take(events);
      database.sql(`INSERT OR REPLACE INTO event_readers VALUES (:name, :to)`).run({ name, to });
    });
    return to < newest;
  },
});
