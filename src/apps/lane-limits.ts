/** How many films of a lane may be in work, besides what the settings say: what a card refused, and films that fail alike. */
import { afterFailure, afterSuccess, type Breaker, CLOSED, placesOf, tryNow } from "../core/breaker.ts";
import { afterEncode, afterRefusal, type Learned, placesNow } from "../core/learned-places.ts";
import { HELD_UNTIL } from "../core/lifecycle.ts";
import { PROBLEMS, type Problem, type ProblemCode } from "../core/problem.ts";
import type { Settings } from "../core/settings.ts";
import type { Snapshot, WorkLane } from "../core/snapshot.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Store } from "../edges/store/store.ts";

export type LaneLimits = {
  /** Lanes of which nothing is begun before the first look at the machine. */
  readonly setWaiting: (lanes: readonly WorkLane[]) => void;
  /** How many films of the lane may be in work; `wanted`: by the settings. */
  readonly places: (lane: WorkLane, wanted: number) => number;
  /** The same of workers elsewhere, of whose cards nothing is learned here. */
  readonly placesElsewhere: (lane: WorkLane, wanted: number) => number;
  /** What the card takes at once, where that is less than the settings say; `until` (epoch ms) it is not tried with more. */
  readonly learned: () => Learned | null;
  /** A film failed and used up an attempt. */
  readonly failed: (lane: WorkLane, asset: Asset, problem: Problem) => void;
  /** The card refused one more encode; `others`: those of ours that run on it. */
  readonly refused: (others: number) => void;
  /** A film was done while `atOnce` of its lane were in work on this machine, itself among them; null: elsewhere. */
  readonly worked: (lane: WorkLane, atOnce: number | null) => void;
  readonly failing: () => Snapshot["failing"];
  /** A person wants it tried now. */
  readonly tryNow: () => void;
};

type Deps = { readonly store: Store; readonly now: () => number; readonly settings: Settings };

export const createLaneLimits = ({ store, now, settings }: Deps): LaneLimits => {
  const { pause_after_failures } = settings.operational;
  const breakers = new Map<WorkLane, Breaker>();
  const breakerOf = (lane: WorkLane): Breaker => breakers.get(lane) ?? CLOSED;
  let learned: Learned | null = null;
  let waiting: readonly WorkLane[] = [];

  /** It was not the film: it has its attempt again, and waits with the others; but for one that a person stopped since. */
  const giveBack = (id: number, code: ProblemCode): void => {
    const asset = store.assets.byId(id);
    if (asset?.problemCode !== code) return;
    const attempt = Math.max(0, asset.attempt - 1);
    if (asset.state === "Failed") store.assets.apply(id, "reprocess", { now: now(), attempt });
    else if (asset.state === "Queued") store.assets.touch(id, { attempt });
  };
  const postpone = (id: number, availableAt: number): void => {
    const asset = store.assets.byId(id);
    if (asset?.state === "Queued" && asset.availableAt !== HELD_UNTIL)
      store.assets.touch(id, { availableAt });
  };

  return {
    setWaiting: (lanes) => {
      waiting = lanes;
    },
    places: (lane, wanted) => {
      if (waiting.includes(lane)) return 0;
      const allowed = lane === "encodes" ? placesNow(learned, wanted, now()) : wanted;
      return placesOf(breakerOf(lane), allowed, now());
    },
    placesElsewhere: (lane, wanted) =>
      waiting.includes(lane) ? 0 : placesOf(breakerOf(lane), wanted, now()),
    learned: () =>
      learned !== null && learned.places < settings.operational.max_concurrent_jobs ? learned : null,
    failed: (lane, asset, { code, detail }) => {
      const before = breakerOf(lane);
      const after = afterFailure(before, { film: asset.id, code, detail }, pause_after_failures, now());
      breakers.set(lane, after);
      if (after.open === null || after.open === before.open) return;
      const { films, until } = after.open;
      store.transaction(() => {
        for (const id of before.open === null ? films : [asset.id]) giveBack(id, code);
        // The next try is with another film, where there is one.
        for (const id of films) postpone(id, until + LATER_MS);
      });
    },
    refused: (others) => {
      learned = afterRefusal(learned, others, now());
    },
    worked: (lane, atOnce) => {
      const before = breakerOf(lane);
      breakers.set(lane, afterSuccess(before));
      for (const id of before.open?.films ?? []) postpone(id, now());
      if (lane === "encodes" && atOnce !== null) learned = afterEncode(learned, atOnce, now());
    },
    failing: () =>
      [...breakers].flatMap(([lane, { open }]) =>
        open === null
          ? []
          : [
              {
                lane,
                films: open.films.length,
                detail: `${PROBLEMS[open.code].title} ${firstLine(open.detail)}`.trim(),
                until: open.until,
              },
            ],
      ),
    tryNow: () => {
      for (const [lane, each] of breakers) {
        breakers.set(lane, tryNow(each, now()));
        for (const id of each.open?.films ?? []) postpone(id, now());
      }
    },
  };
};

/** Films that failed let others go first for so long. */
const LATER_MS = 60_000;

const firstLine = (text: string): string => text.trim().split("\n").at(-1)?.slice(0, 200) ?? "";
