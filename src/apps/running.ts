/** What the loops of one orchestrator share while it runs. */
import type { Encoder } from "../core/encoders.ts";
import type { Capabilities } from "../core/ffmpeg-capabilities.ts";
import type { MediaInfo } from "../core/media-info.ts";
import type { Card } from "../core/nvidia-smi.ts";
import type { LibrarySettings, Settings } from "../core/settings.ts";
import type { ServerName } from "../core/settings-servers.ts";
import type { WorkLane } from "../core/snapshot.ts";
import { wishOf } from "../core/wish.ts";
import type { Ffmpeg } from "../edges/ffmpeg.ts";
import type { Ffprobe } from "../edges/ffprobe.ts";
import type { Engine } from "../edges/gpu.ts";
import type { Log } from "../edges/log.ts";
import type { Metrics } from "../edges/metrics.ts";
import type { QuickReader } from "../edges/probe/quick-reader.ts";
import type { QuickProbe } from "../edges/quick-probe.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Store } from "../edges/store/store.ts";
import { type Assessment, assessMedia, COPY_FAILED } from "../steps/assess.ts";
import type { CardPlaces } from "./card-places.ts";
import type { EncoderStatus, JobProgress, LiveChange } from "./control.ts";
import type { DiskRooms } from "./disk-rooms.ts";
import type { JobWatch } from "./job-watch.ts";
import type { LaneLimits } from "./lane-limits.ts";
import type { Pauses } from "./pauses.ts";
import type { RemoteWorkers } from "./remote-lanes.ts";
import type { WorkFiles } from "./work-files.ts";

export type EncoderAnswer = {
  readonly status: EncoderStatus;
  readonly encoder: Encoder | null;
  /** What the encoder's card may decode and filter with, where that was proven; else null. */
  readonly card: Capabilities | null;
  /** Where several cards work, one each, that of `encoder` first; absent: there is that one alone. */
  readonly engines?: readonly Engine[];
  /** NVIDIA's cards that programs may use here. */
  readonly cards?: readonly Card[];
  /** Why a card that is there does not encode, with the mend; absent where none is to be mended. */
  readonly unused?: string;
};

export type Running = {
  readonly settings: Settings;
  readonly store: Store;
  readonly ffmpeg: Ffmpeg;
  readonly ffprobe: Ffprobe;
  /** What looks through a library asks this; without, it asks ffprobe. */
  readonly quickProbe?: QuickProbe;
  readonly quickReader?: QuickReader;
  readonly log: Log;
  readonly now: () => number;
  /** Aborted with the reason "shutdown" when the program ends. */
  readonly signal: AbortSignal;
  readonly changed: (change: LiveChange) => void;
  /** Live progress by asset. */
  readonly progress: Map<number, JobProgress>;
  /** What is known of a job only while it runs. */
  readonly watch: JobWatch;
  /** Ends a running job; by asset. */
  readonly cancels: Map<number, AbortController>;
  /** What waits for the world. */
  readonly pauses: Pauses;
  /** How many films of a lane may be in work. */
  readonly limits: LaneLimits;
  /** Which card an encode goes to. */
  readonly cards: CardPlaces;
  /** What still fits on the disks. */
  readonly disks: DiskRooms;
  /** The files of films that workers without a shared folder were given. */
  readonly workFiles: WorkFiles;
  readonly encoder: () => EncoderAnswer;
  /** Looks for a working encoder again. */
  readonly probeEncoder: () => void;
  /** False: this machine itself converts nothing. */
  readonly worksHere?: boolean;
  /** Workers on other machines; without Redis there are none. */
  readonly remote?: RemoteWorkers | undefined;
  /** Wakes the loops: something may be there to do. */
  readonly wake: () => void;
  /** Films that are encoded on this machine. */
  readonly encoding: () => readonly number[];
  /** Whether any encode is in work on this machine, if only its checks. */
  readonly hasEncodes: () => boolean;
  /** Whether this machine would begin a film of the lane at once. */
  readonly hasPlace: (lane: WorkLane) => boolean;
  /** Folders of ours that a server was to be told of and keeps nothing in: the last of each. */
  readonly unknownFolders: Map<ServerName, string>;
  readonly startScan: (library: string | null) => readonly string[];
  /** Who counts; without, nobody does. */
  readonly metrics?: Metrics | undefined;
};

/** Libraries of which films may be taken now: those that the settings name and that wait for nothing. */
export const openLibraries = ({
  settings,
  pauses,
}: Pick<Running, "settings" | "pauses">): readonly string[] =>
  Object.keys(settings.libraries).filter((name) => pauses.ofLibrary(name) === null);

/** The settings of an asset's library; null when the settings name it no more. */
export const libraryOf = ({ settings }: Pick<Running, "settings">, asset: Asset): LibrarySettings | null =>
  settings.libraries[asset.library] ?? null;

/** Whether pictures are encoded on a card, for estimates. */
export const encodesOnCard = ({ encoder }: Pick<Running, "encoder">): boolean =>
  encoder().encoder?.isHardware ?? false;

/** The assessment of a film by the settings of now; `copyFailed` as it stands with the film unless it is told. */
export const assessNow = (
  running: Pick<Running, "settings" | "encoder">,
  {
    asset,
    library,
    media,
  }: { readonly asset: Asset; readonly library: LibrarySettings; readonly media: MediaInfo },
  copyFailed = asset.reasonCodes.includes(COPY_FAILED),
): Assessment => assessMedia(media, wishOf(running.settings, library), encodesOnCard(running), copyFailed);
