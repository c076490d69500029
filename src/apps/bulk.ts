/** One action for every film that a filter finds, with the count before it. */
import { isKept, type State } from "../core/lifecycle.ts";
import { toProblem } from "../core/problem.ts";
import type { AssetFilter } from "../edges/store/asset-page.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Control } from "./control.ts";

export type Matched = {
  readonly ids: readonly number[];
  readonly states: Readonly<Partial<Record<State, number>>>;
};

/** In one transaction, before the program does something else. */
const FILMS_AT_ONCE = 200;

/** Every film that `filter` finds. All at first: working through a list that changes meanwhile would skip some. */
export const matching = ({ store }: Pick<Control, "store">, filter: AssetFilter): Matched => {
  const ids: number[] = [];
  const states: Partial<Record<State, number>> = {};
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page = store.assets.page({ ...filter, sort: "id", limit: FILMS_AT_ONCE, cursor });
    for (const { id, state } of page.assets) {
      ids.push(id);
      states[state] = (states[state] ?? 0) + 1;
    }
    cursor = page.next;
  }
  return { ids, states };
};

/**
 * Whether the film is in the queue after it was asked for. One that is being worked on or archived is refused, and one
 * that a person keeps as it is: that was said of this film, not of many.
 */
const reprocess = (control: Pick<Control, "store" | "reprocess">, id: number): boolean => {
  const isQueued = (asset: Asset | null): boolean => asset?.state === "Queued" && asset.availableAt === null;
  try {
    const asset = control.store.assets.byId(id);
    if (asset && isKept(asset)) return false;
    if (!isQueued(asset)) control.reprocess(id);
    return true;
  } catch (thrown) {
    const { code } = toProblem(thrown);
    if (code !== "state-refuses" && code !== "asset-not-found") throw thrown;
    return false;
  }
};

/** Puts films back into the queue, some hundred at once; how many are there now, and how many were refused. */
export const reprocessAll = async (
  control: Pick<Control, "store" | "reprocess">,
  ids: readonly number[],
): Promise<{ readonly done: number; readonly refused: number }> => {
  let done = 0;
  for (let start = 0; start < ids.length; start += FILMS_AT_ONCE) {
    const some = ids.slice(start, start + FILMS_AT_ONCE);
    done += control.store.transaction(() => some.filter((id) => reprocess(control, id)).length);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { done, refused: ids.length - done };
};
