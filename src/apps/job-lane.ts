/** The films of a lane that are in work, and whether it has a place for another one. */
import type { LaneLimits } from "./lane-limits.ts";
import type { LANES } from "./pauses.ts";

/** What of one lane runs. */
export type LaneWork = {
  readonly lane: keyof typeof LANES;
  /** Places here and elsewhere, by the settings and by what workers say; 0 while there is nothing to run films with. */
  readonly places: number;
  /** How many films may be in work: one more for each place whose film is only checked any more. */
  readonly slots: number;
  /** The films' numbers. */
  readonly running: readonly number[];
};

type Work = {
  readonly assetId: number;
  readonly isHere: boolean;
  readonly done: Promise<void>;
  /** How many were encoded at once, itself among them, when its encode here ended; null: it has not. */
  encodedAmong: number | null;
};

export type Lane = {
  readonly name: keyof typeof LANES;
  /** Of this machine. */
  readonly capacity: () => number;
  /** By token. */
  readonly running: Map<string, Work>;
};

const isBeside = (work: Work): boolean => work.encodedAmong !== null;

export const atHere = (lane: Lane): readonly Work[] =>
  [...lane.running.values()].filter((each) => each.isHere);

/** Those of this machine that are not merely checked any more. */
const inPlaces = (lane: Lane): readonly Work[] => atHere(lane).filter((each) => !isBeside(each));

/** The film is encoded: its place is free for the next one. False: it is no encode, or was told before. */
export const leavePlace = (lane: Lane, token: string): boolean => {
  const work = lane.running.get(token);
  if (lane.name !== "encodes" || !work || isBeside(work)) return false;
  work.encodedAmong = inPlaces(lane).length;
  return true;
};

/** How many ran at once with the film, until it was encoded. */
export const ranAmong = (lane: Lane, token: string): number =>
  lane.running.get(token)?.encodedAmong ?? inPlaces(lane).length;

type Limits = Pick<LaneLimits, "places" | "failing">;

/** A lane that failed before is tried with one film to its end. */
const isTried = (lane: Lane, limits: Limits): boolean =>
  limits.failing().some((each) => each.lane === lane.name);

/**
 * Whether this machine may begin another film. A place is free as soon as its film is encoded, so that no encoder waits for
 * checks. Checks that are slower take places in the end: no more films are beside than in places.
 */
export const hasPlace = (lane: Lane, limits: Limits): boolean => {
  const places = limits.places(lane.name, lane.capacity());
  const all = atHere(lane).length;
  return (isTried(lane, limits) ? all : inPlaces(lane).length) < places && all < 2 * places;
};

/** `placesElsewhere`: of workers. */
export const laneWork = (lane: Lane, limits: Limits, placesElsewhere: number): LaneWork => {
  const works = [...lane.running.values()];
  const capacity = lane.capacity();
  const lent = isTried(lane, limits) ? 0 : Math.min(capacity, works.filter(isBeside).length);
  const places = capacity + placesElsewhere;
  return { lane: lane.name, places, slots: places + lent, running: works.map(({ assetId }) => assetId) };
};

/** The films that are encoded on this machine at this moment. */
export const encoding = (lanes: readonly Lane[]): readonly number[] =>
  lanes
    .filter((lane) => lane.name === "encodes")
    .flatMap(inPlaces)
    .map(({ assetId }) => assetId);
