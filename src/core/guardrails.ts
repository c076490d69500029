/**
 * Whether work may begin. What is measured comes in, and what was known a second ago; what rests comes out. Nothing flaps: a
 * figure has to fall well below its limit, for a while.
 */
import type { RestCode } from "./guardrail-problems.ts";
import { type Found, type Given, GUARDRAILS } from "./guardrail-rows.ts";
import type { Limits, Rest, WorkLane } from "./snapshot.ts";

const CODES = Object.keys(GUARDRAILS) as readonly RestCode[];

type Watched = {
  readonly key: string;
  readonly rest: Rest;
  readonly rests: boolean;
  readonly overSince: number;
  readonly overAt: number;
};

/** What is known from one look to the next; [] at the start. */
export type GuardState = readonly Watched[];

const next = (code: RestCode, found: Found, before: Watched | undefined, now: number): readonly Watched[] => {
  const { risingMs = 0, quietMs = 0, lanes } = GUARDRAILS[code];
  const overSince = before?.overSince ?? now;
  const overAt = found.isOver ? now : before?.overAt;
  if (overAt === undefined) return [];
  // Whichever way the clock was set meanwhile.
  const [quiet, over] = [Math.abs(now - overAt), Math.abs(now - overSince)];
  if (!found.isOver && !(before?.rests === true && quiet < quietMs)) return [];
  const rests = before?.rests === true || over >= risingMs;
  const rest: Rest = {
    code,
    lanes: found.lanes ?? lanes,
    libraries: found.libraries ?? null,
    stops: found.stops ?? true,
    detail: found.detail,
    figure: found.figure ?? null,
    limit: found.limit ?? null,
    since: before?.rests === true ? before.rest.since : now,
    until: found.until ?? null,
  };
  return [{ key: found.key ?? "", rest, rests, overSince, overAt }];
};

/** The state after a look at `now`. */
export const watchOver = (before: GuardState, given: Given): GuardState =>
  CODES.flatMap((code) => {
    const of = (key = ""): Watched | undefined =>
      before.find((each) => each.rest.code === code && each.key === key);
    return GUARDRAILS[code]
      .look(given, (key) => of(key)?.rests === true)
      .flatMap((found) => next(code, found, of(found.key), given.now));
  });

/** What rests, gravest first. */
export const restsOf = (state: GuardState): readonly Rest[] =>
  state.filter((each) => each.rests).map((each) => each.rest);

/** Which of several that one guardrail looks at rest, by their keys. */
export const restingOf = (state: GuardState, code: RestCode): readonly string[] =>
  state.flatMap(({ rests, rest, key }) => (rests && rest.code === code ? [key] : []));

export type MayStart = { readonly kind: "yes" } | { readonly kind: "no"; readonly rest: Rest };

/** Whether work of a lane may begin: of one library, or (without) of any. */
export const mayStart = (
  rests: readonly Rest[],
  { lane, library }: { readonly lane: WorkLane; readonly library?: string },
): MayStart => {
  const rest = rests.find(
    ({ stops, lanes, libraries }) =>
      stops &&
      lanes.includes(lane) &&
      (libraries === null || (library !== undefined && libraries.includes(library))),
  );
  return rest === undefined ? { kind: "yes" } : { kind: "no", rest };
};

/** Degrees above the cut-off at which running encodes are stopped; cards slow themselves down from some 90 on. */
export const HOTTER_BY = 8;
/** Readings in a row before running encodes are stopped: one may be a mistake. */
const HOT_READINGS = 3;

/** Whether running encodes are stopped: the last readings (Celsius, newest last) all lie far above the cut-off. */
export const isFarTooHot = (readings: readonly number[], { gpu_temperature_cutoff }: Limits): boolean => {
  const last = readings.slice(-HOT_READINGS);
  return last.length === HOT_READINGS && last.every((each) => each >= gpu_temperature_cutoff + HOTTER_BY);
};
