/** Where a claimed film is converted: on this machine, or by a worker elsewhere. The rest of its way is the same. */
import { join } from "node:path";
import { ENCODERS } from "../core/encoders.ts";
import { outputFolder } from "../core/output-paths.ts";
import type { Problem } from "../core/problem.ts";
import type { LibrarySettings } from "../core/settings.ts";
import { wishOf } from "../core/wish.ts";
import { fingerprintFile } from "../edges/library-walk.ts";
import { fileStat } from "../edges/library-write.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Assessment } from "../steps/assess.ts";
import { type Converted, convert } from "../steps/convert.ts";
import { untouchedSidecars } from "../steps/same-file.ts";
import type { JobProgress } from "./control.ts";
import { convertEdges } from "./convert-edges.ts";
import type { EncoderAnswer, Running } from "./running.ts";

export type Attempt = {
  readonly asset: Asset;
  readonly token: string;
  readonly library: LibrarySettings;
  readonly assessment: Assessment;
};

export type Hooks = {
  readonly onCommand: (args: readonly string[]) => void;
  /** A worker elsewhere began with it, at `at` (epoch ms). */
  readonly onTaken: (worker: string, at: number) => void;
};

export type Place = {
  /** The queue of the workers; null: this machine. */
  readonly pool: string | null;
  /** What encodes there; null: what encodes here. */
  readonly encoder: EncoderAnswer | null;
  readonly convert: (
    running: Running,
    attempt: Attempt,
    hooks: Hooks,
    signal: AbortSignal,
  ) => Promise<Converted>;
  /** Whether the work goes on although this program ends. */
  readonly isOut: () => boolean;
  /** Nothing more is wanted of it, however it ended. */
  readonly done: () => void;
  /** What went wrong there is of that place, not of the film or of this machine: it rests. False: it is not. */
  readonly rests: (problem: Problem) => boolean;
};

const NOT_YET = { percent: 0, fps: null, speed: null, etaSeconds: null, outTimeSeconds: null, bytes: null };

/** Tells the pages how a job stands. */
export const show = (running: Running, assetId: number, part: Partial<JobProgress>): void => {
  const before = running.progress.get(assetId) ?? { ...NOT_YET, phase: "converting", encoder: "copy" };
  const progress = { ...before, ...part };
  running.progress.set(assetId, progress);
  running.changed({ kind: "progress", assetId, progress });
};

/** What of a film the step needs wherever it runs. */
export const workOf = async (
  running: Running,
  { asset, token, library, assessment: { media, plan, estimate } }: Attempt,
) => ({
  token,
  media,
  plan,
  estimate,
  wish: wishOf(running.settings, library),
  sourcePath: join(library.root, asset.path),
  sourceFingerprint: asset.fingerprint,
  folder: outputFolder(library.root, asset.path, library.output),
  base: outputFolder(library.root, "", library.output),
  original: library.original,
  earlierSidecars: (await untouchedSidecars({ fileStat, fingerprintFile }, asset)).map((each) => each.path),
});

const convertHere: Place["convert"] = async (running, attempt, { onCommand }, signal) => {
  const { asset, assessment } = attempt;
  const { encoder: found, card } = running.encoder();
  const encoder = found ?? ENCODERS.software;
  show(running, asset.id, { encoder: assessment.plan.video?.kind === "encode" ? encoder.codec : "copy" });
  const work = await workOf(running, attempt);
  return convert(
    convertEdges(running.ffmpeg, running.ffprobe),
    {
      ...work,
      earlierSidecars: new Set(work.earlierSidecars),
      encoder,
      // Whatever went wrong with a film before, its next attempt does not depend on the card's decoder.
      card: asset.attempt === 0 ? card : null,
      onProgress: (progress) => {
        running.watch.progress(asset.id, progress);
        show(running, asset.id, progress);
      },
      onSaid: (text) => running.watch.say(asset.id, text),
      onPhase: (phase) => show(running, asset.id, { phase }),
      onCommand,
    },
    signal,
  );
};

export const HERE: Place = {
  pool: null,
  encoder: null,
  convert: convertHere,
  isOut: () => false,
  done: () => {},
  rests: () => false,
};
