/** The films of a lane that are in work, and whether it has a place for another one. */
import type { LaneLimits } from "./lane-limits.ts";
import type { LANES } from "./pauses.ts";

/** What of one lane runs. */
export type LaneWork = {
  readonly lane: keyof typeof LANES;
  /** How many films may run at once, here and elsewhere, those `beside` among them; 0 while there is nothing to run them with. */
  readonly slots: number;
  /** So many of them are only checked and published any more: their encoder has its next film already. */
  readonly beside: number;
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

/**
 * Whether this machine may begin another film. A place is free as soon as its film is encoded, so that no encoder waits for
 * checks. Checks that are slower take places in the end: no more films are beside than in places. A lane that failed before is
 * tried with one film to its end.
 */
export const hasPlace = (lane: Lane, limits: Pick<LaneLimits, "places" | "failing">): boolean => {
  const places = limits.places(lane.name, lane.capacity());
  const all = atHere(lane).length;
  const isTried = limits.failing().some((each) => each.lane === lane.name);
  return (isTried ? all : inPlaces(lane).length) < places && all < 2 * places;
};

/** `placesElsewhere`: of workers. */
export const laneWork = (lane: Lane, placesElsewhere: number): LaneWork => {
  const works = [...lane.running.values()];
  const beside = works.filter(isBeside).length;
  return {
    lane: lane.name,
    slots: lane.capacity() + placesElsewhere + beside,
    beside,
    running: works.map(({ assetId }) => assetId),
  };
};

/** The films that are encoded on this machine at this moment. */
export const encoding = (lanes: readonly Lane[]): readonly number[] =>
  lanes
    .filter((lane) => lane.name === "encodes")
    .flatMap(inPlaces)
    .map(({ assetId }) => assetId);
