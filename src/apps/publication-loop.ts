/** Carries publications through that were cut off while the program runs on: a share that was away for a moment. */
import { toProblem } from "../core/problem.ts";
import type { JournalEntry } from "../edges/store/journal.ts";
import { type SettleDeps, settlePublications } from "../steps/recover.ts";
import type { Loop } from "./assess-loop.ts";
import type { Running } from "./running.ts";

const AGAIN_MS = 10_000;

/** The loop over journal rows that no job of this process is at work on. */
export const createPublicationLoop = (running: Running, deps: SettleDeps): Loop => {
  let settling: Promise<void> | null = null;
  let notBefore = 0;
  const isAtWork = ({ assetId }: JournalEntry): boolean => running.cancels.has(assetId);

  const settle = async (): Promise<void> => {
    try {
      const { finished, requeued } = await settlePublications(deps, isAtWork);
      if (finished + requeued > 0) running.log.info({ finished, requeued }, "publications settled");
    } catch (thrown) {
      running.log.error({ err: toProblem(thrown) }, "publication loop");
    }
    notBefore = running.now() + AGAIN_MS;
  };

  return {
    pump: () => {
      if (settling || running.signal.aborted || running.now() < notBefore) return;
      const left = running.store.journal.all().filter((entry) => !isAtWork(entry));
      if (left.length === 0) return;
      settling = settle().finally(() => {
        settling = null;
        for (const { assetId } of left) running.changed({ kind: "asset", assetId });
        running.wake();
      });
    },
    idle: async () => void (await settling),
  };
};
