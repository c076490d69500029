/** What a person holds: the whole queue. */
import {
  HOLD_KINDS,
  HOLDERS,
  type Hold,
  type Holder,
  type HoldKind,
  RUNNING,
} from "../../core/queue-hold.ts";
import { numberOf, textOrNull, wordOf } from "./columns.ts";
import type { Database } from "./database.ts";

export type NewHold = {
  readonly kind: HoldKind;
  readonly why: string | null;
  /** Epoch ms. */
  readonly since: number;
  readonly by: Holder;
};

export type Holds = {
  readonly queue: () => Hold;
  /** Holds the queue, whatever held it before. */
  readonly hold: (hold: NewHold) => void;
  readonly release: () => void;
};

/** The holds of `database`. */
export const holdsOf = (database: Database): Holds => ({
  queue: () => {
    const row = database.sql(`SELECT kind, why, since, held_by FROM queue_hold`).get({});
    if (!row) return RUNNING;
    return {
      kind: wordOf(row, "kind", HOLD_KINDS),
      why: textOrNull(row, "why"),
      since: numberOf(row, "since"),
      by: wordOf(row, "held_by", HOLDERS),
    };
  },
  hold: (hold) => {
    database.sql(`INSERT OR REPLACE INTO queue_hold VALUES (1, :kind, :why, :since, :by)`).run({ ...hold });
  },
  release: () => {
    database.sql(`DELETE FROM queue_hold`).run({});
  },
});
