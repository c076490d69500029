/** What the faces (HTTP, pages, command line) may ask of the running orchestrator. */

import type { Estimate } from "../core/estimate.ts";
import type { Progress } from "../core/ffmpeg-progress.ts";
import type { MediaInfo } from "../core/media-info.ts";
import type { PartsDone } from "../core/part-progress.ts";
import type { ConversionPlan } from "../core/plan.ts";
import type { ProblemCode } from "../core/problem.ts";
import type { Hold, Holder } from "../core/queue-hold.ts";
import type { Settings } from "../core/settings.ts";
import type { Verdict } from "../core/verdict.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { AssetFilter } from "../edges/store/asset-select.ts";
import type { Where } from "../edges/store/queue.ts";
import type { Store } from "../edges/store/store.ts";
import type { Comparisons } from "./comparisons.ts";
import type { LaneWork } from "./job-lane.ts";
import type { JobLog } from "./job-watch.ts";
import type { Notifiers } from "./notifiers.ts";
import type { Pause } from "./pauses.ts";
import type { RemoteWorkers } from "./remote-lanes.ts";
import type { Servers } from "./server-states.ts";
import type { System } from "./system-facts.ts";
import type { Watching, WatchLoop } from "./watch-loop.ts";
import type { WorkFiles } from "./work-files.ts";

/** `waiting`: handed out, and no worker has begun with it. */
export const JOB_PHASES = [
  "waiting",
  "fetching",
  "converting",
  "verifying",
  "returning",
  "publishing",
] as const;

export type JobProgress = Progress & {
  readonly phase: (typeof JOB_PHASES)[number];
  /** `copy` or ffmpeg's name of the encoder. */
  readonly encoder: string;
  /** Who works on it; missing: this machine, or nobody yet. */
  readonly worker?: string;
  /** Which of several cards encodes, in words; absent with one. */
  readonly card?: string;
  /** Of a film that is encoded in parts: how many are made; null or missing: it is made in one piece. */
  readonly parts?: PartsDone | null;
};

/** A change the page shows without being asked. */
export type LiveChange =
  | { readonly kind: "asset"; readonly assetId: number }
  | { readonly kind: "progress"; readonly assetId: number; readonly progress: JobProgress }
  | { readonly kind: "overview" };

export type EncoderStatus =
  | { readonly kind: "probing" }
  | { readonly kind: "found"; readonly name: string; readonly codec: string; readonly isHardware: boolean }
  | { readonly kind: "none"; readonly why: string };

export type PauseStatus = Pick<
  Pause,
  "code" | "lanes" | "libraries" | "figure" | "limit" | "since" | "until"
> & {
  readonly sentence: string;
  /** Queued, or still to be looked at. */
  readonly films: number;
};

export type Overview = {
  readonly version: string;
  readonly startedAt: number;
  readonly encoder: EncoderStatus;
  readonly gpuOnly: boolean;
  /** Libraries being scanned right now. */
  readonly scanning: readonly string[];
  /** Libraries with what is wrong with them: a root that cannot be scanned, names that cannot be read. */
  readonly rootProblems: readonly {
    readonly library: string;
    readonly code: ProblemCode;
    readonly detail: string;
  }[];
  /** Why encodes wait although they are queued (no GPU under `gpu_only`, disk full, …), or why all work does (the database); null when nothing waits. */
  readonly waiting: { readonly code: ProblemCode; readonly sentence: string } | null;
  /** What rests by itself, gravest first, whether or not films wait for it; `films` of them are queued. */
  readonly pauses: readonly PauseStatus[];
  /** Whether a person holds the queue. */
  readonly hold: Hold;
  /** What stops no work but wants a person, as that the database could not be backed up. */
  readonly warnings: readonly { readonly code: ProblemCode; readonly sentence: string }[];
};

/** How one lane of the queue stands: copies and sound, or encodes. */
export type LaneStatus = LaneWork & {
  /** All Queued films of the lane, as they are counted everywhere; `held` of them wait for a person. */
  readonly queued: number;
  readonly held: number;
  /** Why fewer are in work at once than the settings say; null: nothing keeps them. */
  readonly note: string | null;
  /** Why nothing of the lane is begun although it could be; `until` in epoch ms, null when that is not known. */
  readonly pause: {
    readonly code: ProblemCode;
    readonly sentence: string;
    readonly until: number | null;
  } | null;
};

/** Everything about one file that is computed, not stored: from the stored probe and today's settings. */
export type Explanation = {
  readonly media: MediaInfo;
  readonly verdict: Verdict;
  readonly plan: ConversionPlan;
  /** The exact argument list, `ffmpeg` first: of the job that runs, else of the next; null when there is nothing to run. */
  readonly command: readonly string[] | null;
  readonly estimate: Estimate;
};

export type RestoreFilter = Pick<AssetFilter, "library" | "work" | "reason" | "problem" | "q" | "ids">;

export type Control = {
  readonly settings: Settings;
  readonly store: Store;
  readonly overview: () => Overview;
  /** Live progress of a Processing asset; null when it is not running. */
  readonly progressOf: (assetId: number) => JobProgress | null;
  /** Why a Queued asset is not running yet, or a result is not in its place, in words; null when nothing is waited for. */
  readonly waitingReason: (asset: Asset) => string | null;
  /** The command, the log and the pace of a job that runs; null when none does. */
  readonly logOf: (assetId: number) => JobLog | null;
  readonly explain: (asset: Asset) => Explanation | null;
  /** Something changed in folders of a library: they are looked at. Throws Problem library-not-found. */
  readonly tellFolders: WatchLoop["tellFolders"];
  /** How each library is watched. */
  readonly watching: () => readonly Watching[];
  /** Starts scanning one library or all; names those started. Throws Problem library-not-found. */
  readonly startScan: (library: string | null) => readonly string[];
  /** Throws Problem asset-not-found, state-refuses. */
  readonly reprocess: (assetId: number) => Asset;
  /** Stops the work on a film; a result that waits to be put in its place is given up. Throws Problem asset-not-found, state-refuses. */
  readonly cancel: (assetId: number) => Asset;
  /** Brings an archived original back. Throws Problem asset-not-found, state-refuses, restore-failed. */
  readonly restore: (assetId: number) => Promise<Asset>;
  /** Asks for the archived originals of all films that match, to be brought back one after the other; how many. */
  readonly restoreAll: (filter: RestoreFilter) => number;
  /** The machine it runs on, and the doctor. */
  readonly system: System;
  /** Workers on other machines; null: there is no Redis. */
  readonly elsewhere: RemoteWorkers | null;
  /** Those who are told something. */
  readonly notifiers: Notifiers;
  /** Whether other settings are being taken up: then nothing can be changed. */
  readonly isRestarting: () => boolean;
  /** What waits for the world (a full disk, a missing card, a folder that is away) is tried now. */
  readonly tryAgain: () => void;
  /** Degrees Celsius of a film's graphics card, or of the hottest, as it was some seconds ago; null when none says it. */
  readonly cardTemperature: (assetId?: number) => number | null;
  /** Pictures of a film and of what was made of it. */
  readonly pictures: Comparisons;
  /** Whether the queue gives out work. */
  readonly hold: () => Hold;
  /** Begins nothing new until `resumeQueue`, also after a restart; what runs goes on to its end. */
  readonly pauseQueue: (reason?: string | null, by?: Holder) => Hold;
  /** As `pauseQueue`, for a person who waits until nothing is in work any more. */
  readonly drainQueue: (reason?: string | null, by?: Holder) => Hold;
  readonly resumeQueue: () => Hold;
  readonly lanes: () => readonly LaneStatus[];
  /**
   * Keeps a film as it is: it is not converted until a person asks (`reprocess`), whatever is scanned or set, as long as
   * its content is the same. Throws Problem asset-not-found, state-refuses.
   */
  readonly ignore: (assetId: number) => Asset;
  /** Gives a queued film another place in its lane. Throws Problem asset-not-found, state-refuses. */
  readonly prioritise: (assetId: number, where: Where) => Asset;
  /** The servers of the household. */
  readonly servers: Servers;
  /** The files of films that were given out to workers without a shared folder. */
  readonly workFiles: WorkFiles;
  /** Calls `listener` on every change until the returned function is called. */
  readonly subscribe: (listener: (change: LiveChange) => void) => () => void;
};
