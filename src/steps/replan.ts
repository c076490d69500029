/** When the settings changed, every film whose plan is another now is looked at anew; from stored probes, no file is read. */

import { HELD_UNTIL, type State } from "../core/lifecycle.ts";
import type { MediaInfo } from "../core/media-info.ts";
import { type MediaKind, mediaKindOf } from "../core/media-kind.ts";
import { planConversion, type Wish, whyOf } from "../core/plan.ts";
import { predictOutput } from "../core/predict-output.ts";
import { openQuestions } from "../core/second-look.ts";
import { judge, type Verdict } from "../core/verdict.ts";
import type { Work } from "../core/work.ts";
import type { Store } from "../edges/store/store.ts";

export type ReplanDeps = {
  readonly store: Pick<Store, "assets" | "probes" | "wishes" | "transaction">;
  readonly now: () => number;
};

/** States that a change of policy may set back; what is in work or archived stays as it is. */
const REPLANNED = new Set(["Queued", "Failed", "Completed"]);

/**
 * Films of `library` set back to New because `wish` plans them differently from the wish they were planned by. After an
 * update that forgot what was read of the films all are, but for those that were converted: their results play.
 */
export const replan = ({ store, now }: ReplanDeps, library: string, wish: Wish): number => {
  const before = store.wishes.get(library);
  if (before !== null && JSON.stringify(before) === JSON.stringify(wish)) return 0;
  const changed: number[] = [];
  /** Which devices play a film may be another answer although its plan stays. */
  const kinds = new Map<string, { readonly media: MediaKind; readonly ids: number[] }>();
  for (const { id, fingerprint, state, outcome } of store.assets.iterate(library)) {
    if (fingerprint === null || !REPLANNED.has(state)) continue;
    const media = store.probes.get(fingerprint)?.media;
    const verdict = media ? judge(media, wish) : null;
    const isOther =
      before && media && verdict
        ? otherwise({ media, state, before, wish, verdict }) !== null
        : !media && outcome !== "converted";
    if (isOther) changed.push(id);
    else if (media && verdict) {
      const kind = mediaKindOf(media, verdict);
      const same = kinds.get(JSON.stringify(kind)) ?? { media: kind, ids: [] };
      kinds.set(JSON.stringify(kind), same);
      same.ids.push(id);
    }
  }
  store.transaction(() => {
    for (const id of changed)
      store.assets.apply(id, "changed", {
        now: now(),
        // One that a person brought back goes on waiting for that person.
        availableAt: store.assets.byId(id)?.availableAt === HELD_UNTIL ? HELD_UNTIL : null,
        data: { reason: before === null ? "program updated" : "settings changed" },
      });
    for (const { media, ids } of kinds.values()) store.assets.setMedia(ids, media);
    store.wishes.put(library, wish);
  });
  return changed.length;
};

/** The work of a film before a change of settings and after it; `done`: it was converted, and its result plays. */
export type Replanned = { readonly from: Work | "done"; readonly to: Work };

/**
 * How a film is planned otherwise under `wish`; null when nothing comes of the change. A film that was converted is made
 * again only if its result would not play any more: another quality or size is no reason to encode a library twice. Any
 * other is looked at again when its kind of work or its reasons differ.
 */
export const replanned = (media: MediaInfo, before: Wish, wish: Wish, state: State): Replanned | null =>
  REPLANNED.has(state) ? otherwise({ media, state, before, wish, verdict: judge(media, wish) }) : null;

type Change = {
  readonly media: MediaInfo;
  readonly state: State;
  readonly before: Wish;
  readonly wish: Wish;
  /** Under `wish`. */
  readonly verdict: Verdict;
};

const otherwise = ({ media, state, before, wish, verdict }: Change): Replanned | null => {
  const old = planConversion(media, judge(media, before), before);
  const plan = planConversion(media, verdict, wish);
  const result = predictOutput(media, old, before.profile);
  if (state === "Completed" && result !== null)
    return judge(result, wish).playable ? null : { from: "done", to: plan.work };
  // A question that the old plan did not depend on; one that stayed open before could not be answered.
  const asked = openQuestions(media, old, before.profile);
  const isAsked = openQuestions(media, plan, wish.profile).some((each) => !asked.includes(each));
  return isAsked || plan.work !== old.work || whyOf(plan.reasons) !== whyOf(old.reasons)
    ? { from: old.work, to: plan.work }
    : null;
};
