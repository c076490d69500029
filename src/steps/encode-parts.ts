/** The tasks of a film that is encoded in parts: one for each part of its picture, one for all its sound. */
import { longestSeconds } from "../core/estimate.ts";
import { classifyFailure } from "../core/ffmpeg-failure.ts";
import type { Progress } from "../core/ffmpeg-progress.ts";
import type { Cut, FilmPart } from "../core/film-parts.ts";
import { partArgs, soundArgs } from "../core/film-parts-args.ts";
import { checkParts, faultOfPart, type PartFacts } from "../core/film-parts-checks.ts";
import { folderOf } from "../core/output-paths.ts";
import { doneOf, type PartProgress, type PartsDone, sumProgress } from "../core/part-progress.ts";
import type { readPart } from "../edges/film-part.ts";
import {
  type ConvertDeps,
  type Converted,
  type ConvertInput,
  NEVER_ENDED,
  partialOf,
  triesOf,
} from "./convert.ts";
import type { Task, TaskEnd } from "./run-at-once.ts";
import { runTries } from "./run-tries.ts";

export type PartsDeps = ConvertDeps & { readonly readPart: typeof readPart };

/** One part for whoever encodes it, here or elsewhere: a file of ours at `output`. */
export type PartOrder = {
  readonly part: FilmPart;
  readonly output: string;
  readonly onProgress: (progress: Progress) => void;
};

/** Encodes a part; what goes wrong is its answer. */
export type EncodePart = (order: PartOrder, signal: AbortSignal) => Promise<TaskEnd>;

/** What encodes a part, until it is `done` with it. */
export type PartEngine = Pick<ConvertInput, "encoder" | "card"> & { readonly done: () => void };

export type InParts = {
  /** So many parts are encoded at the same time. */
  readonly atOnce: number;
  /** Shorter films are encoded in one piece. */
  readonly leastSeconds: number;
  /** How long a part is meant to be; null: by the film's length. */
  readonly partSeconds: number | null;
  /** Threads of the encoder for each part; null: as many as it likes. */
  readonly threads: number | null;
  /** Which card encodes a part, where there are several; without, the film's own. */
  readonly engineOf?: (part: number) => PartEngine;
  /** Parts and film lie on the disk together until the film is joined. */
  readonly hasRoom: boolean;
  /** null: the film is made in one piece. */
  readonly onParts: (parts: PartsDone | null) => void;
  /** Who else encodes, given ffmpeg on this machine; without, that alone. */
  readonly encodePart?: (here: EncodePart) => EncodePart;
};

/** Hidden files of ours, in the folder of the result. */
export type Files = { readonly parts: readonly string[]; readonly sound: string | null };
export type Work = { readonly cut: Cut; readonly files: Files };

/** All sound, in one run. */
export const soundTask = ({ ffmpeg }: PartsDeps, input: ConvertInput, output: string): Task => ({
  name: "the sound",
  // It takes no encoder of pictures.
  isBeside: true,
  run: async (signal) => {
    const args = soundArgs(input.plan, { input: input.sourcePath, output });
    const options = {
      durationSeconds: null,
      watchFile: output,
      limitMs: longestSeconds(input.estimate) * 1000,
      signal,
    };
    const { end, saidEnd } = await ffmpeg.run(args, options);
    const problem = classifyFailure(end) ?? (saidEnd ? null : NEVER_ENDED);
    return { problem, stderr: end.stderr, log: end.stderr };
  },
});

/** A part is made when its file has the pictures that it was planned with; `made` gets what its index says. */
export const partTasks = (
  deps: PartsDeps,
  input: ConvertInput,
  inParts: InParts,
  { cut, files }: Work,
  made: Map<number, PartFacts>,
): readonly Task[] => {
  const { encodePart: withOthers = (each: EncodePart) => each, onParts } = inParts;
  const encodePart = withOthers(encodeHere(deps, input, inParts));
  const told: PartProgress[] = cut.parts.map(({ seconds }) => ({ seconds, isDone: false, latest: null }));
  const tell = (index: number, news: Partial<PartProgress>): void => {
    const before = told[index];
    if (before) told[index] = { ...before, ...news };
    input.onProgress(sumProgress(told));
  };
  onParts(doneOf(told));
  return cut.parts.map((part, at) => ({
    name: `part ${part.index + 1}`,
    run: async (signal) => {
      const output = files.parts[at] ?? "";
      const onProgress = (latest: Progress): void => tell(at, { latest });
      const end = await encodePart({ part, output, onProgress }, signal);
      if (end.problem !== null) return end;
      const facts = await deps.readPart(output);
      const fault = faultOfPart(part, facts);
      if (fault !== null) return { ...end, problem: { code: "verification-failed", detail: fault } };
      made.set(part.index, facts);
      tell(at, { isDone: true });
      onParts(doneOf(told));
      return end;
    },
  }));
};

/** One ffmpeg of this machine for a part. The command that a page shows is that of the first part. */
const encodeHere =
  (
    { ffmpeg }: PartsDeps,
    input: ConvertInput,
    { threads, engineOf }: Pick<InParts, "threads" | "engineOf">,
  ): EncodePart =>
  async ({ part, output, onProgress }, signal) => {
    const paths = { input: input.sourcePath, output };
    const { done, ...engine } = engineOf?.(part.index) ?? { done: () => {} };
    const tries = triesOf({ ...input, ...engine }, paths, (context) =>
      partArgs(input.plan, part, { ...context, threads }),
    );
    const options = {
      durationSeconds: part.seconds,
      onProgress,
      ...(input.onSaid ? { onSaid: input.onSaid } : {}),
      watchFile: output,
      limitMs: longestSeconds(input.estimate) * 1000,
      signal,
    };
    const onCommand = part.index === 0 ? input.onCommand : (): void => {};
    const { end, saidEnd, log } = await runTries(ffmpeg, tries, options, onCommand).finally(done);
    return { problem: classifyFailure(end) ?? (saidEnd ? null : NEVER_ENDED), stderr: end.stderr, log };
  };

/** One part alone, for somebody elsewhere who joins it: its file is the partial one of the input's own token. Throws as `convert`. */
export const convertPart = async (
  deps: PartsDeps,
  input: ConvertInput,
  part: FilmPart,
  signal: AbortSignal,
): Promise<Converted> => {
  const output = partialOf(input);
  let isDone = false;
  try {
    await deps.prepareFolder(input.folder, input.token, folderOf(input.sourcePath), input.base);
    input.onPhase("converting");
    const order = { part, output, onProgress: input.onProgress };
    const { problem, log } = await encodeHere(deps, input, { threads: null })(order, signal);
    if (problem !== null) return { kind: "failed", problem, checks: [], log };
    const checks = [checkParts([part], [await deps.readPart(output)])];
    const [bad] = checks.filter((each) => !each.passed);
    if (bad)
      return { kind: "failed", problem: { code: "verification-failed", detail: bad.detail }, checks, log };
    const sizeBytes = (await deps.fileStat(output))?.sizeBytes ?? 0;
    isDone = true;
    return { kind: "converted", partial: output, sidecars: [], sizeBytes, checks, log, missing: [] };
  } finally {
    if (!isDone) await Promise.allSettled([deps.removeFile(output)]);
  }
};
