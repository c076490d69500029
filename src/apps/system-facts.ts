/** How the machine and the program stand: what the faces may ask. */
import type { Cards } from "../edges/gpu.ts";
import type { Backup } from "../edges/store/backups.ts";
import type { Finding } from "./doctor/finding.ts";
import type { Speeds } from "./speeds.ts";

export type EncoderLook = {
  /** Epoch ms. */
  readonly at: number;
  /** Those that were tried, in their order; the search ends with the first that works. */
  readonly trials: readonly {
    readonly codec: string;
    readonly works: boolean;
    /** What is wrong, and what to do about it; empty where nothing is known. */
    readonly why: string;
    readonly mend: string;
    /** Which of several NVIDIA cards; null: there is one at most. */
    readonly card: { readonly index: number; readonly name: string } | null;
  }[];
  /** Whether the chosen encoder's card decodes; null where there is no card. */
  readonly decoding: { readonly isProven: boolean; readonly why: string } | null;
};

export type Disk = {
  /** What lies on it. */
  readonly folders: readonly { readonly what: string; readonly path: string }[];
  readonly space: {
    readonly totalBytes: number;
    readonly freeBytes: number;
    readonly usedPercent: number;
  } | null;
  /** Why its space is not known; empty when it is. */
  readonly why: string;
};

export type SystemFacts = {
  readonly versions: {
    readonly program: string;
    readonly node: string;
    /** null: it says none, or is not there. */
    readonly ffmpeg: string | null;
    readonly sqlite: string;
    readonly system: string;
  };
  /** What looks into films. */
  readonly probing: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly processors: number;
  readonly memory: {
    readonly programBytes: number;
    readonly freeBytes: number;
    readonly totalBytes: number;
  };
  readonly cards: Cards;
  /** null: the first look has not ended, or nothing is converted here. */
  readonly encoders: EncoderLook | null;
  /** How fast the encoders are. */
  readonly speeds: ReturnType<Speeds["now"]>;
  readonly disks: readonly Disk[];
  readonly database: {
    readonly file: string;
    /** With its log. */
    readonly sizeBytes: number;
    /** Newest first. */
    readonly backups: readonly Backup[];
  };
};

export type Checks = {
  /** When the last one ended, epoch ms; null before. */
  readonly at: number | null;
  readonly isRunning: boolean;
  /** Of the one that runs, as far as it came, else of the last. */
  readonly findings: readonly Finding[];
};

export type System = {
  readonly facts: () => Promise<SystemFacts>;
  readonly checks: () => Checks;
  /** Starts the doctor, unless it is at work. */
  readonly check: () => void;
  /** Tries encoders and cards again, unless they are being tried. */
  readonly probe: () => void;
  /** Measures how fast they are, once nothing is encoded. */
  readonly measure: () => void;
};
