/** How long work will take on this machine, by what it did lately. */
import { type Learned, learn, measuredThought, thoughtOf } from "../core/learned-time.ts";
import { nominalSeconds, pictureOf } from "../core/nominal-time.ts";
import { type LaneTime, type Seconds, timeOf, wholeTime } from "../core/queue-time.ts";
import { QUEUED_WORKS, type QueuedWork } from "../core/work.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Expectation, PastRun } from "../edges/store/past-runs.ts";
import type { Store } from "../edges/store/store.ts";
import { type Assessment, assessedFields } from "../steps/assess.ts";
import type { Control, EncoderStatus } from "./control.ts";
import { type PartsWish, partsWish } from "./parts-wish.ts";
import { LANE_NAMES, LANES } from "./pauses.ts";
import type { Running } from "./running.ts";

type Around = {
  readonly store: Pick<Store, "pastRuns" | "workload" | "calibrations">;
  readonly encoder: EncoderStatus;
  /** Which films are made in parts; null: none. */
  readonly parts: PartsWish | null;
};

/** By which name runs are kept: what several encoders did together says nothing of what one does. */
export const encoderInParts = (encoder: string, atOnce: number): string =>
  atOnce > 1 ? `${encoder} x${atOnce}` : encoder;

export type KindTime = { readonly films: number; readonly bytes: number; readonly seconds: Seconds };

export type QueueTime = {
  readonly works: Readonly<Record<QueuedWork, KindTime>>;
  /** Films that have a place. */
  readonly films: number;
  readonly seconds: Seconds;
};

export type WorkTimes = {
  /** Null for what is not done by the queue. */
  readonly film: (film: Pick<Asset, "work" | "sizeBytes" | "playingSeconds" | "media">) => Expectation | null;
  /** All that waits of `libraries`, with so many places in each lane. */
  readonly queue: (
    libraries: readonly string[],
    places: Readonly<Record<(typeof LANE_NAMES)[number], number>>,
  ) => QueueTime;
};

/** Fewer runs than these say little about the next. */
const RUNS_LEAST = 3;

/** Reads the runs of each kind of work once, when they are first asked for. */
const runsReader = ({ pastRuns }: Pick<Store, "pastRuns">) => {
  const runs = new Map<string, readonly PastRun[]>();
  return (work: QueuedWork, by: string): readonly PastRun[] => {
    const key = `${work} ${by}`;
    const known = runs.get(key) ?? pastRuns.of(work, by);
    runs.set(key, known);
    return known;
  };
};

/** How long films and all that waits will take, by what is known now. */
export const workTimes = ({ store, encoder, parts }: Around): WorkTimes => {
  const [isHardware, codec] = encoder.kind === "found" ? [encoder.isHardware, encoder.codec] : [false, ""];
  const encoderOf = (work: QueuedWork): string => (work === "video" ? codec : "copy");
  const read = runsReader(store);
  const mine = store.calibrations.all().filter((each) => each.encoder === codec);
  const measured = measuredThought(mine.map((each) => each.framesPerSecond));
  const thought = (work: QueuedWork): Learned =>
    (work === "video" ? measured : null) ?? thoughtOf(work, isHardware);
  /** Of films in parts, once there are some. */
  const runsOf = (work: QueuedWork, isInParts = false): readonly PastRun[] => {
    const by = encoderOf(work);
    const together = isInParts && parts ? read(work, encoderInParts(by, parts.atOnce)) : [];
    return together.length >= RUNS_LEAST ? together : read(work, by);
  };
  /** Of all runs of the work first, then of those with such a picture. */
  const learned = (work: QueuedWork, picture: string, isInParts = false): Learned => {
    const all = runsOf(work, isInParts);
    const machine = learn(
      thought(work),
      all.map((each) => each.multiple),
    );
    const alike = all.filter((each) => each.picture === picture);
    if (alike.length === all.length) return machine;
    // Another kind of picture may be decoded by another part of the machine.
    const ofOthers = { ...machine, doubt: Math.hypot(machine.doubt, machine.spread) };
    return learn(
      ofOthers,
      alike.map((each) => each.multiple),
    );
  };
  const kindTime = (work: QueuedWork, amounts: ReturnType<Store["workload"]["queued"]>): KindTime => {
    const mine = amounts.filter((each) => each.work === work);
    const sum = (of: (each: (typeof mine)[number]) => number): number =>
      mine.reduce((total, each) => total + of(each), 0);
    const [low, high] = timeOf(mine.map((each) => ({ ...each, learned: learned(work, each.picture) })));
    const lost = mine.length === 0 ? 0 : store.workload.lost(work);
    // At best nothing fails any more.
    return {
      films: sum((each) => each.films),
      bytes: sum((each) => each.bytes),
      seconds: [low, high * (1 + lost)],
    };
  };
  return {
    film: (film) => {
      const work = QUEUED_WORKS.find((each) => each === film.work);
      if (!work) return null;
      const picture = pictureOf(work, film.media);
      const nominal = nominalSeconds({ ...film, work, picture });
      const isInParts =
        parts !== null &&
        work === "video" &&
        (film.playingSeconds ?? 0) >= parts.leastSeconds &&
        film.media?.hdr === "sdr";
      const part = { films: 1, nominalSeconds: nominal, learned: learned(work, picture, isInParts) };
      const [low, high] = timeOf([part]);
      return { work, encoder: encoderOf(work), picture, nominalSeconds: nominal, low, high };
    },
    queue: (libraries, places) => {
      const amounts = store.workload.queued(libraries);
      const works = {
        copy: kindTime("copy", amounts),
        audio: kindTime("audio", amounts),
        video: kindTime("video", amounts),
      };
      const lanes = LANE_NAMES.map((lane): LaneTime => {
        const kinds = LANES[lane].map((work) => works[work]);
        const total = (of: (each: KindTime) => number): number =>
          kinds.reduce((sum, each) => sum + of(each), 0);
        return {
          seconds: [total((each) => each.seconds[0]), total((each) => each.seconds[1])],
          films: total((each) => each.films),
          places: places[lane],
          isLearned: LANES[lane].every(
            (work) => works[work].films === 0 || runsOf(work).length >= RUNS_LEAST,
          ),
        };
      });
      const films = QUEUED_WORKS.reduce((sum, work) => sum + works[work].films, 0);
      return { works, films, seconds: wholeTime(lanes) };
    },
  };
};

/** What a film is expected to take as it would be done now. */
export const expectedOf = (
  { store, encoder, settings }: Pick<Running, "store" | "encoder" | "settings">,
  asset: Asset,
  assessment: Assessment,
): Expectation | null =>
  workTimes({ store, encoder: encoder().status, parts: partsWish(settings) }).film({
    ...asset,
    ...assessedFields(assessment),
  });

/** The time of all that waits, by the places there are now; a lane without any is counted as the settings have it. */
export const queueTime = (control: Pick<Control, "store" | "settings" | "overview" | "lanes">): QueueTime => {
  const { max_concurrent_copies: copies, max_concurrent_jobs: encodes } = control.settings.operational;
  const slots = Object.fromEntries(control.lanes().map((each) => [each.lane, each.places]));
  const parts = partsWish(control.settings);
  return workTimes({ store: control.store, encoder: control.overview().encoder, parts }).queue(
    Object.keys(control.settings.libraries),
    { copies: slots.copies || copies, encodes: slots.encodes || encodes },
  );
};
