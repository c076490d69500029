/** How a test meets a problem: it gives the code that it met. */
import type { TestContext } from "node:test";
import { type ProblemCode, toProblem } from "../../../src/core/problem.ts";

export type Met = ProblemCode | null | undefined;
export type Maker = (context: TestContext) => Promise<Met>;

/** The code that `work` throws; null when it throws nothing, or what is no problem of ours. */
export const thrown = async (work: () => unknown): Promise<Met> => {
  try {
    await work();
    return null;
  } catch (error) {
    const { code } = toProblem(error);
    return code === "internal" ? null : code;
  }
};
