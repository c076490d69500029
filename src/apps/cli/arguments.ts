import { InvalidArgumentError } from "commander";
import { STATES, type State } from "../../core/lifecycle.ts";
import { isProblemCode, type ProblemCode } from "../../core/problem.ts";

/** A film's number as `assets` prints it, gathered when several are given. */
export const toIds = (text: string, before: readonly number[] = []): readonly number[] => {
  const id = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(id) || id < 1)
    throw new InvalidArgumentError("Film numbers are whole numbers, as `cvc assets` lists them.");
  return [...before, id];
};

/** A state in any case: `failed` is `Failed`. */
export const toState = (text: string): State => {
  const state = STATES.find((each) => each.toLowerCase() === text.toLowerCase());
  if (!state) throw new InvalidArgumentError(`States are ${STATES.join(", ")}.`);
  return state;
};

export const toProblemCode = (text: string): ProblemCode => {
  if (!isProblemCode(text)) throw new InvalidArgumentError("There is no problem of that name.");
  return text;
};
