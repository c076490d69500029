/** One action for every film that a filter finds, with the count before it. */
import { isKept, type State } from "../core/lifecycle.ts";
import { toProblem } from "../core/problem.ts";
import type { AssetFilter } from "../edges/store/asset-page.ts";
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

export const BULK_ACTIONS = ["reprocess", "ignore"] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

type Acting = Pick<Control, "store" | BulkAction>;

/**
 * Whether the film is as was asked for. One whose state does not allow it is refused. So is processing again what a
 * person keeps as it is: that was said of this film, not of many.
 */
const act = (control: Acting, action: BulkAction, id: number): boolean => {
  const asset = control.store.assets.byId(id);
  const isAsAsked =
    action === "ignore"
      ? asset !== null && isKept(asset)
      : asset?.state === "Queued" && asset.availableAt === null;
  if (isAsAsked) return true;
  if (action === "reprocess" && asset && isKept(asset)) return false;
  try {
    control[action](id);
    return true;
  } catch (thrown) {
    const { code } = toProblem(thrown);
    if (code !== "state-refuses" && code !== "asset-not-found") throw thrown;
    return false;
  }
};

/** Does it to each film, some hundred at once; how many are so now, and how many were refused. */
export const actOnAll = async (
  control: Acting,
  action: BulkAction,
  ids: readonly number[],
): Promise<{ readonly done: number; readonly refused: number }> => {
  let done = 0;
  for (let start = 0; start < ids.length; start += FILMS_AT_ONCE) {
    const some = ids.slice(start, start + FILMS_AT_ONCE);
    done += control.store.transaction(() => some.filter((id) => act(control, action, id)).length);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { done, refused: ids.length - done };
};
