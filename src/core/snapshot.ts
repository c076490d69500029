/** What the guardrails look at, and what they say. */
import type { RestCode } from "./guardrail-problems.ts";
import type { Settings } from "./settings.ts";

export type WorkLane = "copies" | "encodes";

export type DiskUse = {
  /** The same: the same disk. */
  readonly device: string;
  /** What is written there, in words. */
  readonly folders: readonly string[];
  /** Whose films go there; null: it is that of the data folder, which all work writes little to. */
  readonly libraries: readonly string[] | null;
  readonly usedPercent: number;
  readonly freeBytes: number;
};

/** The first film of a line that does not fit. */
export type TooLarge = {
  readonly lane: WorkLane;
  readonly library: string;
  readonly needsBytes: number;
  readonly roomBytes: number;
};

export type Snapshot = {
  /** Cards that encode, and say how hot they are: of one alone the hottest of the machine, without a name. */
  readonly cards: readonly { readonly key: string; readonly name: string; readonly degrees: number }[];
  /** What says that the card is lost; `stops` unless the processor encodes meanwhile. */
  readonly cardLost: { readonly why: string; readonly stops: boolean } | null;
  readonly disks: readonly DiskUse[];
  readonly tooLarge: readonly TooLarge[];
  /** How much of the processor all others use, 0 to 100. */
  readonly otherLoadPercent: number | null;
  readonly memory: {
    readonly availableBytes: number;
    readonly totalBytes: number;
    /** How much of the last ten seconds all work stood still for want of memory; null: not said. */
    readonly stalledPercent: number | null;
  } | null;
  /** Who plays something, as `Jellyfin: 2 streams`. */
  readonly watching: readonly string[];
  /** Lanes in which films fail alike. */
  readonly failing: readonly {
    readonly lane: WorkLane;
    readonly detail: string;
    readonly films: number;
    readonly until: number;
  }[];
};

export type Limits = Pick<
  Settings["operational"],
  | "gpu_temperature_cutoff"
  | "max_disk_usage_percent"
  | "max_other_load_percent"
  | "min_free_memory_mb"
  | "pause_while_watching"
  | "pause_after_failures"
  | "schedule"
  | "time_zone"
>;

/** What rests, and why. */
export type Rest = {
  readonly code: RestCode;
  readonly lanes: readonly WorkLane[];
  /** null: of all libraries. */
  readonly libraries: readonly string[] | null;
  /** False: only some films of these wait. */
  readonly stops: boolean;
  /** Sentences with the figure and the limit. */
  readonly detail: string;
  readonly figure: number | null;
  readonly limit: number | null;
  /** Epoch ms. */
  readonly since: number;
  /** Epoch ms; null: not known. */
  readonly until: number | null;
};
