/** What a change of settings would do to the plans of films, before it is made: from stored probes, nothing is written. */
import type { Wish } from "../core/plan.ts";
import type { Store } from "../edges/store/store.ts";
import { type Replanned, replanned } from "./replan.ts";

type Deps = {
  readonly store: Pick<Store, "assets" | "probes" | "wishes">;
  /** Ms, of any clock. */
  readonly clock: () => number;
  /** Lets others have their turn. */
  readonly breathe: () => Promise<void>;
};

export type PlanEffect = {
  /** False: the time was up, and there are more films than were looked at. */
  readonly isComplete: boolean;
  readonly looked: number;
  readonly changed: number;
  /** Most films first. */
  readonly kinds: readonly (Replanned & { readonly count: number })[];
};

/** Rows in memory at once. */
const BATCH = 200;
/** Between two turns of others; ms. */
const TURN_MS = 15;

/**
 * Counts the films of these libraries that would be planned otherwise, for `budgetMs` at the most. `before` is what they
 * are planned by where the store does not know. What `replan` then does may differ by films that change meanwhile.
 */
export const previewReplan = async (
  { store, clock, breathe }: Deps,
  libraries: readonly { readonly name: string; readonly before: Wish; readonly after: Wish }[],
  budgetMs: number,
): Promise<PlanEffect> => {
  const end = clock() + budgetMs;
  const kinds = new Map<string, Replanned & { count: number }>();
  let looked = 0;
  let turnEnds = clock() + TURN_MS;
  for (const { name, before: assumed, after } of libraries) {
    const before = store.wishes.get(name) ?? assumed;
    if (JSON.stringify(before) === JSON.stringify(after)) continue;
    for (let files = store.assets.batch(name, "", BATCH); files.length > 0; ) {
      for (const { fingerprint, state } of files) {
        if (clock() >= turnEnds) {
          await breathe();
          turnEnds = clock() + TURN_MS;
          if (clock() >= end) return effectOf(kinds, looked, false);
        }
        looked++;
        const media = fingerprint === null ? undefined : store.probes.get(fingerprint)?.media;
        const change = media ? replanned(media, before, after, state) : null;
        if (change === null) continue;
        const key = `${change.from} ${change.to}`;
        const known = kinds.get(key);
        if (known) known.count++;
        else kinds.set(key, { ...change, count: 1 });
      }
      files = store.assets.batch(name, files.at(-1)?.path ?? "", BATCH);
    }
  }
  return effectOf(kinds, looked, true);
};

const effectOf = (
  kinds: ReadonlyMap<string, Replanned & { readonly count: number }>,
  looked: number,
  isComplete: boolean,
): PlanEffect => ({
  isComplete,
  looked,
  changed: [...kinds.values()].reduce((sum, { count }) => sum + count, 0),
  kinds: [...kinds.values()].sort((left, right) => right.count - left.count),
});
