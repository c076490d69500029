/**
 * What an orchestrator and its workers on other machines say to each other through Redis. All of it is JSON. Paths are
 * always as the orchestrator writes them; a worker that sees the same files elsewhere maps them for itself, there and back.
 */
import type { EncoderName } from "./encoders.ts";
import type { Estimate } from "./estimate.ts";
import type { Progress } from "./ffmpeg-progress.ts";
import type { FilmPart } from "./film-parts.ts";
import type { MediaInfo } from "./media-info.ts";
import type { ConversionPlan, Wish } from "./plan.ts";
import type { ProblemValue } from "./problem.ts";
import type { OriginalPolicy } from "./settings.ts";
import type { WorkLane } from "./snapshot.ts";
import type { Check } from "./verification-facts.ts";

/** Raised with every change that an older worker would misread: such a one is told, and given nothing. */
export const PROTOCOL = 3;

/** A worker says that it is there this often, and is believed gone when it has not for so long; ms. */
export const HEARTBEAT_MS = 5_000;
export const SILENT_MS = 20_000;
/** A worker that could not renew its hold on a job for so long gives it up; ms. Longer than SILENT_MS: who restarts Redis loses nothing. */
export const LOCK_MS = 30_000;

/** One film for a worker. What the step `convert` needs, but for what only the worker knows: its encoder and its card. */
export type WorkOrder = {
  readonly protocol: number;
  /** Of the claim; the job's id as well. A result with another token than that of the claim is refused. */
  readonly token: string;
  readonly lane: WorkLane;
  readonly library: string;
  /** Of the film in the orchestrator's database; for people who read logs. */
  readonly assetId: number;
  readonly sourcePath: string;
  readonly sourceBytes: number;
  readonly sourceFingerprint: string | null;
  /** Where the partial file is written, and what may not be left on the way there. */
  readonly folder: string;
  readonly base: string;
  readonly media: MediaInfo;
  readonly plan: ConversionPlan;
  readonly estimate: Estimate;
  readonly wish: Wish;
  readonly original: OriginalPolicy;
  readonly earlierSidecars: readonly string[];
  /** False: whatever went wrong before, this attempt does not depend on a card's decoder. */
  readonly mayDecodeOnCard: boolean;
  /** Only this part of the picture is encoded; missing: the whole film. */
  readonly part?: FilmPart;
};

/** A file that a worker made, hidden, with the token in its name. */
export type MadeFile = {
  readonly path: string;
  readonly sizeBytes: number;
  /** `sizeBytes` and three blocks, as of any film: the orchestrator must see the same file. */
  readonly fingerprint: string;
};

export type WorkResult =
  | {
      readonly kind: "converted";
      readonly token: string;
      readonly worker: string;
      readonly encoder: string;
      readonly partial: MadeFile;
      readonly sidecars: readonly (MadeFile & {
        readonly label: string;
        readonly ending: string;
        readonly isOfTrack: boolean;
      })[];
      readonly checks: readonly Check[];
      readonly log: string;
      readonly missing: readonly string[];
    }
  | {
      readonly kind: "failed";
      readonly token: string;
      readonly worker: string;
      readonly encoder: string;
      readonly problem: ProblemValue;
      readonly checks: readonly Check[];
      readonly log: string;
    };

/** `fetching`, `returning`: by a worker without a shared folder, before and after the work itself. */
export const NEWS_PHASES = ["fetching", "converting", "verifying", "returning"] as const;

/** While it works, each second or when something new begins. */
export type WorkNews = {
  readonly worker: string;
  readonly encoder: string;
  readonly phase: (typeof NEWS_PHASES)[number];
  readonly progress: Progress | null;
  /** The argument list of the run that goes on now; null as before. */
  readonly command: readonly string[] | null;
  /** What ffmpeg wrote to standard error since the last news, its end. */
  readonly said: string;
};

/** A card as its worker sees it. */
export type WorkerCard = {
  readonly index: number;
  readonly name: string;
  readonly degrees: number | null;
  readonly encoderPercent: number | null;
  /** It takes no film before it is cooler. */
  readonly isHot: boolean;
};

/** What a worker says of itself, each HEARTBEAT_MS. */
export type WorkerHello = {
  readonly protocol: number;
  /** Of the program, for people. */
  readonly version: string;
  /** One running worker; another one after a restart. */
  readonly id: string;
  /** Given by a person, or the machine's; stays over restarts. */
  readonly name: string;
  readonly startedAt: number;
  readonly at: number;
  /** How many films of a lane it works on at once; 0: none. */
  readonly slots: Readonly<Record<WorkLane, number>>;
  /** null: it has none that works, and `encoderWhy` says why. */
  readonly encoder: {
    readonly name: EncoderName;
    readonly codec: string;
    readonly isHardware: boolean;
  } | null;
  readonly encoderWhy: string;
  /** Codecs in ffprobe's spelling that its ffmpeg decodes, of those that films have. */
  readonly decodes: readonly string[];
  /** Libraries whose files it reaches, sorted; `mounts`: by a folder of its own; `http`: fetched from the orchestrator. */
  readonly libraries: readonly string[];
  readonly access: "mounts" | "http";
  readonly cards: readonly WorkerCard[];
  /** Tokens of what it works on. */
  readonly running: readonly string[];
  /** It takes nothing new: a person paused it, or it is about to end. */
  readonly state: "working" | "paused" | "draining";
  /** Of its processor, by all; 0 to 100. */
  readonly loadPercent: number | null;
};

/** What the orchestrator tells a worker; each answer replaces the one before. */
export type WorkerWish = {
  readonly isPaused: boolean;
  /** Why it is given nothing (its protocol is another); empty when all is well. */
  readonly refusal: string;
  /** Celsius from which a card takes no film, as the settings say. */
  readonly cardCutoff?: number;
};

/** What the orchestrator tells all workers: which folders there are, each with films by which a worker knows it again. */
export type LibrariesSaid = readonly {
  readonly library: string;
  readonly root: string;
  /** The folder of results; the root where they lie beside the films. */
  readonly output: string;
  /** Relative to the root; one that is there is proof enough, as films go and grow. Empty: none lies still yet. */
  readonly known: readonly { readonly path: string; readonly sizeBytes: number }[];
}[];

/**
 * Workers of one pool may do the same films: they share a queue. In words, the same for the same: of copies only the folders
 * count, of encodes the encoder and what is decoded as well.
 */
export const poolOf = (
  lane: WorkLane,
  { protocol, encoder, decodes, libraries, access }: WorkerHello,
): string =>
  JSON.stringify([
    protocol,
    lane,
    access,
    libraries.toSorted(),
    ...(lane === "copies" ? [] : [encoder?.name ?? "none", decodes.toSorted()]),
  ]);

/** How many films of a lane may be in Redis for workers with so many places: short work is handed out ahead, an encode hardly. */
export const windowOf = (lane: WorkLane, slots: number): number =>
  slots === 0 ? 0 : lane === "copies" ? 2 * slots : slots + 1;

/** Whether a worker is there and may be given something. */
export const mayWork = (hello: WorkerHello, now: number, silentMs = SILENT_MS): boolean =>
  hello.protocol === PROTOCOL && hello.state === "working" && now - hello.at < silentMs;
