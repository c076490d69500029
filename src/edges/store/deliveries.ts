/** The outbox: what other programs are still to be told, and how the last deliveries to each went. */
import { isProblemCode, type ProblemCode } from "../../core/problem.ts";
import { jsonOf, numberOf, numberOrNull, textOf, textOrNull } from "./columns.ts";
import type { Database, Row } from "./database.ts";
import type { Events } from "./events.ts";

/** Who is told: a kind of program (`webhook`, `jellyfin`), and its name in the settings. */
export type TargetId = { readonly kind: string; readonly name: string };

export type Delivery = {
  readonly id: number;
  readonly key: string;
  readonly payload: unknown;
  readonly revision: number;
  readonly createdAt: number;
  readonly dueAt: number;
  /** Those before. */
  readonly attempts: number;
};

export type TargetState = TargetId & {
  readonly waiting: number;
  readonly arrivedAt: number | null;
  readonly failedAt: number | null;
  /** The last failure, when nothing arrived since. */
  readonly problem: { readonly code: ProblemCode; readonly detail: string } | null;
  readonly restsUntil: number;
};

type Ask = {
  /** Only the newest of those with equal keys waits. */
  readonly key: string;
  readonly payload: unknown;
  readonly now: number;
  /** Not before then; so that what follows at once is told with it. */
  readonly dueAt?: number;
};

type Failure = { readonly code: ProblemCode; readonly detail: string };

type Waiting = {
  /** It arrives once or more, or is given up. Of more than a thousand that wait for a target the oldest go. */
  readonly ask: (target: TargetId, delivery: Ask) => void;
  /** The one that waits under `key`; `isTaken`: it is being sent. */
  readonly waiting: (target: TargetId, key: string) => (Delivery & { readonly isTaken: boolean }) | null;
  /** The next that is due, unless its target rests. It is taken until what came of it is said. */
  readonly next: (target: TargetId, now: number) => Delivery | null;
};

type Outcomes = {
  /** Nothing is known of what came of it. */
  readonly putBack: (delivery: Delivery) => void;
  /** The target was not reached; how often in a row. */
  readonly unreached: (target: TargetId, why: Failure & { readonly now: number }) => number;
  /** The target can be reached: it rests no more. */
  readonly reached: (target: TargetId, now: number) => void;
  readonly arrived: (target: TargetId, delivery: Delivery, now: number) => void;
  /** It is tried again, but nothing goes to the target before `until` (epoch ms). `until` gets the failures in a row. */
  readonly failed: (
    target: TargetId,
    delivery: Delivery,
    why: Failure & { readonly now: number; readonly until: (failures: number) => number },
  ) => void;
};

type Ends = {
  /** Takes those of `ids` out, with one event in the history. */
  readonly giveUp: (
    target: TargetId,
    ids: readonly number[],
    why: Failure & { readonly now: number },
  ) => void;
  /** The oldest that were asked for at `before` or earlier (epoch ms). */
  readonly olderThan: (target: TargetId, before: number) => readonly number[];
  /** Ends all rests, and forgets the targets that are none of `targets`. */
  readonly keepOnly: (targets: readonly TargetId[], now: number) => void;
  readonly targets: () => readonly TargetState[];
};

export type Deliveries = Waiting & Outcomes & Ends;

const WAITING_MAX = 1000;
/** So many go at once, so that the history does not fill with them. */
const DROPPED_AT_ONCE = 100;

const toDelivery = (row: Row): Delivery => ({
  id: numberOf(row, "id"),
  key: textOf(row, "key"),
  payload: jsonOf(row, "payload"),
  revision: numberOf(row, "revision"),
  createdAt: numberOf(row, "created_at"),
  dueAt: numberOf(row, "due_at"),
  attempts: numberOf(row, "attempts"),
});

const problemOf = (row: Row): TargetState["problem"] => {
  const code = textOrNull(row, "problem_code");
  return code !== null && isProblemCode(code) ? { code, detail: textOf(row, "problem_detail") } : null;
};

const toState = (row: Row): TargetState => ({
  kind: textOf(row, "kind"),
  name: textOf(row, "name"),
  waiting: numberOf(row, "waiting"),
  arrivedAt: numberOrNull(row, "arrived_at"),
  failedAt: numberOrNull(row, "failed_at"),
  problem: problemOf(row),
  restsUntil: numberOf(row, "rests_until"),
});

const OF_TARGET = "target_kind = :kind AND target_name = :name";

const oldest = (
  database: Database,
  { kind, name }: TargetId,
  { before, limit }: { readonly before: number; readonly limit: number },
): readonly number[] =>
  database
    .sql(
      `SELECT id FROM deliveries WHERE ${OF_TARGET} AND created_at <= :before ORDER BY created_at, id LIMIT :limit`,
    )
    .all({ kind, name, before, limit })
    .map((row) => numberOf(row, "id"));

const endsOf = (database: Database, events: Pick<Events, "append">): Ends => ({
  giveUp: ({ kind, name }, ids, { code, detail, now }) =>
    database.transaction(() => {
      if (ids.length === 0) return;
      for (const id of ids) database.sql(`DELETE FROM deliveries WHERE id = :id`).run({ id });
      const data = { target: kind, name, count: ids.length, problem: code, detail };
      events.append({ at: now, assetId: null, kind: "delivery-given-up", path: `${kind} ${name}`, data });
    }),
  olderThan: (target, before) => oldest(database, target, { before, limit: WAITING_MAX }),
  keepOnly: (targets, now) =>
    database.transaction(() => {
      const kept = JSON.stringify(targets.map(({ kind, name }) => `${kind} ${name}`));
      const isGone = (kind: string, name: string): string =>
        `${kind} || ' ' || ${name} NOT IN (SELECT value FROM json_each(:kept))`;
      database.sql(`DELETE FROM deliveries WHERE ${isGone("target_kind", "target_name")}`).run({ kept });
      database.sql(`DELETE FROM delivery_targets WHERE ${isGone("kind", "name")}`).run({ kept });
      database.sql(`UPDATE delivery_targets SET rests_until = 0, failures = 0`).run();
      database.sql(`UPDATE deliveries SET due_at = :now WHERE due_at > :now`).run({ now });
    }),
  targets: () =>
    database
      .sql(
        `SELECT *, (SELECT count(*) FROM deliveries WHERE target_kind = kind AND target_name = name) AS waiting
         FROM delivery_targets ORDER BY kind, name`,
      )
      .all()
      .map(toState),
});

const waitingOf = (database: Database, taken: Set<number>, { giveUp }: Ends): Waiting => {
  const bound = (target: TargetId, now: number): void => {
    const { kind, name } = target;
    const row = database.sql(`SELECT count(*) AS n FROM deliveries WHERE ${OF_TARGET}`).get({ kind, name });
    if (!row || numberOf(row, "n") <= WAITING_MAX) return;
    const detail = `More than ${WAITING_MAX} messages waited for it.`;
    const ids = oldest(database, target, { before: Number.MAX_SAFE_INTEGER, limit: DROPPED_AT_ONCE });
    giveUp(target, ids, { code: "target-unreachable", detail, now });
  };
  return {
    ask: (target, { key, payload, now, dueAt = now }) =>
      database.transaction(() => {
        const { kind, name } = target;
        database
          .sql(
            `INSERT INTO deliveries (target_kind, target_name, key, payload, created_at, due_at)
             VALUES (:kind, :name, :key, :payload, :now, :dueAt)
             ON CONFLICT DO UPDATE SET payload = excluded.payload, created_at = excluded.created_at,
               revision = revision + 1`,
          )
          .run({ kind, name, key, payload: JSON.stringify(payload ?? null), now, dueAt });
        bound(target, now);
      }),
    waiting: ({ kind, name }, key) => {
      const row = database
        .sql(`SELECT * FROM deliveries WHERE ${OF_TARGET} AND key = :key`)
        .get({ kind, name, key });
      const delivery = row ? toDelivery(row) : null;
      return delivery && { ...delivery, isTaken: taken.has(delivery.id) };
    },
    next: ({ kind, name }, now) => {
      const row = database
        .sql(
          `SELECT * FROM deliveries WHERE ${OF_TARGET} AND due_at <= :now AND NOT EXISTS (
             SELECT 1 FROM delivery_targets WHERE kind = :kind AND name = :name AND rests_until > :now)
           ORDER BY due_at, id LIMIT 1`,
        )
        .get({ kind, name, now });
      const delivery = row ? toDelivery(row) : null;
      if (delivery) taken.add(delivery.id);
      return delivery;
    },
  };
};

const outcomesOf = (database: Database, taken: Set<number>): Outcomes => {
  const reached: Outcomes["reached"] = ({ kind, name }, now) => {
    database
      .sql(
        `INSERT INTO delivery_targets (kind, name, arrived_at) VALUES (:kind, :name, :now)
         ON CONFLICT DO UPDATE SET arrived_at = :now, problem_code = NULL, problem_detail = NULL,
           failures = 0, rests_until = 0`,
      )
      .run({ kind, name, now });
  };
  const unreached: Outcomes["unreached"] = ({ kind, name }, { code, detail, now }) => {
    const row = database
      .sql(
        `INSERT INTO delivery_targets (kind, name, failed_at, problem_code, problem_detail, failures)
         VALUES (:kind, :name, :now, :code, :detail, 1)
         ON CONFLICT DO UPDATE SET failed_at = :now, problem_code = :code, problem_detail = :detail,
           failures = failures + 1
         RETURNING failures`,
      )
      .get({ kind, name, now, code, detail });
    return row ? numberOf(row, "failures") : 1;
  };
  return {
    putBack: ({ id }) => void taken.delete(id),
    reached,
    unreached,
    arrived: (target, { id, revision }, now) =>
      database.transaction(() => {
        taken.delete(id);
        database.sql(`DELETE FROM deliveries WHERE id = :id AND revision = :revision`).run({ id, revision });
        reached(target, now);
      }),
    failed: (target, { id }, { until, ...why }) =>
      database.transaction(() => {
        taken.delete(id);
        const at = until(unreached(target, why));
        const { kind, name } = target;
        database
          .sql(`UPDATE delivery_targets SET rests_until = :at WHERE kind = :kind AND name = :name`)
          .run({ kind, name, at });
        database
          .sql(`UPDATE deliveries SET due_at = :at, attempts = attempts + 1 WHERE id = :id`)
          .run({ id, at });
      }),
  };
};

/** The deliveries of `database`. */
export const deliveriesOf = (database: Database, events: Pick<Events, "append">): Deliveries => {
  const ends = endsOf(database, events);
  const taken = new Set<number>();
  return { ...waitingOf(database, taken, ends), ...outcomesOf(database, taken), ...ends };
};
