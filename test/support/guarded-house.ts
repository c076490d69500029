/** A house whose clock can be set forward, and what its guardrails say. */
import type { TestContext } from "node:test";
import type { RestCode } from "../../src/core/guardrail-problems.ts";
import { type House, type HouseOptions, newHouse, until } from "./orchestrator.ts";

export const MINUTE_MS = 60_000;

/** A house with a clock that can be set forward. */
export const houseWithClock = (context: TestContext, options: HouseOptions = {}) => {
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const pass = (ms: number): void => {
    ahead += ms;
  };
  return { house: newHouse(context, { ...options, now }), now, pass };
};

export const pauseOf = (house: House, code: RestCode) =>
  house
    .now()
    .overview()
    .pauses.find((each) => each.code === code) ?? null;

export const rests = (house: House, code: RestCode) => until(`${code} rests`, () => pauseOf(house, code));

export const goesOn = (house: House, code: RestCode, pass: () => void = () => {}) =>
  until(`${code} goes on`, () => {
    pass();
    return pauseOf(house, code) === null;
  });

/** The begins and ends that the history has of one guardrail, oldest first. */
export const historyOf = (house: House, code: RestCode): readonly string[] =>
  house
    .now()
    .store.activity.page({ kinds: ["pause-began", "pause-ended"], limit: 100 })
    .events.filter(({ data }) => (data as { code?: string }).code === code)
    .map((each) => each.kind)
    .toReversed();

export const BOTH = ["pause-began", "pause-ended"];
