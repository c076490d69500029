/** Where a claimed film is converted: on this machine, or by a worker elsewhere. The rest of its way is the same. */
import { join } from "node:path";
import { ENCODERS, type Encoder } from "../core/encoders.ts";
import type { FilmPart } from "../core/film-parts.ts";
import { gpuWords } from "../core/nvidia-smi.ts";
import { outputFolder } from "../core/output-paths.ts";
import type { PartsDone } from "../core/part-progress.ts";
import type { Problem } from "../core/problem.ts";
import type { LibrarySettings } from "../core/settings.ts";
import { wishOf } from "../core/wish.ts";
import { readPart } from "../edges/film-part.ts";
import type { Engine } from "../edges/gpu.ts";
import { fingerprintFile } from "../edges/library-walk.ts";
import { fileStat } from "../edges/library-write.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Assessment } from "../steps/assess.ts";
import { type Converted, type ConvertInput, convert } from "../steps/convert.ts";
import { convertInParts } from "../steps/convert-parts.ts";
import { untouchedSidecars } from "../steps/same-file.ts";
import type { JobProgress } from "./control.ts";
import { convertEdges } from "./convert-edges.ts";
import { type PartsElsewhere, partsOf } from "./parts-here.ts";
import type { EncoderAnswer, Running } from "./running.ts";

export type Attempt = {
  readonly asset: Asset;
  readonly token: string;
  readonly library: LibrarySettings;
  readonly assessment: Assessment;
  /** Only a part of it goes to a worker elsewhere. */
  readonly part?: FilmPart;
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

/** For what is copied. */
const ON_PROCESSOR: Engine = { encoder: ENCODERS.software, card: null, gpu: null };

const convertHere = async (
  running: Running,
  attempt: Attempt,
  { onCommand }: Hooks,
  { toWorkers, onEncoded }: PartsDesk & { readonly onEncoded: () => void },
  signal: AbortSignal,
): Promise<Converted> => {
  const { asset, assessment } = attempt;
  const { encoder, card, gpu } = running.cards.of(asset.id) ?? ON_PROCESSOR;
  show(running, asset.id, {
    encoder: assessment.plan.video?.kind === "encode" ? encoder.codec : "copy",
    ...(gpu === null ? {} : { card: gpuWords(gpu) }),
  });
  const work = await workOf(running, attempt);
  // What is joined of parts and does not pass is made again: its encoder stays with it to the end.
  let mayBeMadeAgain = false;
  const edges = convertEdges(running.ffmpeg, running.ffprobe);
  const input: ConvertInput = {
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
    onPhase: (phase) => {
      show(running, asset.id, { phase });
      if (phase !== "verifying" || mayBeMadeAgain) return;
      running.cards.worked(asset.id);
      running.cards.leave(asset.id);
      onEncoded();
    },
    onCommand,
  };
  const elsewhere = toWorkers(running, attempt, encoder);
  const tell = (parts: PartsDone | null): void => show(running, asset.id, { parts });
  const parts = partsOf(running, attempt, { engine: { encoder, card: input.card }, elsewhere, tell });
  mayBeMadeAgain = parts !== null;
  return parts === null
    ? convert(edges, input, signal)
    : convertInParts({ ...edges, readPart }, input, parts, signal);
};

/** Workers who may take parts of a film that is made here. */
export type PartsDesk = {
  readonly toWorkers: (running: Running, attempt: Attempt, encoder: Encoder) => PartsElsewhere | null;
};

const ALONE: PartsDesk = { toWorkers: () => null };

/** This machine; `desk` says who else takes parts of a long film, `onEncoded` is told when only checks are left. */
export const placeHere = (desk: PartsDesk = ALONE, onEncoded = (): void => {}): Place => ({
  pool: null,
  encoder: null,
  convert: (running, attempt, hooks, signal) =>
    convertHere(running, attempt, hooks, { ...desk, onEncoded }, signal),
  isOut: () => false,
  done: () => {},
  rests: () => false,
});
