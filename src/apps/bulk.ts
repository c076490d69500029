/** One action for every film that a filter finds, with the count before it. */
import { toProblem } from "../core/problem.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Control } from "./control.ts";

/** In one transaction, before the program does something else. */
const FILMS_AT_ONCE = 200;

/** Whether the film is in the queue after it was asked for; one that is being worked on or archived is refused. */
const reprocess = (control: Pick<Control, "store" | "reprocess">, id: number): boolean => {
  const isQueued = (asset: Asset | null): boolean => asset?.state === "Queued" && asset.availableAt === null;
  try {
    if (!isQueued(control.store.assets.byId(id))) control.reprocess(id);
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
