/** Judges films where they lie, one after the other, and keeps nothing: the dry run. */
import type { Wish } from "../core/plan.ts";
import { type Problem, toProblem } from "../core/problem.ts";
import { createFfmpeg } from "../edges/ffmpeg.ts";
import { createFfprobe } from "../edges/ffprobe.ts";
import { createQuickReader } from "../edges/probe/quick-reader.ts";
import { createQuickProbe } from "../edges/quick-probe.ts";
import { createSecondLook } from "../edges/second-look.ts";
import { type Assessment, assessMedia } from "../steps/assess.ts";
import { lookTwice } from "../steps/look-twice.ts";
import { type FilmFile, filmFiles } from "./film-files.ts";

export type Inspection =
  | {
      readonly kind: "assessed";
      readonly file: FilmFile;
      readonly wish: Wish;
      readonly assessment: Assessment;
    }
  | { readonly kind: "problem"; readonly file: FilmFile; readonly problem: Problem };

type Looking = {
  readonly wishFor: (file: FilmFile) => Wish;
  /** Whether pictures would be encoded on a card, for estimates. */
  readonly isHardware: boolean;
  readonly signal?: AbortSignal;
};

const AT_ONCE = 2;

/**
 * Two probes at a time, answers in the order of the files. Writes nothing. Throws Problem file-missing, ffmpeg-missing,
 * internal, and the reason of an aborted `signal`, which also ends the listing of a folder without films.
 */
export async function* inspectAll(
  paths: readonly string[],
  { wishFor, isHardware, signal }: Looking,
): AsyncGenerator<Inspection> {
  const reader = createQuickReader();
  const probe = createQuickProbe(createFfprobe(), reader);
  const secondLook = createSecondLook(createFfmpeg(), reader);
  const look = async (file: FilmFile): Promise<Inspection> => {
    if (file.problem) return { kind: "problem", file, problem: file.problem };
    try {
      const probed = await probe(file.path, signal);
      const wish = wishFor(file);
      const media = await lookTwice(secondLook, file.path, probed.media, wish, signal);
      return { kind: "assessed", file, wish, assessment: assessMedia(media, wish, isHardware) };
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (problem.code === "ffmpeg-missing" || problem.code === "internal") throw problem;
      return { kind: "problem", file, problem };
    }
  };
  const waiting: Promise<Inspection>[] = [];
  try {
    for await (const file of filmFiles(paths, signal)) {
      if (signal?.aborted) break;
      const looking = look(file);
      // The first that fails ends the listing; the one beside it must not end the process unheard.
      looking.catch(() => {});
      waiting.push(looking);
      if (waiting.length === AT_ONCE) for (const first of waiting.splice(0, 1)) yield await first;
    }
    for (const each of waiting) yield await each;
  } finally {
    await reader.close();
  }
}
