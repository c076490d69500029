/** Sends what waits in the outbox, one at a time to each target. No film and no other loop ever waits for it. */
import { DELIVERY_MAX_AGE_MS, type DeliveryOutcome, isGivenUp, restMs } from "../core/delivery.ts";
import { toProblem } from "../core/problem.ts";
import type { Delivery, TargetId } from "../edges/store/deliveries.ts";
import type { Loop } from "./assess-loop.ts";
import type { Running } from "./running.ts";

/** Who can be told, and how. What is sent may arrive twice: after a kill it is not known whether it arrived. */
export type DeliveryTarget = TargetId & {
  readonly send: (delivery: Delivery, signal: AbortSignal) => Promise<DeliveryOutcome>;
};

const SEND_MAX_MS = 30_000;

type Needs = Pick<Running, "store" | "log" | "now" | "signal" | "changed">;

/** The loop over `targets`; deliveries to any other are forgotten, as the settings name them no more. */
export const createDeliveryLoop = (
  { store, log, now, signal, changed }: Needs,
  targets: readonly DeliveryTarget[],
  chance: () => number = Math.random,
): Loop => {
  const { deliveries } = store;
  const atWork = new Map<DeliveryTarget, Promise<void>>();
  let isBegun = false;

  const settle = (target: DeliveryTarget, delivery: Delivery, outcome: DeliveryOutcome): void => {
    const { kind, name } = target;
    if (outcome.kind === "arrived") {
      deliveries.arrived(target, delivery, now());
      return;
    }
    const { code, detail } = outcome;
    const why = { code, detail, now: now() };
    const tried = { ...delivery, attempts: delivery.attempts + 1 };
    log.warn({ target: kind, name, code, detail, attempts: tried.attempts }, "not delivered");
    store.transaction(() => {
      deliveries.failed(target, delivery, {
        ...why,
        until: (failures) => why.now + restMs(outcome, failures, chance()),
      });
      const old = deliveries.olderThan(target, why.now - DELIVERY_MAX_AGE_MS);
      const ids = isGivenUp(tried, outcome, why.now) ? [...new Set([delivery.id, ...old])] : old;
      deliveries.giveUp(target, ids, why);
    });
  };

  const send = async (target: DeliveryTarget, delivery: Delivery): Promise<DeliveryOutcome> => {
    try {
      return await target.send(delivery, AbortSignal.any([signal, AbortSignal.timeout(SEND_MAX_MS)]));
    } catch (thrown) {
      log.error({ err: thrown, target: target.kind }, "a delivery threw");
      return { kind: "failed", code: "target-unreachable", detail: toProblem(thrown).message };
    }
  };

  const work = async (target: DeliveryTarget, first: Delivery): Promise<void> => {
    let next: Delivery | null = first;
    while (next !== null) {
      try {
        const outcome = await send(target, next);
        // Cut off by the end of the program: it waits for the next start, and no attempt is used up.
        if (!signal.aborted || outcome.kind === "arrived") settle(target, next, outcome);
      } finally {
        deliveries.putBack(next);
      }
      next = signal.aborted ? null : deliveries.next(target, now());
    }
  };

  return {
    pump: () => {
      if (signal.aborted) return;
      if (!isBegun) deliveries.keepOnly(targets, now());
      isBegun = true;
      for (const target of targets) {
        const first = atWork.has(target) ? null : deliveries.next(target, now());
        if (first === null) continue;
        const working = work(target, first)
          .catch((thrown: unknown) => log.error({ err: thrown }, "the outbox rests"))
          .finally(() => {
            atWork.delete(target);
            changed({ kind: "overview" });
          });
        atWork.set(target, working);
      }
    },
    idle: async () => void (await Promise.all(atWork.values())),
  };
};
