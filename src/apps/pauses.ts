/** What waits until the world is ready again: a library whose disk is away, a lane of work whose disk is full. */
import { PROBLEMS, type ProblemCode } from "../core/problem.ts";
import type { Work } from "../core/work.ts";
import type { Asset } from "../edges/store/asset-row.ts";

export const LANES = { copies: ["copy", "audio"], encodes: ["video"] } as const satisfies Record<
  string,
  readonly Work[]
>;
export const LANE_NAMES = ["copies", "encodes"] as const satisfies readonly (keyof typeof LANES)[];
export type Lane = keyof typeof LANES | "assessments";

type Place = { readonly library: string } | { readonly lane: Lane };

export type Pause = Place & {
  readonly code: ProblemCode;
  readonly detail: string;
  /** Epoch ms. */
  readonly until: number;
};

export type Pauses = {
  /** Pauses what the problem is of, if that is not the film alone. `isNew` unless it was paused already. */
  readonly note: (
    problem: { readonly code: ProblemCode; readonly detail: string },
    place: { readonly library: string; readonly lane: Lane },
  ) => { readonly pause: Pause; readonly isNew: boolean } | null;
  /** The folder of a library cannot be believed until then. */
  readonly closeLibrary: (library: string, code: ProblemCode, until: number) => void;
  /** The folder of a library is there: what waited for that goes on. */
  readonly openLibrary: (library: string) => void;
  readonly ofLibrary: (library: string) => Pause | null;
  readonly ofLane: (lane: Lane) => Pause | null;
  readonly all: () => readonly Pause[];
  /** A person asked for the film: what it waited for is tried now. */
  readonly lift: (asset: Asset) => void;
  /** A person asked for all of it to be tried now. */
  readonly liftAll: () => void;
  /** The work of a lane succeeded: the next pause is a short one again. */
  readonly worked: (lane: Lane) => void;
  /** How often a film waited since it last went on, this time included. */
  readonly countWait: (assetId: number) => number;
  readonly forgetWaits: (assetId: number) => void;
};

/** The world is asked again after this long, and of a lane after twice as long each time; ms. */
export const WAIT_MS = 60_000;
const WAIT_MAX_MS = 15 * 60_000;

const OF_THE_LIBRARY: ReadonlySet<ProblemCode> = new Set([
  "root-missing",
  "root-empty",
  "root-other-device",
  "folder-away",
  "file-missing",
  "io-error",
]);
const OF_THE_LANE: ReadonlySet<ProblemCode> = new Set([
  "disk-full",
  "encoder-unavailable",
  "gpu-failed",
  "encoder-sessions-spent",
  "ffmpeg-missing",
]);

export const laneOf = (work: Work | null): keyof typeof LANES => (work === "video" ? "encodes" : "copies");

/** In memory: after a restart the world is asked once more. */
export const createPauses = (now: () => number): Pauses => {
  const libraries = new Map<string, Pause>();
  const lanes = new Map<Lane, Pause>();
  const inARow = new Map<Lane, number>();
  const waits = new Map<number, number>();
  const active = (pause: Pause | undefined): Pause | null => (pause && pause.until > now() ? pause : null);
  const ofLibrary = (library: string): Pause | null => active(libraries.get(library));
  const ofLane = (lane: Lane): Pause | null => active(lanes.get(lane));

  return {
    note: ({ code, detail }, { library, lane }) => {
      if (OF_THE_LIBRARY.has(code)) {
        const before = ofLibrary(library);
        if (before) return { pause: before, isNew: false };
        const pause = { library, code, detail, until: now() + WAIT_MS };
        libraries.set(library, pause);
        return { pause, isNew: true };
      }
      if (!OF_THE_LANE.has(code)) return null;
      // Several that ran at once and met the same are one pause.
      const before = ofLane(lane);
      if (before) return { pause: before, isNew: false };
      const times = inARow.get(lane) ?? 0;
      inARow.set(lane, times + 1);
      const pause = { lane, code, detail, until: now() + Math.min(WAIT_MAX_MS, WAIT_MS * 2 ** times) };
      lanes.set(lane, pause);
      return { pause, isNew: true };
    },
    closeLibrary: (library, code, until) => libraries.set(library, { library, code, detail: "", until }),
    openLibrary: (library) => {
      // That it can be listed does not say that its films can be read, or that its archive is there.
      const code = libraries.get(library)?.code;
      if (code !== "io-error" && code !== "folder-away") libraries.delete(library);
    },
    ofLibrary,
    ofLane,
    all: () => [...lanes.values(), ...libraries.values()].filter((each) => active(each) !== null),
    lift: (asset) => {
      libraries.delete(asset.library);
      lanes.delete(laneOf(asset.work));
      waits.delete(asset.id);
    },
    liftAll: () => {
      libraries.clear();
      lanes.clear();
    },
    worked: (lane) => inARow.delete(lane),
    countWait: (assetId) => {
      const count = (waits.get(assetId) ?? 0) + 1;
      waits.set(assetId, count);
      return count;
    },
    forgetWaits: (assetId) => waits.delete(assetId),
  };
};

/** A pause in a sentence: what is wrong, and when it is tried again. */
export const pauseSentence = ({ code, detail, until }: Pause): string =>
  [PROBLEMS[code].title, detail.slice(0, 200), `It is tried again at ${clockOf(until)} UTC.`]
    .filter((each) => each !== "")
    .join(" ");

const clockOf = (at: number): string => new Date(at).toISOString().slice(11, 16);
