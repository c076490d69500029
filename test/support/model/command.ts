/** One command of the model test: something happens to the house, and everything is looked at. */
import type fc from "fast-check";
import { checkAlways, type History } from "./checks.ts";
import type { House } from "./house.ts";
import type { People } from "./people.ts";

export type Real = {
  readonly house: House;
  readonly history: History;
  /** How often each command found something to do. */
  readonly done: Map<string, number>;
};

export type Command = fc.AsyncCommand<People, Real>;

/** `act` says whether it found anything to do; `then` looks at more than what must always hold. */
export const command = (
  name: string,
  detail: unknown,
  act: (house: House, people: People) => Promise<boolean>,
  then: (house: House, people: People) => void = () => {},
): Command => ({
  check: () => true,
  run: async (people, { house, history, done }) => {
    // Originals may go only as the settings or a publication that was begun under them say.
    const mayTake = new Set([
      house.library.original,
      ...house.store.journal.all().map((entry) => entry.original),
    ]);
    if (await act(house, people)) done.set(name, (done.get(name) ?? 0) + 1);
    checkAlways(house, people, history, mayTake);
    then(house, people);
  },
  toString: () => `${name}(${JSON.stringify(detail)})`,
});

/** One of a list, by any number. */
export const at = <T>(list: readonly T[], index: number): T | undefined =>
  list[index % Math.max(1, list.length)];
