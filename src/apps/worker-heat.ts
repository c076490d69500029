/** Which cards of a worker are too hot for another film, by the same rule as those of the orchestrator. */
import { type GuardState, restingOf, watchOver } from "../core/guardrails.ts";
import type { Limits, Snapshot } from "../core/snapshot.ts";

/** All but the cards is the orchestrator's to look at. */
const NOTHING_ELSE: Omit<Snapshot, "cards"> = {
  ...{ cardLost: null, disks: [], tooLarge: [], otherLoadPercent: null, memory: null },
  ...{ watching: [], failing: [] },
};

type Card = { readonly index: number; readonly name: string; readonly degrees: number | null };

/** Called with each reading; gives the numbers of the cards that are to be left alone. One that says nothing is not. */
export const createWorkerHeat = (limits: Limits, now: () => number) => {
  let state: GuardState = [];
  return (cards: readonly Card[], cutoff: number | null): ReadonlySet<number> => {
    const snapshot = {
      ...NOTHING_ELSE,
      cards: cards.flatMap(({ index, name, degrees }) =>
        degrees === null ? [] : [{ key: String(index), name, degrees }],
      ),
    };
    const given = cutoff === null ? limits : { ...limits, gpu_temperature_cutoff: cutoff };
    state = watchOver(state, { snapshot, limits: given, now: now() });
    return new Set(restingOf(state, "card-too-hot").map(Number));
  };
};
