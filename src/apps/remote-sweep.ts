/** What nobody waits for any more in Redis is taken out, and what came of it is swept. */
import { attemptOfPart, partialFolders } from "../core/output-paths.ts";
import { sweepPartials } from "../edges/library-write.ts";
import type { WorkQueue } from "../edges/work-queue.ts";
import { libraryOf, type Running } from "./running.ts";

type Film = { readonly name: string; readonly token: string; readonly assetId: number };

/**
 * Takes a film out of Redis; one that a worker holds is stopped there, and removes its files itself. What came of any other,
 * done in this very moment perhaps, is swept: how many files that were.
 */
export const takeOut = async (
  { store, settings }: Pick<Running, "store" | "settings">,
  queue: WorkQueue,
  { name, token, assetId }: Film,
): Promise<number> => {
  if (!(await queue.remove(name, token))) {
    await queue.cancel(token);
    return 0;
  }
  const asset = store.assets.byId(assetId);
  const library = asset && libraryOf({ settings }, asset);
  // Files whose publishing was cut off are the journal's.
  if (!asset || !library || store.journal.has(token)) return 0;
  let swept = 0;
  for (const folder of partialFolders(library.root, asset.path, library.output))
    swept += await sweepPartials(folder, (other) => other === token);
  return swept;
};

/**
 * Films in Redis that this program handed out once and waits for no more: results that came too late are refused and their
 * files swept. Tokens that its database does not know are left alone: they may be those of another house.
 */
export const sweepQueue = async (
  running: Running,
  queue: WorkQueue,
  name: string,
  isOut: (token: string) => boolean,
): Promise<void> => {
  const { store, log } = running;
  for (const token of await queue.tokens(name)) {
    if (isOut(token)) continue;
    // Of a part the attempt is known; nobody attaches to it after a start.
    const job = store.jobs.byToken(token) ?? store.jobs.byToken(attemptOfPart(token));
    const asset = job && store.assets.byId(job.assetId);
    // A claim of before the start whose turn to be attached to has not come yet.
    if (job === null || asset?.token === token || store.journal.has(token)) continue;
    const swept = await takeOut(running, queue, { name, token, assetId: job.assetId });
    if (swept > 0)
      log.warn({ assetId: job.assetId, jobId: job.id, swept }, "a result that came too late was refused");
  }
};
