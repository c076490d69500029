/** Runs tasks, some at a time; those that fail are tried once more, each alone, when all others are done. */
import type { ProblemValue } from "../core/problem.ts";

export type TaskEnd = {
  readonly problem: ProblemValue | null;
  readonly stderr: string;
  readonly log: string;
};

export type Task = {
  /** For a sentence: `part 3`. */
  readonly name: string;
  /** Begun at once, and takes none of the places of the others. */
  readonly isBeside?: boolean;
  readonly run: (signal: AbortSignal) => Promise<TaskEnd>;
};

export type AllEnded = {
  /** What all of them said, in the order they ended. */
  readonly said: readonly TaskEnd[];
  /** Why it is no use, in a sentence; null when everything is done. */
  readonly failed: string | null;
  /** The problem that ended all at once; null when none did. */
  readonly ended: ProblemValue | null;
};

/**
 * Ends of all tasks. `ends` says which problems end everything at once, as a full disk does. When as many failed as
 * run at a time, and more than were done, the others are not begun. Throws what a task throws, when no other runs any more.
 */
export const runAtOnce = async (
  tasks: readonly Task[],
  atOnce: number,
  ends: (code: string) => boolean,
  signal: AbortSignal,
): Promise<AllEnded> => {
  const own = new AbortController();
  const stops = AbortSignal.any([signal, own.signal]);
  const said: TaskEnd[] = [];
  const failed: { readonly task: Task; readonly problem: ProblemValue }[] = [];
  let ended: ProblemValue | null = null;
  let done = 0;
  const work = async (waiting: Task[]): Promise<void> => {
    for (let task = waiting.shift(); task && !own.signal.aborted; task = waiting.shift()) {
      const end = await task.run(stops);
      said.push(end);
      if (end.problem === null) done++;
      // What was ended because of another has no problem of its own.
      else if (own.signal.aborted) return;
      else if (ends(end.problem.code)) ended = end.problem;
      else failed.push({ task, problem: end.problem });
      if (ended !== null || (failed.length >= atOnce && failed.length > done)) own.abort("cancelled");
    }
  };
  const inTurn = tasks.filter((each) => !each.isBeside);
  const beside = tasks.filter((each) => each.isBeside).map((each) => [each]);
  const lanes = [...Array.from({ length: atOnce }, () => inTurn), ...beside].map((waiting) =>
    work(waiting).catch((thrown: unknown) => {
      own.abort("cancelled");
      throw thrown;
    }),
  );
  const thrown = (await Promise.allSettled(lanes)).find((each) => each.status === "rejected");
  if (thrown) throw thrown.reason;
  if (ended !== null) return { said, failed: null, ended };
  if (own.signal.aborted) return { said, failed: sentenceOf(failed[0]), ended };
  for (const { task } of failed) {
    const end = await task.run(signal);
    said.push(end);
    if (end.problem === null) continue;
    if (ends(end.problem.code)) return { said, failed: null, ended: end.problem };
    return { said, failed: sentenceOf({ task, problem: end.problem }), ended };
  }
  return { said, failed: null, ended };
};

const sentenceOf = (failure: { readonly task: Task; readonly problem: ProblemValue } | undefined): string =>
  failure
    ? `${failure.task.name} failed (${failure.problem.detail ?? failure.problem.code})`
    : "a part failed";
