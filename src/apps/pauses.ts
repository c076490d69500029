/** What waits until the world is ready again: a library whose disk is away, a lane whose disk is full, what a guardrail holds. */
import { isRestCode } from "../core/guardrail-problems.ts";
import { mayStart } from "../core/guardrails.ts";
import { PROBLEMS, type ProblemCode } from "../core/problem.ts";
import type { Rest } from "../core/snapshot.ts";
import { momentWords } from "../core/wall-clock.ts";
import type { Work } from "../core/work.ts";
import type { Asset } from "../edges/store/asset-row.ts";

export const LANES = { copies: ["copy", "audio"], encodes: ["video"] } as const satisfies Record<
  string,
  readonly Work[]
>;
export const LANE_NAMES = ["copies", "encodes"] as const satisfies readonly (keyof typeof LANES)[];
export type Lane = keyof typeof LANES | "assessments";

type Film = { readonly library: string; readonly lane: keyof typeof LANES };

/** Of some lanes, of some libraries (null: of all), from `since` to `until` (epoch ms). */
export type Pause = Omit<Rest, "code" | "lanes"> & {
  readonly code: ProblemCode;
  readonly lanes: readonly Lane[];
};

export type Pauses = {
  /** Pauses what the problem is of, if that is not the film alone. `isNew` unless it was paused already. */
  readonly note: (
    problem: { readonly code: ProblemCode; readonly detail: string },
    place: { readonly library: string; readonly lane: Lane },
  ) => { readonly pause: Pause; readonly until: number; readonly isNew: boolean } | null;
  /** The folder of a library cannot be believed until then. */
  readonly closeLibrary: (library: string, code: ProblemCode, until: number) => void;
  /** The folder of a library is there: what waited for that goes on. */
  readonly openLibrary: (library: string) => void;
  /** What the guardrails hold from now on. */
  readonly setRests: (rests: readonly Rest[]) => void;
  /** Why nothing of a library can be looked at. */
  readonly ofLibrary: (library: string) => Pause | null;
  /** Why nothing of a lane is begun, whatever its library: on this machine, or elsewhere. */
  readonly ofLane: (lane: Lane, where?: Where) => Pause | null;
  /** Why a film is not begun. */
  readonly ofFilm: (film: Film, where?: Where) => Pause | null;
  readonly all: () => readonly Pause[];
  /** With those whose time is over and of which nobody knows yet whether the world is well again. */
  readonly unresolved: () => readonly Pause[];
  /** A person asked for the film: what it waited for is tried now. */
  readonly lift: (asset: Asset) => void;
  /** A person asked for all of it to be tried now. */
  readonly liftAll: () => void;
  /** The work of a lane succeeded: the next pause is a short one again. */
  readonly worked: (lane: Lane) => void;
  /** Encoders were tried: what waited for one goes on, or nobody is to blame that it failed. */
  readonly encoderAnswered: (isFound: boolean) => void;
  /** How often a film waited since it last went on, this time included. */
  readonly countWait: (assetId: number) => number;
  readonly forgetWaits: (assetId: number) => void;
  /** A pause in a sentence: what is wrong, and when it is tried again. */
  readonly sentence: (pause: Pause) => string;
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

const OF_THE_ENCODER: ReadonlySet<ProblemCode> = new Set(["encoder-unavailable", "gpu-failed"]);

/** What only this machine and its card wait for: workers elsewhere go on. */
const OF_THIS_MACHINE: ReadonlySet<ProblemCode> = new Set([
  "card-too-hot",
  "card-lost",
  "machine-busy",
  "memory-short",
  "encoder-unavailable",
  "gpu-failed",
  "encoder-sessions-spent",
  "ffmpeg-missing",
]);
export type Where = "here" | "elsewhere";
const isOf = (where: Where, code: ProblemCode): boolean => where === "here" || !OF_THIS_MACHINE.has(code);

const ALL_LANES = ["copies", "encodes", "assessments"] as const;

type Failed = Pause & { readonly until: number };

const failed = (
  place: { readonly library: string } | { readonly lane: Lane },
  { code, detail }: { readonly code: ProblemCode; readonly detail: string },
  since: number,
  until: number,
): Failed => ({
  code,
  detail: detail.slice(0, DETAIL_MAX),
  ...("library" in place
    ? { lanes: ALL_LANES, libraries: [place.library] }
    : { lanes: [place.lane], libraries: null }),
  ...{ stops: true, figure: null, limit: null, since, until },
});

const createWaits = (): Pick<Pauses, "countWait" | "forgetWaits"> & {
  readonly forgetAllWaits: () => void;
} => {
  const waits = new Map<number, number>();
  return {
    countWait: (assetId) => {
      const count = (waits.get(assetId) ?? 0) + 1;
      waits.set(assetId, count);
      return count;
    },
    forgetWaits: (assetId) => waits.delete(assetId),
    forgetAllWaits: () => waits.clear(),
  };
};

/** In memory: after a restart the world is asked once more. `zone`: that of the times in sentences. */
export const createPauses = (now: () => number, zone = ""): Pauses => {
  const libraries = new Map<string, Failed>();
  const lanes = new Map<Lane, Failed>();
  const inARow = new Map<Lane, number>();
  const waits = createWaits();
  let rests: readonly Rest[] = [];
  const active = (pause: Failed | undefined): Failed | null => (pause && pause.until > now() ? pause : null);
  const ofLibrary = (library: string): Failed | null => active(libraries.get(library));
  const failedLane = (lane: Lane, where: Where = "here"): Failed | null => {
    const found = active(lanes.get(lane));
    return found !== null && isOf(where, found.code) ? found : null;
  };
  const resting = (lane: Lane, where: Where, library?: string): Rest | null => {
    if (lane === "assessments") return null;
    const these = rests.filter(({ code }) => isOf(where, code));
    const may = mayStart(these, library === undefined ? { lane } : { lane, library });
    return may.kind === "no" ? may.rest : null;
  };

  return {
    note: ({ code, detail }, { library, lane }) => {
      if (OF_THE_LIBRARY.has(code)) {
        const before = ofLibrary(library);
        if (before) return { pause: before, until: before.until, isNew: false };
        const pause = failed({ library }, { code, detail }, now(), now() + WAIT_MS);
        libraries.set(library, pause);
        return { pause, until: pause.until, isNew: true };
      }
      if (!OF_THE_LANE.has(code)) return null;
      // Several that ran at once and met the same are one pause.
      const before = failedLane(lane);
      if (before) return { pause: before, until: before.until, isNew: false };
      const times = inARow.get(lane) ?? 0;
      inARow.set(lane, times + 1);
      const until = now() + Math.min(WAIT_MAX_MS, WAIT_MS * 2 ** times);
      const earlier = lanes.get(lane);
      const since = earlier?.code === code ? earlier.since : now();
      const pause = failed({ lane }, { code, detail }, since, until);
      lanes.set(lane, pause);
      return { pause, until, isNew: true };
    },
    closeLibrary: (library, code, until) =>
      libraries.set(library, failed({ library }, { code, detail: "" }, now(), until)),
    openLibrary: (library) => {
      // That it can be listed does not say that its films can be read, or that its archive is there.
      const code = libraries.get(library)?.code;
      if (code !== "io-error" && code !== "folder-away") libraries.delete(library);
    },
    setRests: (next) => {
      rests = next;
    },
    ofLibrary,
    ofLane: (lane, where = "here") => resting(lane, where) ?? failedLane(lane, where),
    ofFilm: ({ library, lane }, where = "here") =>
      ofLibrary(library) ?? resting(lane, where, library) ?? failedLane(lane, where),
    all: () => [...rests, ...[...lanes.values(), ...libraries.values()].filter((each) => active(each))],
    unresolved: () => [
      ...rests,
      ...[...lanes].flatMap(([lane, each]) => (active(each) || inARow.has(lane) ? [each] : [])),
      ...[...libraries.values()].filter((each) => active(each)),
    ],
    lift: (asset) => {
      libraries.delete(asset.library);
      lanes.delete(laneOf(asset.work));
      waits.forgetWaits(asset.id);
    },
    liftAll: () => {
      libraries.clear();
      lanes.clear();
    },
    worked: (lane) => inARow.delete(lane),
    encoderAnswered: (isFound) => {
      if (!isFound) return waits.forgetAllWaits();
      const code = lanes.get("encodes")?.code;
      if (code === undefined || !OF_THE_ENCODER.has(code)) return;
      lanes.delete("encodes");
      inARow.delete("encodes");
    },
    ...waits,
    sentence: (pause) => pauseSentence(pause, now(), zone),
  };
};

const DETAIL_MAX = 200;

const pauseSentence = ({ code, detail, until }: Pause, now: number, zone: string): string => {
  const when = until === null ? "" : momentWords(until, now, zone);
  const end =
    code === "outside-hours"
      ? `Encodes wait until ${when.replace(/^(?:at|on) /, "")}.`
      : `It is tried again ${when}.`;
  return [PROBLEMS[code].title, detail, until === null || (until <= now && isRestCode(code)) ? "" : end]
    .filter((each) => each !== "")
    .join(" ");
};
