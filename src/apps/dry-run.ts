/** The dry run of the set-up: judges all films of the folders that were named, in the background, and writes nothing. */

import type { FirstAnswers } from "../core/first-settings.ts";
import { toProblem } from "../core/problem.ts";
import type { Settings } from "../core/settings.ts";
import { wishOf } from "../core/wish.ts";
import { inspectAll } from "./inspect-all.ts";
import { createTotals } from "./inspect-totals.ts";

export type DryRunReport = {
  readonly answers: FirstAnswers;
  readonly settings: Settings;
  readonly isDone: boolean;
  /** Why it ended before its time; null. */
  readonly problem: string | null;
  readonly totals: ReturnType<ReturnType<typeof createTotals>["json"]>;
};

export type DryRun = {
  /** Begins anew; one that runs is ended. `settings` are those that the answers make. */
  readonly begin: (answers: FirstAnswers, settings: Settings) => void;
  /** How far it is; null before the first. */
  readonly report: () => DryRunReport | null;
  readonly close: () => void;
};

/** One at a time. */
export const createDryRun = (): DryRun => {
  let ending = new AbortController();
  let report: (() => DryRunReport) | null = null;

  const look = async (
    settings: Settings,
    {
      isHardware,
      add,
      signal,
    }: {
      readonly isHardware: boolean;
      readonly add: ReturnType<typeof createTotals>["add"];
      readonly signal: AbortSignal;
    },
  ): Promise<void> => {
    for (const library of Object.values(settings.libraries)) {
      const wish = wishOf(settings, library);
      for await (const each of inspectAll([library.root], { wishFor: () => wish, isHardware, signal })) {
        if (signal.aborted) return;
        add(each.kind === "assessed" ? each.assessment : null);
      }
    }
  };

  return {
    begin: (answers, settings) => {
      ending.abort("cancelled");
      ending = new AbortController();
      const totals = createTotals();
      let [isDone, problem] = [false, null as string | null];
      report = () => ({ answers, settings, isDone, problem, totals: totals.json() });
      const { signal } = ending;
      void look(settings, { isHardware: answers.hasCard, add: totals.add, signal })
        .catch((thrown: unknown) => {
          if (!signal.aborted) problem = toProblem(thrown).message;
        })
        .finally(() => {
          isDone = true;
        });
    },
    report: () => report?.() ?? null,
    close: () => ending.abort("shutdown"),
  };
};
