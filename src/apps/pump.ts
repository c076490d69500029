/** Lets every loop do what it can, while it may; one that fails holds no other up. */
import { type ProblemCode, toProblem } from "../core/problem.ts";
import type { Log } from "../edges/log.ts";
import type { Loop } from "./assess-loop.ts";

type Pumped = Pick<Loop, "pump">;

export const createPump = (loops: readonly Pumped[], log: Log, may: () => boolean): (() => void) => {
  const failing = new Map<Pumped, ProblemCode>();
  return () => {
    if (!may()) return;
    for (const loop of loops)
      try {
        loop.pump();
        failing.delete(loop);
      } catch (thrown) {
        // A full disk under the data folder: said once, and tried again at the next tick.
        const { code } = toProblem(thrown);
        if (failing.get(loop) !== code) log.error({ err: thrown }, "a loop rests");
        failing.set(loop, code);
      }
  };
};
