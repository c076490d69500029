/** What nobody waits for any more in Redis is taken out, and what came of it is swept. */
import { attemptOfPart, partialFolders } from "../core/output-paths.ts";
import { sweepPartials } from "../edges/library-write.ts";
import type { WorkQueue } from "../edges/work-queue.ts";
import { libraryOf, type Running } from "./running.ts";

/** Takes a film out of Redis; one that a worker holds is stopped there. */
export const removeOrCancel = async (queue: WorkQueue, name: string, token: string): Promise<void> => {
  if (!(await queue.remove(name, token))) await queue.cancel(token);
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
  const { store, settings, log } = running;
  for (const token of await queue.tokens(name)) {
    if (isOut(token)) continue;
    // Of a part the attempt is known; nobody attaches to it after a start.
    const job = store.jobs.byToken(token) ?? store.jobs.byToken(attemptOfPart(token));
    const asset = job && store.assets.byId(job.assetId);
    // A claim of before the start whose turn to be attached to has not come yet.
    if (job === null || asset?.token === token || store.journal.has(token)) continue;
    const look = await queue.look(name, token);
    await removeOrCancel(queue, name, token);
    if (look.kind !== "done") continue;
    const library = asset && libraryOf({ settings }, asset);
    if (!asset || !library) continue;
    let swept = 0;
    for (const folder of partialFolders(library.root, asset.path, library.output))
      swept += await sweepPartials(folder, (other) => other === token);
    log.warn({ assetId: asset.id, jobId: job.id, swept }, "a result that came too late was refused");
  }
};
