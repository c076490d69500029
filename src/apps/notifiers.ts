/** Those who are told something: as targets of the outbox, and as the faces may ask about them. */
import { randomBytes } from "node:crypto";
import { type Gathered, messageOf, testMessage } from "../core/notice-text.ts";
import { Problem } from "../core/problem.ts";
import type { Settings } from "../core/settings.ts";
import type { NotifierSettings } from "../core/settings-notifiers.ts";
import { sendNotice } from "../edges/notifier.ts";
import type { TargetId, TargetState } from "../edges/store/deliveries.ts";
import type { DeliveryTarget } from "./delivery-loop.ts";
import type { Running } from "./running.ts";

export type Notifier = NotifierSettings & { readonly name: string };

const KIND = "notifier";
const TEST_MAX_MS = 15_000;

export const targetOf = ({ name }: Notifier): TargetId => ({ kind: KIND, name });

/** Those that have an address. */
export const notifiersOf = (settings: Settings): readonly Notifier[] =>
  Object.entries(settings.notifiers).flatMap(([name, each]) => (each.url === "" ? [] : [{ name, ...each }]));

/** As the outbox sends to them. */
export const notifierTargets = (settings: Settings, now: () => number): readonly DeliveryTarget[] =>
  notifiersOf(settings).map((notifier) => ({
    ...targetOf(notifier),
    send: ({ id, createdAt, payload }, signal) => {
      // Only the loop of the notifiers asks for these.
      const message = messageOf(payload as Gathered);
      return sendNotice(notifier, { message, id: `msg_${createdAt}_${id}`, now: now() }, signal);
    },
  }));

export type NotifierView = Pick<Notifier, "name" | "kind" | "events"> & {
  /** null: it was told nothing yet. */
  readonly state: TargetState | null;
};

export type Notifiers = {
  readonly list: () => readonly NotifierView[];
  /** Tells one of them that this is a test, now. Throws Problem usage-invalid when there is none of that name, restarting. */
  readonly test: (name: string) => Promise<{ readonly arrived: boolean; readonly notifier: NotifierView }>;
};

export const createNotifiers = ({
  settings,
  store,
  now,
  signal,
}: Pick<Running, "settings" | "store" | "now" | "signal">): Notifiers => {
  const all = notifiersOf(settings);
  const viewOf = ({ name, kind, events }: Notifier): NotifierView => {
    const state = store.deliveries.targets().find((each) => each.kind === KIND && each.name === name);
    return { name, kind, events, state: state ?? null };
  };
  return {
    list: () => all.map(viewOf),
    test: async (name) => {
      const notifier = all.find((each) => each.name === name);
      if (!notifier)
        throw new Problem(
          "usage-invalid",
          `There is no notifier ${JSON.stringify(name)} in use; there are: ${all.map((each) => each.name).join(", ") || "none"}.`,
        );
      const id = `msg_test_${randomBytes(8).toString("hex")}`;
      const limit = AbortSignal.any([signal, AbortSignal.timeout(TEST_MAX_MS)]);
      const outcome = await sendNotice(notifier, { message: testMessage(now()), id, now: now() }, limit);
      // Cut off by us, which says nothing of it.
      if (signal.aborted) throw new Problem("restarting");
      if (outcome.kind === "arrived") store.deliveries.reached(targetOf(notifier), now());
      else store.deliveries.unreached(targetOf(notifier), { ...outcome, now: now() });
      return { arrived: outcome.kind === "arrived", notifier: viewOf(notifier) };
    },
  };
};
