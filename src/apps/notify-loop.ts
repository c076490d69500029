/**
 * Reads what came into the history and puts it into the outbox as messages. What follows soon is told with it: the first
 * message of a name waits ten seconds, the next ones, while more goes on, up to an hour.
 */
import { DAY_MS, digestOf, isDigestDue } from "../core/digest.ts";
import { type Gathered, gather } from "../core/notice-text.ts";
import { NOTICE_KINDS, noticeOf, textIn } from "../core/notices.ts";
import { wallClock } from "../core/wall-clock.ts";
import type { TargetId } from "../edges/store/deliveries.ts";
import type { StoredEvent } from "../edges/store/events.ts";
import type { Loop } from "./assess-loop.ts";
import { type Notifier, targetOf } from "./notifiers.ts";
import type { Running } from "./running.ts";

const FIRST_MS = 10_000;
const GAP_MS = 60_000;
const GAP_MAX_MS = 3600_000;
/** How the readers of the history that are notifiers begin. */
const READERS = "notifier ";
const readerOf = ({ name }: Notifier): string => `${READERS}${name}`;

/** When a new message of a name may go; the gaps grow while there is always more. */
const createGate = () => {
  const last = new Map<string, { readonly dueAt: number; readonly gapMs: number }>();
  return (name: string, now: number): number => {
    const before = last.get(name);
    const isQuiet =
      before === undefined || now - before.dueAt > 2 * before.gapMs || now < before.dueAt - GAP_MAX_MS;
    const gapMs = isQuiet ? GAP_MS : Math.min(before.gapMs * 4, GAP_MAX_MS);
    const dueAt = isQuiet ? now + FIRST_MS : Math.max(now + FIRST_MS, before.dueAt + before.gapMs);
    last.set(name, { dueAt, gapMs });
    return dueAt;
  };
};

type Needs = Pick<Running, "settings" | "store" | "now" | "signal" | "wake">;

/** The loop of the notifiers. */
export const createNotifyLoop = (
  { settings, store, now, signal, wake }: Needs,
  notifiers: readonly Notifier[],
): Loop => {
  const { deliveries } = store;
  const zone = settings.operational.time_zone;
  const gate = createGate();
  let isBegun = false;

  /** Into the message that waits, unless it is being sent: then into the one behind it. */
  const tell = (target: TargetId, name: string, those: readonly StoredEvent[]): void => {
    const keys = [name, `${name} more`] as const;
    const found = keys.map((key) => deliveries.waiting(target, key));
    const open = found.find((each) => each && !each.isTaken);
    // Only this function writes these payloads.
    const before = open ? (open.payload as Gathered) : null;
    const payload = those.reduce<Gathered | null>(gather, before);
    const key = open?.key ?? (found[0] ? keys[1] : keys[0]);
    const dueAt = open ? open.dueAt : gate(`${target.name} ${name}`, now());
    deliveries.ask(target, { key, payload, now: now(), dueAt });
  };

  /** What the loss of a message to somebody is not told to. */
  const isOfItself = ({ kind, data }: StoredEvent, { kind: of, name }: TargetId): boolean =>
    kind === "delivery-given-up" && textIn(data, "target") === of && textIn(data, "name") === name;

  const read = (notifier: Notifier): void => {
    const target = targetOf(notifier);
    const hasMore = store.eventReaders.read(readerOf(notifier), NOTICE_KINDS, (events) => {
      const byName = Map.groupBy(
        events.filter((each) => !isOfItself(each, target)),
        noticeOf,
      );
      for (const [name, those] of byName)
        if (name !== null && notifier.events.includes(name)) tell(target, name, those);
    });
    if (hasMore) wake();
  };

  const summarise = (notifier: Notifier): void => {
    const at = now();
    const wall = wallClock(at, zone);
    const lastDay = store.digests.lastDay(notifier.name) ?? wallClock(at - DAY_MS, zone).day;
    if (!isDigestDue(wall, { lastDay, at: notifier.digest_at })) return;
    const { state } = store.assets.counts();
    const payload = digestOf(store.events.counts(NOTICE_KINDS, at - DAY_MS, at), state, at);
    store.transaction(() => {
      store.digests.put(notifier.name, wall.day);
      if (payload) deliveries.ask(targetOf(notifier), { key: "digest", payload, now: at });
    });
  };

  return {
    pump: () => {
      if (signal.aborted) return;
      if (!isBegun) store.eventReaders.keepOnly(READERS, notifiers.map(readerOf));
      isBegun = true;
      for (const notifier of notifiers) {
        read(notifier);
        if (notifier.events.includes("digest")) summarise(notifier);
      }
    },
    idle: async () => {},
  };
};
