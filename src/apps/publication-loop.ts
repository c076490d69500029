/** Carries publications through that were cut off while the program runs on: a share that was away for a moment. */
import { toProblem } from "../core/problem.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { JournalEntry } from "../edges/store/journal.ts";
import { type SettleDeps, settlePublications } from "../steps/recover.ts";
import type { Loop } from "./assess-loop.ts";
import type { Running } from "./running.ts";

const AGAIN_MS = 10_000;

export type PublicationLoop = Loop & {
  /** Ends the publication of a claim: at once, or when its disk says where the original is. */
  readonly giveUp: (token: string) => void;
};

/** Whether the result of a film waits to be put in its place, which no job is at work on. */
export const isPublicationWaiting = (
  { store, cancels }: Pick<Running, "store" | "cancels">,
  { id, state, token }: Asset,
): boolean => state === "Processing" && token !== null && !cancels.has(id) && store.journal.has(token);

/** The loop over journal rows that no job of this process is at work on. */
export const createPublicationLoop = (running: Running, deps: SettleDeps): PublicationLoop => {
  let settling: Promise<void> | null = null;
  let notBefore = 0;
  const givenUp = new Set<string>();
  const isAtWork = ({ assetId }: JournalEntry): boolean => running.cancels.has(assetId);

  const settle = async (): Promise<void> => {
    try {
      const isGivenUp = ({ token }: JournalEntry): boolean => givenUp.has(token);
      const { finished, requeued } = await settlePublications(deps, isAtWork, isGivenUp);
      if (finished + requeued > 0) running.log.info({ finished, requeued }, "publications settled");
    } catch (thrown) {
      running.log.error({ err: toProblem(thrown) }, "publication loop");
    }
    notBefore = running.now() + AGAIN_MS;
  };

  return {
    giveUp: (token) => {
      givenUp.add(token);
      notBefore = 0;
      running.wake();
    },
    pump: () => {
      if (settling || running.signal.aborted || running.now() < notBefore) return;
      const all = running.store.journal.all();
      for (const token of givenUp) if (!all.some((entry) => entry.token === token)) givenUp.delete(token);
      const left = all.filter((entry) => !isAtWork(entry));
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
